//! Several regions behind one gateway, and nothing besides.

use aws_credential_types::Credentials;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::policy::Policy;

use crate::support::{Answered, Stage, anywhere, credentials, signature};

async fn stage(regions: &[&str]) -> Stage {
    let regions = regions.iter().map(|region| (*region).to_owned()).collect();
    Stage::set(Policy::default(), Settings { regions, ..anywhere() }).await
}

async fn call(stage: &Stage, region: Option<&str>, host: &str) -> Answered {
    let mut request = stage.request("ListClusters").header("host", host);
    if let Some(region) = region {
        let scope =
            format!("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261125/{region}/ecs/aws4_request");
        request = request.header("authorization", scope);
    }
    let request: Request<Full<Bytes>> = request.body(Full::from("{}")).unwrap();
    stage.send(request).await
}

#[tokio::test]
async fn a_request_is_signed_anew_for_the_region_that_it_was_signed_for() {
    let stage = stage(&["eu-west-1", "us-east-1"]).await;
    for region in ["us-east-1", "eu-west-1"] {
        assert_eq!(call(&stage, Some(region), "localhost").await.status, 200);
        let arrived = stage.recorder.requests().pop().unwrap();
        assert!(signature::verifies(&arrived, credentials(), region), "{region}");
    }
}

#[tokio::test]
async fn a_host_of_the_region_names_it_too() {
    let stage = stage(&["eu-west-1", "cn-north-1"]).await;
    for (host, region) in [
        ("ecs.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("ecs-fips.eu-west-1.amazonaws.com", "eu-west-1"),
        ("ecs.eu-west-1.api.aws:443", "eu-west-1"),
    ] {
        assert_eq!(call(&stage, None, host).await.status, 200, "{host}");
        let arrived = stage.recorder.requests().pop().unwrap();
        assert!(signature::verifies(&arrived, credentials(), region), "{host}");
        assert!(!arrived.header("host").contains("amazonaws"), "the upstream's own host is what is called");
    }
}

#[tokio::test]
async fn it_leads_nowhere_else() {
    let stage = stage(&["eu-west-1", "eu-west-2"]).await;
    for (region, host) in [
        (Some("us-east-1"), "localhost"),
        (Some("us-east-1"), "ecs.us-east-1.amazonaws.com"),
        (Some("eu-west-1"), "ecs.eu-west-2.amazonaws.com"),
        (Some("eu-west-1"), "ecs.us-east-1.amazonaws.com"),
        (Some("eu-west-1"), "169.254.169.254"),
        (Some("eu-west-1"), "ecs.eu-west-1.amazonaws.com.evil.example"),
        (None, "localhost"),
        (None, ""),
    ] {
        assert_eq!(call(&stage, region, host).await.status, 400, "{region:?} {host}");
    }
    let proxied = b"POST http://ecs.us-east-1.amazonaws.com/ HTTP/1.1";
    assert!(raw(&stage, proxied).await.starts_with("HTTP/1.1 400"));
    assert!(stage.recorder.requests().is_empty());
}

/// What comes back when it is taken for a proxy.
async fn raw(stage: &Stage, line: &[u8]) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    let rest = "\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\nx-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters\r\n\r\n{}";
    stream.write_all(&[line, rest.as_bytes()].concat()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_gateways_own_session_token_is_what_arrives() {
    let stage = stage(&["eu-west-1"]).await;
    let request = stage.request("ListClusters").header("x-amz-security-token", "the-callers");
    stage.send(request.body(Full::from("{}")).unwrap()).await;
    let arrived = stage.recorder.only();
    let own: Credentials = credentials();
    assert_eq!(Some(arrived.header("x-amz-security-token")), own.session_token());
}
