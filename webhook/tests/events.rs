//! Which reviews the controller of a pod is told of, and in what words.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test fails by panicking")]

#[path = "support/mod.rs"]
mod support;

use policyctl_policies::policy::Policy;
use policyctl_webhook::admission::{Admission, Endpoint};
use policyctl_webhook::events::{Events, Notice};
use serde_json::{Value, json};
use support::{KEY_ID, SECRET, admission, ask, keyed, pod, policy, review};
use tokio::sync::mpsc;

/// A review of a pod with a key that a controller of this kind made.
fn owned(namespace: &str, kind: &str) -> Value {
    let mut object = pod("plain", keyed());
    object["metadata"]["ownerReferences"] = json!([
        {"apiVersion": "apps/v1", "kind": "Other", "name": "other", "uid": "1"},
        {"apiVersion": "apps/v1", "kind": kind, "name": "web-5d9", "uid": "9f3", "controller": true},
    ]);
    review(namespace, &object)
}

/// What the controller is told of a review.
async fn told_by(policy: Policy, review: &Value) -> Option<Notice> {
    let (queue, mut notices) = mpsc::channel(8);
    let admission = Admission { events: Events::into(queue, std::sync::Arc::default()), ..admission(policy) };
    ask(&admission, Endpoint::Validate, review).await;
    notices.try_recv().ok()
}

async fn told(review: &Value) -> Option<Notice> {
    told_by(Policy::default(), review).await
}

#[tokio::test]
async fn the_controller_is_told_that_its_pod_was_denied_and_how_to_mend_it() {
    let notice = told(&owned("payments", "ReplicaSet")).await.unwrap();
    assert_eq!((notice.controller.kind.as_str(), notice.controller.name.as_str()), ("ReplicaSet", "web-5d9"));
    assert_eq!((notice.namespace.as_str(), notice.denied), ("payments", true));
    assert!(notice.note.starts_with("container `api`: ") && notice.note.contains("policyctl explain"));
    assert!(notice.note.len() <= 1024, "{} bytes", notice.note.len());
}

#[tokio::test]
async fn no_part_of_a_key_is_told() {
    let said = format!("{:?}", told(&owned("payments", "ReplicaSet")).await.unwrap());
    assert!(!said.contains(SECRET) && !said.contains(&KEY_ID[4..]), "{said}");
}

#[tokio::test]
async fn where_nothing_is_enforced_it_is_told_that_its_pod_would_be_denied() {
    assert!(!told(&owned("lenient", "Job")).await.unwrap().denied);
}

#[tokio::test]
async fn nobody_is_told_where_the_mode_is_to_look_on_in_silence() {
    let silent = || policy("  admission: {mode: audit}\n");
    assert!(told_by(silent(), &owned("lenient", "ReplicaSet")).await.is_none());
    assert!(told_by(silent(), &owned("payments", "ReplicaSet")).await.is_some(), "its label raises the mode");
}

#[tokio::test]
async fn nobody_is_told_of_a_dry_run_an_update_a_static_pod_or_a_pod_of_a_persons_own() {
    let mut dry_run = owned("payments", "ReplicaSet");
    dry_run["request"]["dryRun"] = json!(true);
    let mut update = owned("payments", "ReplicaSet");
    update["request"]["operation"] = json!("UPDATE");
    let alone = review("payments", &pod("plain", keyed()));
    for (what, review) in
        [("dry run", dry_run), ("update", update), ("static", owned("payments", "Node")), ("alone", alone)]
    {
        assert!(told(&review).await.is_none(), "{what}");
    }
}

#[tokio::test]
async fn nobody_is_told_of_a_pod_without_a_finding() {
    let mut clean = owned("payments", "ReplicaSet");
    clean["request"]["object"]["spec"]["containers"][0]["env"] = json!([]);
    assert!(told(&clean).await.is_none());
}
