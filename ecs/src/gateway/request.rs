//! A caller's request, read within bounds.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tokio::time::timeout;

use super::Bounds;
use super::answer::Refusal;
use crate::message::Operation;

/// A request that names an operation of the API.
pub(super) struct Received {
    /// Which.
    pub(super) operation: Operation,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its body.
    pub(super) body: Bytes,
}

/// The operation of a request in AWS JSON 1.1, and nothing else: what came in another way would not be examined.
pub(super) fn operation(head: &Parts) -> Result<Operation, Refusal> {
    let plain = head.uri.path() == "/" && head.uri.query().is_none();
    let asked = plain && head.uri.authority().is_none() && head.method == Method::POST;
    let target = only(&head.headers, &HeaderName::from_static("x-amz-target")).unwrap_or_default();
    let operation = Operation::of(target).filter(|_| asked);
    operation
        .ok_or_else(|| Refusal::client("no-operation", "expected a request of the ECS API in AWS JSON 1.1"))
}

/// The host that a caller called.
pub(super) fn host(headers: &HeaderMap) -> &str {
    only(headers, &HOST).unwrap_or_default()
}

/// The region that a request is signed for: whoever signs for one must not be served in another.
pub(super) fn region(headers: &HeaderMap) -> Option<&str> {
    region_of(only(headers, &AUTHORIZATION)?)
}

/// A header that is given once: of two, others may believe the other.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Reads a body.
pub(super) async fn body(body: Incoming, bounds: &Bounds) -> Result<Bytes, Refusal> {
    match timeout(bounds.read, Limited::new(body, bounds.body).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(_)) => {
            let message = format!("the request broke off, or is larger than {} bytes", bounds.body);
            Err(Refusal::client("body-too-large", message))
        }
        Err(_) => Err(Refusal::client("body-too-slow", "the request came too slowly")),
    }
}

/// Reads a body and keeps nothing of it: while it is on its way a caller may miss the answer, and then lose
/// the connection.
pub(super) async fn read_out(mut body: Incoming, bounds: &Bounds) {
    let mut left = Some(bounds.body);
    let reading = async {
        while let (Some(room), Some(Ok(frame))) = (left, body.frame().await) {
            left = room.checked_sub(frame.data_ref().map_or(0, Bytes::len));
        }
    };
    let _ = timeout(bounds.read, reading).await;
}

/// A page in a browser reaches loopback too, by a name of its own.
pub(super) fn is_local(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>().ok();
    let with_port = host.parse::<std::net::SocketAddr>().map(|address| address.ip()).ok();
    let bracketed = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let name = host.split(':').next().unwrap_or_default();
    name.eq_ignore_ascii_case("localhost")
        || address.or(with_port).or(bracketed).is_some_and(|address| address.is_loopback())
}

/// `AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, ...`
fn region_of(authorization: &str) -> Option<&str> {
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split('/').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine_are_known_with_and_without_port() {
        for local in
            ["localhost", "LOCALHOST:8970", "127.0.0.1:8970", "127.9.9.9", "[::1]:8970", "[::1]", "::1"]
        {
            assert!(is_local(local), "{local}");
        }
        for foreign in ["", "evil.example", "localhost.evil.example:80", "10.0.0.1", "127.0.0.1.evil.example"]
        {
            assert!(!is_local(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_region_is_read_from_the_signature() {
        let signed = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261125/eu-west-1/ecs/aws4_request, SignedHeaders=host";
        assert_eq!(region_of(signed), Some("eu-west-1"));
        assert_eq!(region_of("Bearer x"), None);
    }
}
