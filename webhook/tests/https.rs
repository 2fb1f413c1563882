//! The admission server over real TLS on loopback: its bounds, its callers, its end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;
#[path = "../../serving/tests/load/mod.rs"]
mod load;
#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use client::{Phase, bounds, start, tls};
use hyper::StatusCode;
use load::keep_asking;
use policyctl_webhook::settings::Tls;
use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use support::{keyed, pod, review, wired};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};

const JSON: &str = "application/json";

fn denied_review() -> Vec<u8> {
    serde_json::to_vec(&review("payments", &wired(pod("checkout", keyed())))).unwrap()
}

#[tokio::test]
async fn a_review_is_answered_over_tls() {
    let server = start(tls(), bounds()).await;
    let (status, answer) =
        server.client().await.unwrap().post("/validate", JSON, denied_review()).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!((status, &answer["response"]["allowed"]), (StatusCode::OK, &json!(false)));
}

#[tokio::test]
async fn a_content_type_may_have_parameters_and_must_be_json() {
    let server = start(tls(), bounds()).await;
    let mut client = server.client().await.unwrap();
    let (status, _) =
        client.post("/validate", "application/json; charset=utf-8", denied_review()).await.unwrap();
    assert_eq!(status, StatusCode::OK);
    let (status, _) = client.post("/validate", "text/plain", denied_review()).await.unwrap();
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_body_over_seven_mebibytes_is_refused_with_413() {
    let server = start(tls(), bounds()).await;
    let posted = server.client().await.unwrap().post("/validate", JSON, vec![b' '; (7 << 20) + 1]).await;
    assert_eq!(posted.unwrap().0, StatusCode::PAYLOAD_TOO_LARGE);
    let mut large = pod("checkout", json!({"name": "api"}));
    large["metadata"]["annotations"] = json!({"big": "x".repeat(3 << 20)});
    let body = serde_json::to_vec(&review("lenient", &large)).unwrap();
    let (status, _) = server.client().await.unwrap().post("/validate", JSON, body).await.unwrap();
    assert_eq!(status, StatusCode::OK, "an object of the largest size that etcd takes is answered");
}

#[tokio::test]
async fn a_client_that_is_slow_with_its_headers_or_its_body_is_cut_off() {
    let server = start(tls(), bounds()).await;
    let unfinished = [
        "POST /validate HTTP/1.1\r\nhost: localhost\r\n",
        "POST /validate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    ];
    for text in unfinished {
        let mut stream = server.connect(rustls::ALL_VERSIONS, None).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "the connection was left open after {text:?}");
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    }
}

#[tokio::test]
async fn a_client_that_never_finishes_its_handshake_is_cut_off() {
    let server = start(tls(), bounds()).await;
    let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&[0x16]).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the connection was left open");
    assert_eq!(failed_handshakes(server).await, [Some(0), Some(1), Some(0)]);
}

#[tokio::test]
async fn a_client_that_speaks_no_tls_is_counted() {
    let server = start(tls(), bounds()).await;
    let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.unwrap();
    assert_eq!(failed_handshakes(server).await, [Some(1), Some(0), Some(0)]);
}

/// Failed, slow and unnamed ones, once the server has ended.
async fn failed_handshakes(server: client::Running) -> [Option<u32>; 3] {
    server.phase.send_replace(Phase::Ended);
    server.ended.await.unwrap();
    let text = server.metrics.text();
    ["failed", "slow", "unnamed"].map(|what| {
        let name = format!(r#"policyctl_handshakes_failed_total{{what="{what}"}} "#);
        text.lines().find_map(|line| line.strip_prefix(&name)?.parse().ok())
    })
}

#[tokio::test]
async fn more_requests_than_may_be_examined_are_shed_at_once() {
    let server = start(tls(), client::Bounds { requests: 1, ..bounds() }).await;
    let mut held = server.connect(rustls::ALL_VERSIONS, None).await.unwrap();
    let begun = "POST /validate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    held.write_all(begun.as_bytes()).await.unwrap();
    held.flush().await.unwrap();
    let mut client = server.client().await.unwrap();
    let shed = async {
        loop {
            let (status, _) = client.post("/validate", JSON, denied_review()).await.unwrap();
            if status == StatusCode::SERVICE_UNAVAILABLE {
                return;
            }
        }
    };
    timeout(Duration::from_secs(10), shed).await.expect("no request was shed");
}

#[tokio::test]
async fn tls_1_2_is_accepted_unless_the_operator_wants_1_3_alone() {
    let old = &[&rustls::version::TLS12];
    assert!(start(tls(), bounds()).await.connect(old, None).await.is_ok());
    let strict = Tls { tls13_only: true, ..tls() };
    assert!(start(strict, bounds()).await.connect(old, None).await.is_err());
}

/// A CA, and a certificate of it for this name.
fn issued(name: &str) -> (String, client::Identity) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_pem = ca.self_signed(&ca_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &Issuer::from_params(&ca, &ca_key)).unwrap();
    (ca_pem, (leaf.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap()))
}

