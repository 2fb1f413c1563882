//! An ECS gateway that is told to end while calls are forwarded and refused.

use std::net::SocketAddr;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use tokio::net::TcpStream;

use super::upstream::{SLOW, Upstream};
use super::{Client, closed, lose_nothing};

const CLEAN: &str =
    r#"{"family": "checkout", "containerDefinitions": [{"name": "api", "image": "acme/checkout"}]}"#;

const KEYED: &str = r#"{"family": "checkout", "containerDefinitions": [{"name": "api", "image": "acme/checkout", "environment": [
    {"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE"},
    {"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}]}]}"#;

/// What stands behind the gateway.
pub(crate) struct Behind(Upstream);

impl Behind {
    pub(crate) async fn start() -> Self {
        Self(Upstream::start().await)
    }

    /// How a gateway is started in front of it.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let upstream = format!("http://{}", self.0.address);
        let fixed =
            "gateway --listen 127.0.0.1:0 --region eu-west-1 --shutdown-delay 3 --drain 60 --upstream";
        fixed.split_whitespace().map(str::to_owned).chain([upstream]).collect()
    }

    /// Every call to a gateway that is told to end is answered as it would have been: those that come before its
    /// port closes, and one that waits for the upstream then.
    pub(crate) async fn is_reached_to_the_end(&self, gateway: SocketAddr, end: impl Fn()) {
        let connect = async || Client::over(TcpStream::connect(gateway).await?).await;
        let mut client = connect().await.unwrap();
        let slow = tokio::spawn(async move { client.send(call(SLOW, "{}")).await });
        self.0.came.notified().await;
        lose_nothing(end, connect, forwarded_and_refused, StatusCode::OK).await;
        closed(gateway).await;
        self.0.go.notify_one();
        let (status, body) = slow.await.unwrap().unwrap();
        assert_eq!((status, &body[..]), (StatusCode::OK, &b"{}"[..]));
    }
}

/// The first that was not answered as it should be, else the last.
async fn forwarded_and_refused(client: &mut Client) -> Result<StatusCode, hyper::Error> {
    let (refused, _) = client.send(call("RegisterTaskDefinition", KEYED)).await?;
    if refused != StatusCode::BAD_REQUEST || !client.is_open() {
        return Ok(if refused == StatusCode::BAD_REQUEST { StatusCode::OK } else { refused });
    }
    client.send(call("RegisterTaskDefinition", CLEAN)).await.map(|(status, _)| status)
}

fn call(operation: &str, body: &'static str) -> Request<Full<Bytes>> {
    Request::post("/")
        .header("host", "localhost")
        .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=testing/20261125/eu-west-1/ecs/aws4_request")
        .body(Full::from(body))
        .unwrap()
}
