//! SIGTERM, to the real process, while callers ask without a pause: every request is answered, and it ends well.
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
#[path = "support/process.rs"]
mod process;
#[path = "support/mod.rs"]
mod support;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use client::Door;
use hyper::StatusCode;
use load::gateway::Behind;
use load::{Client, closed, lose_nothing};
use process::Process;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::CertificateDer;
use serde_json::Value;
use support::{keyed, pod, review};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A certificate that a client can trust, in a folder of this test's own.
fn certificate(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("tls.crt"), cert.pem()).unwrap();
    std::fs::write(folder.join("tls.key"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("policyctl-ending-{name}-{}", std::process::id()))
}

fn address(line: &Value, member: &str) -> SocketAddr {
    let text = line[member].as_str().unwrap();
    text.strip_prefix("http://").unwrap_or(text).parse().unwrap()
}

/// The line that says where it serves.
fn serving(process: &mut Process) -> Value {
    loop {
        let line = process.line();
        if line["message"] == "serving" {
            process.ignore_log();
            return line;
        }
        assert_ne!(line["level"], "ERROR", "{line}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_told_to_end_under_load_answers_every_review() {
    let folder = folder("serve");
    let leaf = certificate(&folder);
    let (cert, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    let flags = "serve --no-cluster --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 \
                 --shutdown-delay 3 --read-timeout 60 --drain 60 --tls-cert";
    let files = [cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let mut process = Process::start(flags.split_whitespace().chain(files));
    let line = serving(&mut process);
    let door = Door { address: address(&line, "listen"), leaf };
    let denied = serde_json::to_vec(&review("payments", &pod("checkout", keyed()))).unwrap();
    let ask = async |client: &mut Client| {
        client.post("/validate", "application/json", denied.clone()).await.map(|(status, _)| status)
    };
    lose_nothing(|| process.terminate(), async || door.client().await, ask, StatusCode::OK).await;
    let health = get(address(&line, "metrics"), "/readyz").await;
    assert!(health.starts_with("HTTP/1.1 503") && health.contains("ending"), "{health}");
    let answer = half_sent(&door, &denied).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(process.ended().code(), Some(0));
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_gateway_that_is_told_to_end_under_load_answers_every_call() {
    let behind = Behind::start().await;
    let arguments = behind.arguments();
    let mut process = Process::start(arguments.iter().map(String::as_str));
    let gateway = address(&serving(&mut process), "listen");
    behind.is_reached_to_the_end(gateway, || process.terminate()).await;
    assert_eq!(process.ended().code(), Some(0));
}

/// The answer to a review that was half sent when the port closed.
async fn half_sent(door: &Door, body: &[u8]) -> String {
    let mut stream = door.connect(rustls::ALL_VERSIONS, None).await.unwrap();
    let (length, (first, rest)) = (body.len(), body.split_at(body.len() / 2));
    let head = format!(
        "POST /validate HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(first).await.unwrap();
    stream.flush().await.unwrap();
    closed(door.address).await;
    stream.write_all(rest).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
