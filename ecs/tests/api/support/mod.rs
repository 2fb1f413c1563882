//! A gateway in front of a recorder, and a client in front of it.

pub(crate) mod recorder;
pub(crate) mod relay;
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
use policyctl_ecs::gateway::settings::Settings;
use policyctl_ecs::gateway::{Bounds, Callers, Error, Gateway};
use policyctl_policies::policy::{Day, Grant, MappedRole, Match, Policy};
use policyctl_serving::policy::InForce;
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
    Bounds { upstream: Duration::from_millis(300), ..Settings::default().bounds }
}

/// On a port that is free.
pub(crate) fn anywhere() -> Settings {
    Settings { listen: "127.0.0.1:0".parse().unwrap(), ..Settings::default() }
}

pub(crate) async fn gateway(settings: Settings, policy: Policy) -> Result<Gateway, Error> {
    Gateway::new(settings, policy.into(), today, &surroundings()).await
}

/// A policy file with this `spec`.
pub(crate) fn policy_from(spec: &str) -> String {
    format!(
        "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {{name: acme}}\nspec: {spec}\n"
    )
}

/// A gateway with exactly these settings, in front of a recorder.
pub(crate) async fn started(recorder: Recorder, settings: Settings, policy: InForce) -> Stage {
    let gateway = Gateway::new(settings, policy, today, &surroundings()).await.unwrap();
    Stage::before(recorder, gateway).await
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

    /// What the gateway says beside the API's answer.
    pub(crate) fn warning(&self) -> &str {
        self.headers.get("x-policyctl-warning").map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }
}

/// A gateway that runs, and what it forwards to.
pub(crate) struct Stage {
    pub(crate) recorder: Recorder,
    pub(crate) address: SocketAddr,
    pub(crate) health: Option<SocketAddr>,
}

impl Stage {
    pub(crate) async fn new(policy: Policy) -> Self {
        Self::with(policy, anywhere().bounds).await
    }

    pub(crate) async fn with(policy: Policy, bounds: Bounds) -> Self {
        Self::set(policy, Settings { bounds, ..anywhere() }).await
    }

    /// One with these settings, but for its upstream.
    pub(crate) async fn set(policy: Policy, settings: Settings) -> Self {
        let recorder = Recorder::start().await;
        let settings = Settings { upstream: Some(recorder.url()), ..settings };
        Self::before(recorder, gateway(settings, policy).await.unwrap()).await
    }

    /// One with exactly these settings; its recorder hears nothing.
    pub(crate) async fn before_nothing(settings: Settings) -> Self {
        Self::before(Recorder::start().await, gateway(settings, Policy::default()).await.unwrap()).await
    }

    /// One that takes these callers alone.
    pub(crate) async fn called_by(callers: &str) -> Self {
        let recorder = Recorder::start().await;
        let settings = Settings { upstream: Some(recorder.url()), ..anywhere() };
        let gateway = gateway(settings, Policy::default()).await.unwrap();
        Self::before(recorder, gateway.called_by(Callers::read(callers).unwrap())).await
    }

    async fn before(recorder: Recorder, gateway: Gateway) -> Self {
        recorder.describe(Behaviour::Well);
        let listening = gateway.listen().await.unwrap();
        let (address, health) = (listening.address().unwrap(), listening.health());
        tokio::spawn(listening.serve(std::future::pending()));
        Self { recorder, address, health }
    }

    pub(crate) async fn call(&self, operation: &str, body: impl Into<Bytes>) -> Answered {
        self.send(self.request(operation).body(Full::new(body.into())).unwrap()).await
    }

    /// What its port for health and metrics says.
    pub(crate) async fn told(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(format!("http://{}{path}", self.health.unwrap()));
        let told = self.send(request.body(Full::default()).unwrap()).await;
        (told.status, String::from_utf8(told.body.to_vec()).unwrap())
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
        refuses_tasks: false,
    }
}

pub(crate) fn policy(roles: Vec<MappedRole>) -> Policy {
    Policy { roles, ..Policy::default() }
}
