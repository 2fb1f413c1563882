//! What goes wrong upstream comes out as the API's own error, whatever it is, and shows nothing.

use std::time::Duration;

use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::policy::Policy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Behaviour, OWN_SECRET, Stage, anywhere, impatient, needy};

#[tokio::test]
async fn the_apis_errors_come_out_as_they_are() {
    let stage = Stage::new(Policy::default()).await;
    for (status, body) in [
        (500, r#"{"__type":"ServerException","message":"oops"}"#),
        (400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#),
        (403, r#"{"__type":"InvalidSignatureException","message":"no match"}"#),
    ] {
        stage.recorder.behave(Behaviour::With(status, body));
        let answered = stage.call("RegisterTaskDefinition", needy().to_string()).await;
        assert_eq!((answered.status.as_u16(), &answered.body[..]), (status, body.as_bytes()));
        assert_eq!(answered.headers["x-amzn-requestid"], "recorded-1");
    }
}

#[tokio::test]
async fn an_upstream_that_hangs_or_cuts_is_an_error_of_the_server() {
    let stage = Stage::with(Policy::default(), impatient()).await;
    for behaviour in [Behaviour::Hangs, Behaviour::Cuts] {
        stage.recorder.behave(behaviour);
        let answered = stage.call("RegisterTaskDefinition", needy().to_string()).await;
        assert_eq!((answered.status.as_u16(), answered.kind().as_str()), (500, "ServerException"));
        assert!(!String::from_utf8_lossy(&answered.body).contains(OWN_SECRET));
    }
    assert_eq!(stage.recorder.requests().len(), 2);
}

#[tokio::test]
async fn an_upstream_that_cannot_be_reached_is_an_error_of_the_server() {
    let upstream = Some("http://127.0.0.1:9".to_owned());
    let stage = Stage::before_nothing(Settings { upstream, ..anywhere() }).await;
    let answered = stage.call("ListClusters", "{}").await;
    assert_eq!((answered.status.as_u16(), answered.kind().as_str()), (500, "ServerException"));
    assert!(answered.headers["x-amzn-requestid"].to_str().unwrap().starts_with("policyctl-"));
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_and_never_looks_whole() {
    let stage = Stage::new(Policy::default()).await;
    stage.recorder.behave(Behaviour::Stumbles);
    let request: Request<Full<bytes::Bytes>> =
        stage.request("RegisterTaskDefinition").body(Full::from(needy().to_string())).unwrap();
    let response = Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap();
    assert!(response.into_body().collect().await.is_err());
}

/// What comes back for bytes that never make a whole request.
async fn sent(stage: &Stage, bytes: &str) -> String {
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(10), read).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_caller_that_is_slow_is_cut_off() {
    let mut bounds = anywhere().bounds;
    bounds.read = Duration::from_millis(300);
    let stage = Stage::with(Policy::default(), bounds).await;
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    assert!(!sent(&stage, head).await.contains("200 OK"));
    let target = "x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters";
    let slow = sent(&stage, &format!("{head}{target}\r\ncontent-length: 9\r\n\r\n{{")).await;
    assert!(slow.contains("ClientException") && slow.contains("too slowly"), "{slow}");
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn a_refusal_reaches_its_caller_who_keeps_the_connection() {
    let stage = Stage::new(Policy::default()).await;
    let stream = TokioIo::new(TcpStream::connect(stage.address).await.unwrap());
    let (mut caller, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for host in ["evil.example", "evil.example", "localhost"] {
        let body = format!(r#"{{"maxResults": 1, "future": "{}"}}"#, "x".repeat(900 << 10));
        let target = "AmazonEC2ContainerServiceV20141113.ListClusters";
        let request = Request::post("/").header("host", host).header("x-amz-target", target);
        caller.ready().await.unwrap();
        let answer =
            caller.send_request(request.body(Full::<bytes::Bytes>::from(body)).unwrap()).await.unwrap();
        assert_eq!(answer.status() == 200, host == "localhost", "{host}");
        answer.into_body().collect().await.unwrap();
    }
}

#[tokio::test]
async fn more_requests_than_may_be_under_way_are_told_to_wait() {
    let mut bounds = impatient();
    bounds.requests = 1;
    bounds.upstream = Duration::from_secs(30);
    let stage = std::sync::Arc::new(Stage::with(Policy::default(), bounds).await);
    stage.recorder.behave(Behaviour::Hangs);
    let held = std::sync::Arc::clone(&stage);
    let holding = tokio::spawn(async move { held.call("ListClusters", "{}").await });
    while stage.recorder.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let shed = stage.call("ListClusters", "{}").await;
    assert_eq!((shed.status.as_u16(), shed.kind().as_str()), (400, "ThrottlingException"));
    holding.abort();
}
