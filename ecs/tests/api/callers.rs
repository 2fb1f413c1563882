//! Who may call a gateway that has issued keys.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::policy::Policy;
use tokio::time::timeout;

use crate::support::{REGION, Stage, anywhere, credentials, signature};

const CALLERS: &str = "ci 0123456789abcdef\n";
const BODY: &str = r#"{"maxResults":10}"#;

/// A caller's request, signed over everything it says.
fn signed(stage: &Stage, id: &str, secret: &str, region: &str, time: SystemTime) -> Request<Full<Bytes>> {
    let mut request = stage.request("ListClusters").body(Full::from(BODY)).unwrap();
    request.headers_mut().insert("host", stage.address.to_string().parse().unwrap());
    sign_as(id, secret, region, time, &mut request);
    request
}

/// A request of a caller whose secret is this module's, signed now.
pub(crate) fn by(stage: &Stage, id: &str) -> Request<Full<Bytes>> {
    signed(stage, id, "0123456789abcdef", REGION, SystemTime::now())
}

fn sign_as(id: &str, secret: &str, region: &str, time: SystemTime, request: &mut Request<Full<Bytes>>) {
    let host = request.headers()["host"].to_str().unwrap().to_owned();
    let identity = Credentials::new(id, secret, None, None, "test").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("ecs")
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let body = SignableBody::Bytes(BODY.as_bytes());
    let signable = SignableRequest::new("POST", format!("http://{host}/"), headers, body).unwrap();
    let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
    instructions.apply_to_request_http1x(request);
}

#[tokio::test]
async fn whoever_signs_with_an_issued_key_is_served_and_signed_for_anew() {
    let stage = Stage::called_by(CALLERS).await;
    let request = signed(&stage, "ci", "0123456789abcdef", REGION, SystemTime::now());
    assert_eq!(stage.send(request).await.status, 200);
    assert!(signature::verifies(&stage.recorder.only(), credentials(), REGION));
}

#[tokio::test]
async fn nobody_else_is() {
    let stage = Stage::called_by(CALLERS).await;
    let (now, long_ago) = (SystemTime::now(), SystemTime::now() - Duration::from_mins(6));
    let mut another_body = signed(&stage, "ci", "0123456789abcdef", REGION, now);
    *another_body.body_mut() = Full::from(r#"{"maxResults":11}"#);
    let mut another_operation = signed(&stage, "ci", "0123456789abcdef", REGION, now);
    let target = "AmazonEC2ContainerServiceV20141113.DeleteCluster";
    another_operation.headers_mut().insert("x-amz-target", target.parse().unwrap());
    for request in [
        stage.request("ListClusters").body(Full::from(BODY)).unwrap(),
        signed(&stage, "ci", "another-secret-of-16", REGION, now),
        signed(&stage, "other", "0123456789abcdef", REGION, now),
        signed(&stage, "ci", "0123456789abcdef", REGION, long_ago),
        signed(&stage, "ci", "0123456789abcdef", REGION, now + Duration::from_mins(6)),
        another_body,
        another_operation,
    ] {
        assert_eq!(stage.send(request).await.kind(), "AccessDeniedException");
    }
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn a_signature_that_leaves_the_operation_out_is_none() {
    let stage = Stage::called_by(CALLERS).await;
    let mut request = stage.request("ListClusters").body(Full::from(BODY)).unwrap();
    request.headers_mut().insert("host", stage.address.to_string().parse().unwrap());
    let target = request.headers_mut().remove("x-amz-target").unwrap();
    sign_as("ci", "0123456789abcdef", REGION, SystemTime::now(), &mut request);
    request.headers_mut().insert("x-amz-target", target);
    assert_eq!(stage.send(request).await.kind(), "AccessDeniedException");
}

#[tokio::test]
async fn a_key_that_is_taken_back_opens_nothing_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callers");
    std::fs::write(&file, CALLERS).unwrap();
    let reload_interval = Duration::from_millis(20);
    let settings = Settings { callers: Some(file.clone()), reload_interval, ..anywhere() };
    let stage = Stage::set(Policy::default(), settings).await;
    let call = |id, secret| stage.send(signed(&stage, id, secret, REGION, SystemTime::now()));
    assert_eq!(call("ci", "0123456789abcdef").await.status, 200);
    std::fs::write(&file, "laptop fedcba9876543210\n").unwrap();
    let taken_back = async { while call("ci", "0123456789abcdef").await.status == 200 {} };
    timeout(Duration::from_secs(20), taken_back).await.expect("the old key still opens");
    assert_eq!(call("laptop", "fedcba9876543210").await.status, 200);
    std::fs::write(&file, "broken").unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(call("laptop", "fedcba9876543210").await.status, 200, "a broken file changes nothing");
}
