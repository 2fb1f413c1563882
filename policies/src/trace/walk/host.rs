//! Hosts in URLs, as far as the walk tells them apart.

/// The host that recordings resolve to loopback; of other names nothing is known.
const LOOPBACK_NAME: &str = "credentials.oracle.test";

/// What a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// 169.254.169.254 or `fd00:ec2::254`.
    Metadata {
        /// It is the second.
        ipv6: bool,
    },
    /// 169.254.170.2.
    Ecs,
    /// 169.254.170.23 or `fd00:ec2::23`.
    PodIdentity {
        /// It is the second.
        ipv6: bool,
    },
    /// This host, by address or as `localhost`.
    Loopback,
    /// This host, by another name.
    LoopbackName,
    /// Anywhere else.
    Elsewhere,
}

/// A URL, taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Url<'t> {
    pub(super) https: bool,
    pub(super) host: &'t str,
}

/// Takes a URL apart; `None` when it has no scheme of ours or no host.
pub(super) fn url(text: &str) -> Option<Url<'_>> {
    let (scheme, rest) = text.split_once("://")?;
    let https = scheme.eq_ignore_ascii_case("https");
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let host = match authority.strip_prefix('[') {
        Some(ipv6) => ipv6.split(']').next()?,
        None => authority.split(':').next()?,
    };
    let known = https || scheme.eq_ignore_ascii_case("http");
    (known && !host.is_empty()).then_some(Url { https, host })
}

/// What a host is.
pub(super) fn place(host: &str) -> Place {
    match host {
        "169.254.169.254" => Place::Metadata { ipv6: false },
        "fd00:ec2::254" => Place::Metadata { ipv6: true },
        "169.254.170.2" => Place::Ecs,
        "169.254.170.23" => Place::PodIdentity { ipv6: false },
        "fd00:ec2::23" => Place::PodIdentity { ipv6: true },
        "localhost" | "::1" => Place::Loopback,
        LOOPBACK_NAME => Place::LoopbackName,
        _ if host.starts_with("127.") => Place::Loopback,
        _ => Place::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_in_a_url() {
        let host = |text| url(text).map(|url| url.host);
        assert_eq!(host("http://169.254.170.23/v1/credentials"), Some("169.254.170.23"));
        assert_eq!(host("http://[fd00:ec2::23]/v1/credentials"), Some("fd00:ec2::23"));
        assert_eq!(host("https://user:word@vault.example:8443"), Some("vault.example"));
        assert_eq!(host("localhost:8080/x"), None);
        assert_eq!(host("http:///x"), None);
    }
}
