//! How endpoints answer, in the words of recorded environments.

/// How each endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Endpoints {
    /// 169.254.169.254.
    pub metadata: MetadataAnswer,
    /// 169.254.170.2.
    pub ecs: EndpointAnswer,
    /// 169.254.170.23 and `fd00:ec2::23`.
    pub pod_identity: EndpointAnswer,
    /// A container endpoint on this host.
    pub loopback: EndpointAnswer,
    /// The security token service.
    pub sts: StsAnswer,
    /// What `HTTP_PROXY` and its kind name.
    pub proxy: ProxyAnswer,
}

/// How the instance metadata service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetadataAnswer {
    /// With a session token and without.
    V1V2,
    /// With a session token only.
    V2Only,
    /// The session token is lost on the way, and the service answers without.
    V1OpenHopLimited,
    /// The session token is lost on the way, and the service refuses without.
    HopLimited,
    /// 404 for the session token; answers without.
    NoToken404,
    /// 403 for the session token; answers without.
    NoToken403,
    /// The instance has no role.
    NoRole,
    /// The role's document says `Failed`.
    Failed,
    /// The role's credentials have expired.
    Expired,
    /// 403 for everything.
    Forbidden,
    /// The port is closed.
    #[default]
    Refused,
    /// Packets are lost.
    Dead,
    /// It accepts and never answers.
    Hang,
    /// Only `fd00:ec2::254` answers.
    Ipv6Only,
    /// Not known.
    Unknown,
}

/// How a container credentials endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndpointAnswer {
    /// With credentials.
    Ok,
    /// With this HTTP status.
    Status(u16),
    /// With something that is not JSON.
    Malformed,
    /// With 200 and an error document.
    CodeAndMessage,
    /// With credentials that have expired.
    Expired,
    /// The port is closed.
    #[default]
    Refused,
    /// Packets are lost.
    Dead,
    /// It accepts and never answers.
    Hang,
    /// Not known.
    Unknown,
}

/// How STS answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StsAnswer {
    /// With credentials.
    Ok,
    /// The role's trust policy refuses.
    Denied,
    /// The web identity token has expired.
    ExpiredToken,
    /// The request is invalid.
    Validation,
    /// With this HTTP status.
    Status(u16),
    /// The port is closed.
    #[default]
    Refused,
    /// Only what the endpoint variable names can be reached.
    RefusedByName,
    /// Packets are lost.
    Dead,
    /// It accepts and never answers.
    Hang,
    /// Not known.
    Unknown,
}

/// What the proxy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProxyAnswer {
    /// Nothing listens.
    #[default]
    Off,
    /// It refuses every call.
    Refuses,
    /// It forwards every call.
    Forwards,
    /// It forwards to the world, and cannot reach this host's link-local addresses.
    ForwardsOutside,
}

impl MetadataAnswer {
    /// From an environment's word.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "v1v2" => Self::V1V2,
            "v2only" => Self::V2Only,
            "v1open-hop-limited" => Self::V1OpenHopLimited,
            "hop-limited" => Self::HopLimited,
            "no-token-404" => Self::NoToken404,
            "no-token-403" => Self::NoToken403,
            "no-role" => Self::NoRole,
            "failed" => Self::Failed,
            "expired" => Self::Expired,
            "forbidden" => Self::Forbidden,
            "refused" => Self::Refused,
            "dead" => Self::Dead,
            "hang" => Self::Hang,
            "ipv6only" => Self::Ipv6Only,
            _ => return None,
        })
    }
}

impl EndpointAnswer {
    /// From an environment's word.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "ok" => Self::Ok,
            "malformed" => Self::Malformed,
            "code-and-message" => Self::CodeAndMessage,
            "expired" => Self::Expired,
            "refused" => Self::Refused,
            "dead" => Self::Dead,
            "hang" => Self::Hang,
            other => Self::Status(status(other)?),
        })
    }
}

impl StsAnswer {
    /// From an environment's word.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "ok" => Self::Ok,
            "denied" => Self::Denied,
            "expired-token" => Self::ExpiredToken,
            "validation" => Self::Validation,
            "refused" => Self::Refused,
            "refused-by-name" => Self::RefusedByName,
            "dead" => Self::Dead,
            "hang" => Self::Hang,
            other => Self::Status(status(other)?),
        })
    }
}

impl ProxyAnswer {
    /// From an environment's word.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "off" => Self::Off,
            "refuses" => Self::Refuses,
            "forwards" => Self::Forwards,
            _ => return None,
        })
    }
}

fn status(word: &str) -> Option<u16> {
    word.strip_prefix("status:")?.parse().ok()
}
