//! SIGTERM, to the real process, while callers ask without a pause: every request is answered, and it ends well.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test fails by panicking"
)]

#[path = "support/caller.rs"]
mod caller;
#[path = "support/client.rs"]
mod client;
#[path = "support/process.rs"]
mod process;
#[path = "support/mod.rs"]
mod support;

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use caller::keep_asking;
use client::{Client, Door};
use futures::future::join_all;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use process::Process;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use support::{keyed, pod, review};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

const CALLERS: usize = 16;

/// Answers to all callers together, before SIGTERM and after.
const MANY: usize = 400;

/// How callers come and go: they go on until as many were answered after the signal as before it.
struct Course<'p> {
    process: &'p Process,
    answers: Cell<usize>,
}

impl Course<'_> {
    fn answered(&self) {
        self.answers.set(self.answers.get() + 1);
        if self.answers.get() == MANY {
            self.process.terminate();
        }
    }

    fn goes_on(&self) -> bool {
        self.answers.get() < 2 * MANY
    }
}

/// Callers ask without a pause, the process is told to end, and they ask on.
async fn lose_nothing(
    process: &Process,
    connect: impl AsyncFn() -> std::io::Result<Client>,
    ask: impl AsyncFn(&mut Client) -> Result<StatusCode, hyper::Error>,
    expected: StatusCode,
) {
    let course = Course { process, answers: Cell::new(0) };
    let counted = async |client: &mut Client| {
        let status = ask(client).await?;
        course.answered();
        Ok(status)
    };
    let callers = (0..CALLERS).map(|_| keep_asking(&connect, &counted, expected, || course.goes_on()));
    let answered: usize = join_all(callers).await.into_iter().sum();
    assert!(answered >= 2 * MANY, "{answered} answers: it took no connections after the signal");
}

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

/// Waits until nobody can connect any more.
async fn closed(address: SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        sleep(Duration::from_millis(20)).await;
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
    lose_nothing(&process, async || door.client().await, ask, StatusCode::OK).await;
    let health = get(address(&line, "metrics"), "/readyz").await;
    assert!(health.starts_with("HTTP/1.1 503") && health.contains("ending"), "{health}");
    let answer = half_sent(&door, &denied).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(process.ended().code(), Some(0));
    std::fs::remove_dir_all(folder).unwrap();
}

/// A registration that the gateway refuses, and forwards nowhere.
fn registration() -> Request<Full<Bytes>> {
    let env = keyed()["env"].clone();
    let container = json!({"name": "api", "image": "acme/checkout", "environment": env});
    let body = json!({"family": "checkout", "containerDefinitions": [container]}).to_string();
    Request::post("/")
        .header("host", "localhost")
        .header("x-amz-target", "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=testing/20261125/eu-west-1/ecs/aws4_request")
        .body(Full::from(body))
        .unwrap()
}

#[tokio::test]
async fn a_gateway_that_is_told_to_end_under_load_answers_every_call() {
    let flags =
        "gateway --listen 127.0.0.1:0 --region eu-west-1 --upstream http://127.0.0.1:9 --shutdown-delay 3";
    let mut process = Process::start(flags.split_whitespace());
    let address = address(&serving(&mut process), "listen");
    let connect = async || Client::over(TcpStream::connect(address).await?).await;
    let ask = async |client: &mut Client| client.send(registration()).await.map(|(status, _)| status);
    lose_nothing(&process, connect, ask, StatusCode::BAD_REQUEST).await;
    closed(address).await;
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
