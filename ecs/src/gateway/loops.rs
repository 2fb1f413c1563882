//! A gateway whose requests come back to it would ask itself for ever.
//!
//! An upstream that leads to the gateway's own address is refused at the start. What comes back on a longer way
//! carries the gateway's mark. Source: RFC 9110, section 7.6.3, "Via".

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use http::header::VIA;
use http::{HeaderMap, HeaderValue, Uri};
use tokio::net::lookup_host;
use tokio::time::timeout;

/// How long a name may take to be found; one that is not found then is told by the mark.
const PATIENCE: Duration = Duration::from_secs(2);

/// What tells this gateway's requests from all others.
#[derive(Debug)]
pub(super) struct Mark(String);

impl Mark {
    /// A mark of its own for each gateway.
    pub(super) fn new() -> Self {
        Self(format!("policyctl-{:016x}", RandomState::new().hash_one(std::process::id())))
    }

    /// Whether a request went through this gateway before.
    pub(super) fn is_on(&self, headers: &HeaderMap) -> bool {
        let passed = headers.get_all(VIA).iter().filter_map(|value| value.to_str().ok());
        passed.flat_map(|value| value.split([',', ' '])).any(|word| word == self.0)
    }

    /// Marks a request.
    pub(super) fn put_on(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&format!("1.1 {}", self.0)) {
            headers.append(VIA, value);
        }
    }
}

/// Whether an endpoint is the address that a gateway listens on.
pub(super) async fn leads_to(endpoint: &Uri, own: SocketAddr) -> bool {
    let usual = if endpoint.scheme_str() == Some("https") { 443 } else { 80 };
    if endpoint.port_u16().unwrap_or(usual) != own.port() {
        return false;
    }
    let host = endpoint.host().unwrap_or_default().trim_matches(['[', ']']);
    match timeout(PATIENCE, lookup_host((host, own.port()))).await {
        Ok(Ok(mut addresses)) => addresses.any(|address| is_at(address.ip(), own.ip())),
        Ok(Err(_)) | Err(_) => false,
    }
}

/// Whether who listens on `own` is reached at an address.
fn is_at(address: IpAddr, own: IpAddr) -> bool {
    address == own || own.is_unspecified() && is_of_this_machine(address)
}

/// Only an address of one's own can be bound.
fn is_of_this_machine(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_endpoint_is_ones_own_by_address_and_port() {
        for (endpoint, own, expected) in [
            ("http://127.0.0.1:8970/", "127.0.0.1:8970", true),
            ("http://localhost:8970/", "127.0.0.1:8970", true),
            ("http://127.0.0.1:8970/", "0.0.0.0:8970", true),
            ("http://[::1]:8970/", "[::1]:8970", true),
            ("https://127.0.0.1/", "127.0.0.1:443", true),
            ("http://127.0.0.1:8971/", "127.0.0.1:8970", false),
            ("http://127.0.0.1:8970/", "127.0.0.2:8970", false),
            ("http://192.0.2.1:8970/", "0.0.0.0:8970", false),
        ] {
            assert_eq!(
                leads_to(&endpoint.parse().unwrap(), own.parse().unwrap()).await,
                expected,
                "{endpoint} {own}"
            );
        }
    }

    #[test]
    fn a_mark_is_known_among_others() {
        let (mark, other) = (Mark::new(), Mark::new());
        let mut headers = HeaderMap::new();
        headers.insert(VIA, HeaderValue::from_static("1.1 proxy, 1.0 fred"));
        other.put_on(&mut headers);
        assert!(!mark.is_on(&headers) && other.is_on(&headers));
        mark.put_on(&mut headers);
        assert!(mark.is_on(&headers) && other.is_on(&headers));
    }
}
