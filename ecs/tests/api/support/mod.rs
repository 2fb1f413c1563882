//! A gateway in front of a recorder, and a client in front of it.

pub(crate) mod recorder;
pub(crate) mod signature;

use std::net::SocketAddr;
use std::time::Duration;

use aws_config::Region;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use policyctl_ecs::SdkConfig;
use policyctl_ecs::gateway::{Bounds, Callers, Gateway};
use policyctl_policies::policy::{Day, Grant, MappedRole, Match, Policy};
use serde_json::{Value, json};

pub(crate) use recorder::{Behaviour, Recorder};

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/checkout-task";
pub(crate) const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The gateway's own.
pub(crate) const OWN_ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
pub(crate) const OWN_SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");

pub(crate) fn today() -> Day {
    "2026-11-25".parse().unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new(OWN_ID, OWN_SECRET, Some("a-session".into()), None, "test")
}

pub(crate) fn surroundings() -> SdkConfig {
    SdkConfig::builder()
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials()))
        .build()
}

/// For a test that waits for them to pass.
pub(crate) fn impatient() -> Bounds {
    Bounds { upstream: Duration::from_millis(300), ..Bounds::default() }
}

async fn gateway(recorder: &Recorder, policy: Policy, bounds: Bounds) -> Gateway {
    Gateway::new(policy, today, &surroundings(), Some(&recorder.url()), bounds).await.unwrap()
}

/// An answer, read to its end.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["__type"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }
}

/// A gateway that runs, and what it forwards to.
pub(crate) struct Stage {
    pub(crate) recorder: Recorder,
    pub(crate) address: SocketAddr,
}

impl Stage {
    pub(crate) async fn new(policy: Policy) -> Self {
        Self::with(policy, Bounds::default()).await
    }

    pub(crate) async fn with(policy: Policy, bounds: Bounds) -> Self {
        let recorder = Recorder::start().await;
        let gateway = gateway(&recorder, policy, bounds).await;
        Self::before(recorder, gateway).await
    }

    /// One that takes these callers alone.
    pub(crate) async fn called_by(callers: &str) -> Self {
        let recorder = Recorder::start().await;
        let gateway = gateway(&recorder, Policy::default(), Bounds::default()).await;
        Self::before(recorder, gateway.called_by(Callers::read(callers).unwrap())).await
    }

    async fn before(recorder: Recorder, gateway: Gateway) -> Self {
        let listening = gateway.listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listening.address().unwrap();
        tokio::spawn(listening.serve(std::future::pending()));
        Self { recorder, address }
    }

    pub(crate) async fn call(&self, operation: &str, body: impl Into<Bytes>) -> Answered {
        self.send(self.request(operation).body(Full::new(body.into())).unwrap()).await
    }

    pub(crate) fn request(&self, operation: &str) -> http::request::Builder {
        Request::post(format!("http://{}/", self.address))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
            .header("user-agent", "a-client/1")
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Answered {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let (head, body) = client.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answered { status: head.status, headers: head.headers, body }
    }
}

pub(crate) fn definition(environment: &Value) -> Value {
    json!({
        "family": "checkout", "futureField": {"Deep": [1, 2.5, null, "x"]},
        "containerDefinitions": [{"name": "api", "image": "acme/checkout", "environment": environment}],
    })
}

/// Its program uses AWS.
pub(crate) fn needy() -> Value {
    definition(&json!([{"name": "BUCKET", "value": "s3://acme-orders"}]))
}

/// It holds a key pair.
pub(crate) fn keyed() -> Value {
    definition(&json!([
        {"name": "AWS_ACCESS_KEY_ID", "value": KEY_ID},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET},
    ]))
}

pub(crate) fn role(arn: &str, replaces_keys: bool) -> MappedRole {
    MappedRole {
        name: arn.rsplit('/').next().unwrap().into(),
        matches: Match::default(),
        grant: Grant::TaskRole(arn.into()),
        replaces_keys,
    }
}

pub(crate) fn policy(roles: Vec<MappedRole>) -> Policy {
    Policy { roles, ..Policy::default() }
}