/// Whether a caller with this certificate gets an answer. TLS 1.3 tells a refusal only with the first bytes.
async fn is_answered(server: &client::Running, identity: Option<client::Identity>) -> bool {
    let Ok(mut stream) = server.connect(rustls::ALL_VERSIONS, identity).await else { return false };
    let request = "GET /nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut answer = Vec::new();
    stream.write_all(request.as_bytes()).await.is_ok()
        && stream.read_to_end(&mut answer).await.is_ok()
        && answer.starts_with(b"HTTP/1.1 404")
}

#[tokio::test]
async fn callers_must_hold_a_certificate_of_the_ca_that_carries_an_allowed_name() {
    let (ca, apiserver) = issued("kube-apiserver");
    let file = std::env::temp_dir().join(format!("policyctl-ca-{}.pem", std::process::id()));
    std::fs::write(&file, ca).unwrap();
    let allow =
        |name: &str| Tls { client_ca: Some(file.clone()), client_names: vec![name.to_owned()], ..tls() };
    let copy = (apiserver.0.clone(), apiserver.1.clone_key());
    let server = start(allow("kube-apiserver"), bounds()).await;
    assert!(is_answered(&server, Some(apiserver)).await);
    assert!(!is_answered(&server, None).await);
    assert!(!is_answered(&server, Some(issued("kube-apiserver").1)).await, "a certificate of another CA");
    assert!(!is_answered(&start(allow("front-proxy"), bounds()).await, Some(copy)).await);
    std::fs::remove_file(file).unwrap();
}

/// Asks until the connection is closed, and fails when a request is lost on the way.
async fn outlived(mut client: load::Client) {
    let start = Instant::now();
    while client.is_open() && start.elapsed() < Duration::from_secs(10) {
        let answered = client.post("/validate", JSON, denied_review()).await;
        assert!(answered.is_ok() || !client.is_open(), "a request was lost: {answered:?}");
        sleep(Duration::from_millis(5)).await;
    }
    assert!(!client.is_open(), "the connection outlived its age");
}

#[tokio::test]
async fn a_connection_of_age_is_closed_in_an_orderly_way() {
    let young = client::Bounds { connection_age: Duration::from_millis(300), ..bounds() };
    let server = start(tls(), young).await;
    outlived(server.client().await.unwrap()).await;
    outlived(server.http2_client().await.unwrap()).await;
}

#[tokio::test]
async fn a_refusal_reaches_its_caller_who_keeps_the_connection() {
    let server = start(tls(), bounds()).await;
    for mut client in [server.client().await.unwrap(), server.http2_client().await.unwrap()] {
        for _ in 0..20 {
            let (status, _) = client.post("/validate", "text/plain", denied_review()).await.unwrap();
            assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let (status, _) = client.post("/validate", JSON, denied_review()).await.unwrap();
        assert_eq!(status, StatusCode::OK);
    }
}

/// A caller that asks until then.
async fn caller(server: &client::Running, until: Instant) -> usize {
    let ask = async |client: &mut load::Client| {
        client.post("/validate", JSON, denied_review()).await.map(|(status, _)| status)
    };
    keep_asking(async || server.client().await, ask, StatusCode::OK, || Instant::now() < until).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_loses_no_request() {
    let server = start(tls(), bounds()).await;
    let until = Instant::now() + Duration::from_millis(800);
    let end = async {
        sleep(Duration::from_millis(400)).await;
        server.phase.send_replace(client::Phase::Leaving);
    };
    let (a, b, c, ()) =
        tokio::join!(caller(&server, until), caller(&server, until), caller(&server, until), end);
    assert!(a > 0 && b > 0 && c > 0);
    server.phase.send_replace(client::Phase::Ended);
    timeout(Duration::from_secs(10), server.ended).await.expect("the server did not end").unwrap();
}
