//! What Lambda, S3 and ECS serve to a function, on one address of loopback.
//!
//! Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

use crate::payloads::REVISION;

/// How an invocation ended.
pub(crate) enum Outcome {
    Response(Value),
    Error(Value),
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<VecDeque<(String, u64)>>,
    came: Notify,
    payload: Mutex<Vec<u8>>,
    environment: Mutex<Value>,
    refuses: Mutex<bool>,
    /// What IAM answers; without it, nothing ever.
    iam: Mutex<Option<&'static str>>,
    calls: Mutex<Vec<String>>,
}

pub(crate) struct StandIn {
    address: String,
    shared: Arc<Shared>,
    outcomes: tokio::sync::Mutex<mpsc::UnboundedReceiver<Outcome>>,
    server: AbortHandle,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Clone)]
struct Desk {
    shared: Arc<Shared>,
    outcomes: mpsc::UnboundedSender<Outcome>,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = Arc::<Shared>::default();
        let desk = Desk { shared: Arc::clone(&shared), outcomes: sender };
        let runtime = "/2018-06-01/runtime/invocation";
        let router = Router::new()
            .route(&format!("{runtime}/next"), get(next))
            .route(&format!("{runtime}/{{id}}/{{how}}"), post(ended))
            .route("/payload", get(payload))
            .route("/hang", get(std::future::pending::<StatusCode>))
            .route("/", post(ecs))
            .route("/iam", post(iam))
            .with_state(desk);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { address, shared, outcomes: receiver.into(), server }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Invokes the function with as much time as CloudFormation gives it.
    pub(crate) async fn invoke(&self, payload: &Value) -> Outcome {
        self.invoke_within(payload, 30_000).await
    }

    pub(crate) async fn invoke_within(&self, payload: &Value, milliseconds: u64) -> Outcome {
        self.shared.waiting.lock().unwrap().push_back((payload.to_string(), milliseconds));
        self.shared.came.notify_one();
        let mut outcomes = self.outcomes.lock().await;
        tokio::time::timeout(Duration::from_mins(1), outcomes.recv()).await.unwrap().unwrap()
    }

    /// What stands behind `/payload`.
    pub(crate) fn behind_link(&self, payload: &Value) {
        *self.shared.payload.lock().unwrap() = payload.to_string().into_bytes();
    }

    /// The variables of the registered task definition.
    pub(crate) fn registered(&self, variables: &[(&str, &str)]) {
        let environment = variables.iter().map(|(name, value)| json!({"name": name, "value": value}));
        *self.shared.environment.lock().unwrap() = environment.collect();
    }

    /// Lets ECS refuse what follows.
    pub(crate) fn refuse(&self) {
        *self.shared.refuses.lock().unwrap() = true;
    }

    /// Lets IAM answer with this from now on.
    pub(crate) fn iam(&self, answer: &'static str) {
        *self.shared.iam.lock().unwrap() = Some(answer);
    }

    /// The operations of ECS that were called.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.shared.calls.lock().unwrap().clone()
    }
}

async fn next(State(desk): State<Desk>) -> Response {
    let (payload, milliseconds) = loop {
        let waiting = desk.shared.waiting.lock().unwrap().pop_front();
        match waiting {
            Some(waiting) => break waiting,
            None => desk.shared.came.notified().await,
        }
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let deadline = now.as_millis() + u128::from(milliseconds);
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:111122223333:function:policyctl".to_owned(),
        ),
    ];
    (headers, payload).into_response()
}

async fn ended(State(desk): State<Desk>, Path((_, how)): Path<(String, String)>, body: Bytes) -> StatusCode {
    let value = serde_json::from_slice(&body).unwrap();
    let outcome = if how == "response" { Outcome::Response(value) } else { Outcome::Error(value) };
    desk.outcomes.send(outcome).unwrap();
    StatusCode::ACCEPTED
}

async fn payload(State(desk): State<Desk>) -> Vec<u8> {
    desk.shared.payload.lock().unwrap().clone()
}

async fn ecs(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap().to_owned();
    let request: Value = serde_json::from_slice(&body).unwrap();
    let named = if operation == "DeregisterTaskDefinition" {
        format!("{operation} {}", request["taskDefinition"].as_str().unwrap())
    } else {
        operation.clone()
    };
    desk.shared.calls.lock().unwrap().push(named);
    if *desk.shared.refuses.lock().unwrap() {
        let refusal = json!({"__type": "AccessDeniedException", "message": "not authorized"});
        return (StatusCode::BAD_REQUEST, refusal.to_string()).into_response();
    }
    let answer = match operation.as_str() {
        "DescribeServiceRevisions" => json!({"serviceRevisions": [{"taskDefinition": REVISION}]}),
        _ => json!({"taskDefinition": definition(&desk.shared.environment.lock().unwrap())}),
    };
    ([("content-type", "application/x-amz-json-1.1")], answer.to_string()).into_response()
}

async fn iam(State(desk): State<Desk>) -> &'static str {
    let answer = *desk.shared.iam.lock().unwrap();
    match answer {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

fn definition(environment: &Value) -> Value {
    json!({
        "taskDefinitionArn": REVISION,
        "family": "web",
        "status": "ACTIVE",
        "containerDefinitions": [{"name": "app", "image": "acme/web:1", "environment": environment, "futureMember": [1]}],
    })
}
