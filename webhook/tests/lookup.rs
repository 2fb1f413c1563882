//! A service account that the watch has not shown yet: one read of the API server, inside a small budget.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test fails by panicking")]

#[path = "support/mod.rs"]
mod support;

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use futures::future::join_all;
use kube::Client;
use policyctl_policies::policy::Policy;
use policyctl_webhook::admission::{Admission, Endpoint};
use policyctl_webhook::cluster::Cluster;
use serde_json::{Value, json};
use support::{ROLE, admission, ask, pod, review};
use tokio::time::Instant;

const BUDGET: Duration = Duration::from_millis(200);

/// An API server that gives one answer to every read, or none ever. Counts the reads.
fn api_server(answer: Option<(StatusCode, Value)>) -> (Client, Arc<AtomicUsize>) {
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&reads);
    let service = tower::service_fn(move |_: Request<kube::client::Body>| {
        counted.fetch_add(1, Ordering::Relaxed);
        let answer = answer.clone();
        async move {
            let Some((status, object)) = answer else { return pending().await };
            let response = Response::builder().status(status).body(Body::from(object.to_string()));
            Ok::<_, Infallible>(response.unwrap())
        }
    });
    (Client::new(service, "default"), reads)
}

/// The account is in no watch: `payments` enforces, `lenient` warns.
fn asking(client: Client) -> Admission {
    let cluster = Cluster::new(support::seen(), client, BUDGET, false);
    Admission { cluster, ..admission(Policy::default()) }
}

fn fresh() -> Value {
    pod("fresh", json!({"name": "api", "image": "acme/checkout"}))
}

fn account(annotations: Value) -> (StatusCode, Value) {
    let metadata = json!({"name": "fresh", "namespace": "payments", "annotations": annotations});
    let object =
        json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": metadata});
    (StatusCode::OK, object)
}

#[tokio::test]
async fn it_is_read_once_and_its_role_is_injected() {
    let (client, reads) = api_server(Some(account(json!({"eks.amazonaws.com/role-arn": ROLE}))));
    let response = ask(&asking(client), Endpoint::Mutate, &review("payments", &fresh())).await;
    assert_eq!(response["auditAnnotations"]["patched"], "irsa", "{response}");
    assert_eq!(reads.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn one_that_promises_nothing_is_then_known_and_nothing_is_said() {
    let (client, _) = api_server(Some(account(json!({"team": "payments"}))));
    let response = ask(&asking(client), Endpoint::Validate, &review("payments", &fresh())).await;
    assert_eq!(response, json!({"uid": "7f3c0a11", "allowed": true}));
}

#[tokio::test(start_paused = true)]
async fn a_silent_api_server_is_waited_for_as_long_as_the_budget_and_no_longer() {
    let (client, reads) = api_server(None);
    let admission = asking(client);
    let start = Instant::now();
    let warned = ask(&admission, Endpoint::Validate, &review("lenient", &fresh())).await;
    // The clock of this test stands still but for waiting.
    assert_eq!(start.elapsed().as_millis(), BUDGET.as_millis());
    assert!(warned["warnings"][0].as_str().unwrap().contains("not yet visible"), "{warned}");
    let denied = ask(&admission, Endpoint::Validate, &review("payments", &fresh())).await;
    assert_eq!(denied["allowed"], false);
    assert!(denied["status"]["message"].as_str().unwrap().contains("try again"), "{denied}");
    assert_eq!(reads.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn an_api_server_that_refuses_is_no_silent_pass_either() {
    let status = json!({"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": 403,
        "reason": "Forbidden", "message": "not allowed"});
    let (client, _) = api_server(Some((StatusCode::FORBIDDEN, status)));
    let warned = ask(&asking(client), Endpoint::Validate, &review("lenient", &fresh())).await;
    assert!(warned["warnings"][0].as_str().unwrap().contains("not yet visible"), "{warned}");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_unknown_accounts_reads_no_more_than_64_at_a_time() {
    let (client, reads) = api_server(None);
    let (admission, review) = (asking(client), review("lenient", &fresh()));
    let answers = join_all((0..200).map(|_| ask(&admission, Endpoint::Validate, &review))).await;
    let said = |answer: &Value| answer["warnings"].to_string().contains("not yet visible");
    assert!(answers.iter().all(said));
    assert_eq!(reads.load(Ordering::Relaxed), 64);
}
