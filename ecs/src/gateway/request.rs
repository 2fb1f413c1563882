//! A caller's request, read within bounds.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, Method, Request};
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

impl Received {
    pub(super) async fn read(
        request: Request<Incoming>,
        bounds: &Bounds,
        region: &str,
    ) -> Result<Self, Refusal> {
        let operation = operation(&request)?;
        meant_for(request.headers(), region)?;
        let (head, body) = request.into_parts();
        let body = match timeout(bounds.read, Limited::new(body, bounds.body).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => {
                return Err(Refusal::client(format!("the request is larger than {} bytes", bounds.body)));
            }
            Err(_) => return Err(Refusal::client("the request came too slowly")),
        };
        Ok(Self { operation, headers: head.headers, body })
    }
}

/// AWS JSON 1.1 and nothing else: what came in another way would not be examined.
fn operation(request: &Request<Incoming>) -> Result<Operation, Refusal> {
    let plain = request.uri().path() == "/" && request.uri().query().is_none();
    let mut targets = request.headers().get_all("x-amz-target").iter();
    let target = match (targets.next(), targets.next()) {
        (Some(target), None) => target.to_str().unwrap_or_default(),
        _ => "",
    };
    let operation = Operation::of(target).filter(|_| plain && request.method() == Method::POST);
    operation.ok_or_else(|| Refusal::client("expected a request of the ECS API in AWS JSON 1.1"))
}

/// A page in a browser reaches loopback too, by a name of its own.
pub(super) fn local(request: &Request<Incoming>) -> Result<(), Refusal> {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().host().or(named).unwrap_or_default();
    if is_local(host) { Ok(()) } else { Err(Refusal::access("only callers of this machine are served")) }
}

fn is_local(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>().ok();
    let with_port = host.parse::<std::net::SocketAddr>().map(|address| address.ip()).ok();
    let bracketed = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let name = host.split(':').next().unwrap_or_default();
    name.eq_ignore_ascii_case("localhost")
        || address.or(with_port).or(bracketed).is_some_and(|address| address.is_loopback())
}

/// Whoever signs for one region must not be served in another.
fn meant_for(headers: &HeaderMap, region: &str) -> Result<(), Refusal> {
    let signed = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(region_of);
    match signed {
        Some(signed) if signed != region => Err(Refusal::client(format!(
            "this gateway serves {region}, and the request is signed for another region"
        ))),
        _ => Ok(()),
    }
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
