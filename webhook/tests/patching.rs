//! When a pod is patched: every row in each mode, through `/mutate`, then `/validate` on the pod as it is stored.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test fails by panicking")]

#[path = "support/cluster.rs"]
mod cluster;
#[path = "support/mod.rs"]
mod support;
#[path = "../../policies/tests/admission-table/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use policyctl_policies::policy::Mode;
use policyctl_webhook::admission::{Admission, Endpoint};
use policyctl_webhook::cluster::Cluster;
use serde_json::{Value, json};
use support::{ask, review};
use table::Row;

fn rows() -> Vec<Row> {
    let rows = table::of_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/patching.yaml"));
    assert!(rows.len() >= 25, "{} rows", rows.len());
    rows
}

fn admission(row: &Row, mode: Mode) -> Admission {
    let mut policy = cluster::policy(row);
    policy.admission.mode = mode;
    Admission { cluster: Cluster::offline(cluster::seen(row)), ..support::admission(policy) }
}

fn text<'v>(response: &'v Value, annotation: &str) -> &'v str {
    response["auditAnnotations"][annotation].as_str().unwrap_or_default()
}

fn applied(response: &Value, pod: &Value) -> Value {
    let Some(patch) = response["patch"].as_str() else { return pod.clone() };
    let patch: json_patch::Patch = serde_json::from_slice(&STANDARD.decode(patch).unwrap()).unwrap();
    let mut patched = pod.clone();
    json_patch::patch(&mut patched, &patch).unwrap();
    patched
}

/// The pod as it comes: without a uid, which the API server sets between the two phases.
fn coming(row: &Row) -> Value {
    let mut pod: Value = serde_json::from_str(&row.pod).unwrap();
    pod["metadata"].as_object_mut().unwrap().remove("uid");
    if row.written["fargate"] == true {
        pod["metadata"]["labels"] = json!({"eks.amazonaws.com/fargate-profile": "default"});
    }
    pod
}

/// What `/mutate` answers, and the pod as it is validated.
async fn mutated(row: &Row, mode: Mode) -> (Value, Value) {
    let pod = coming(row);
    let response = ask(&admission(row, mode), Endpoint::Mutate, &review("payments", &pod)).await;
    let mut stored = applied(&response, &pod);
    stored["metadata"]["uid"] = json!("0a1b2c3d");
    (response, stored)
}

/// The rules that warnings or causes name.
fn rules(items: &Value, of: impl Fn(&Value) -> Option<&str>) -> BTreeSet<String> {
    items.as_array().into_iter().flatten().filter_map(|item| of(item).map(str::to_owned)).collect()
}

#[tokio::test]
async fn warn_and_enforce_patch_alike_and_audit_only_says_so() {
    for row in rows() {
        let deeds = row.written["patch"].as_str().unwrap_or_default();
        let kept = row.written["kept"] == true;
        let (warn, _) = mutated(&row, Mode::Warn).await;
        let (enforce, _) = mutated(&row, Mode::Enforce).await;
        assert_eq!(warn, enforce, "{}", row.name);
        assert_eq!(text(&warn, "patched"), deeds, "{}: {warn}", row.name);
        assert_eq!(!text(&warn, "not-patched").is_empty(), kept, "{}: {warn}", row.name);
        assert_eq!((&warn["allowed"], &warn["warnings"]), (&json!(true), &Value::Null), "{}", row.name);
        let (audit, _) = mutated(&row, Mode::Audit).await;
        assert_eq!((text(&audit, "would-patch"), &audit["patch"]), (deeds, &Value::Null), "{}", row.name);
    }
}

#[tokio::test]
async fn a_pod_that_is_sent_again_as_it_was_patched_is_left_as_it_is() {
    for row in rows() {
        let (_, stored) = mutated(&row, Mode::Warn).await;
        let again = ask(&admission(&row, Mode::Warn), Endpoint::Mutate, &review("payments", &stored)).await;
        assert!(again["patch"].is_null(), "{}: {again}", row.name);
    }
}

#[tokio::test]
async fn what_a_pod_has_of_its_own_it_keeps() {
    for row in rows() {
        let (coming, (_, stored)) = (coming(&row), mutated(&row, Mode::Warn).await);
        for mapping in ["labels", "annotations"] {
            for (key, value) in coming["metadata"][mapping].as_object().into_iter().flatten() {
                assert_eq!(&stored["metadata"][mapping][key], value, "{}", row.name);
            }
        }
    }
}

#[tokio::test]
async fn the_patched_pod_is_warned_about_or_denied_as_the_row_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        let (_, stored) = mutated(&row, Mode::Warn).await;
        let validated =
            async |mode| ask(&admission(&row, mode), Endpoint::Validate, &review("payments", &stored)).await;
        let (warned, enforced) = (validated(Mode::Warn).await, validated(Mode::Enforce).await);
        assert_eq!(warned["allowed"], true, "{}: {warned}", row.name);
        let said = rules(&warned["warnings"], |line| Some(line.as_str()?.split_once(": ")?.0));
        let denied = rules(&enforced["status"]["details"]["causes"], |cause| cause["reason"].as_str());
        let expected = (table::words(&row.written["warn"]), table::words(&row.written["deny"]));
        if (&said, &denied) != (&expected.0, &expected.1) || enforced["allowed"] != denied.is_empty() {
            wrong.push(format!("{}: warns {said:?}, denies {denied:?}: {enforced}", row.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_no_pod_being_created_is_never_patched() {
    for row in rows() {
        let pod = coming(&row);
        let mut update = review("payments", &pod);
        update["request"]["operation"] = json!("UPDATE");
        update["request"]["oldObject"] = pod.clone();
        let mut debugged = update.clone();
        debugged["request"]["subResource"] = json!("ephemeralcontainers");
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "checkout"},
            "spec": {"template": {"metadata": pod["metadata"], "spec": pod["spec"]}}});
        for review in [update, debugged, review("payments", &deployment)] {
            let answer = ask(&admission(&row, Mode::Enforce), Endpoint::Mutate, &review).await;
            assert!(answer["patch"].is_null() && answer["allowed"] == true, "{}: {answer}", row.name);
        }
    }
}
