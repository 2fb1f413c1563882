//! The rows of the admission table, as `/validate` judges them: the same rules at the same levels in the same
//! words as the engine finds at the command line's door.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test fails by panicking")]

#[path = "support/cluster.rs"]
mod cluster;
#[path = "support/mod.rs"]
mod support;
#[path = "../../policies/tests/admission-table/table.rs"]
mod table;

use std::collections::BTreeSet;

use cluster::{policy, read, seen};
use policyctl_policies::facts::Inventory;
use policyctl_policies::policy::{Day, Door};
use policyctl_policies::verdict::Judge;
use policyctl_webhook::admission::{Admission, Endpoint};
use policyctl_webhook::cluster::Cluster;
use serde_json::Value;
use table::Row;

#[tokio::test]
async fn the_webhook_says_of_each_pod_what_the_table_says() {
    let rows = table::rows();
    assert!(rows.len() >= 30, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let response = validated(row).await;
        if rules(&response) != row.says {
            wrong.push(format!("{}: {response}, not {:?}", row.name, row.says));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn both_doors_give_the_same_findings_in_the_same_words() {
    for row in table::rows() {
        let response = validated(&row).await;
        let warnings: Vec<_> = response["warnings"].as_array().into_iter().flatten().collect();
        let lines = at_the_command_line(&row);
        assert_eq!(warnings.len(), lines.len(), "{}: {warnings:?} and {lines:?}", row.name);
        for (warning, line) in warnings.iter().zip(lines) {
            // A long line is cut.
            let start = warning.as_str().unwrap().trim_end_matches('…');
            assert!(line.starts_with(start), "{}: {warning} and {line}", row.name);
        }
    }
}

/// The answer in a namespace that warns, so that every finding is told.
async fn validated(row: &Row) -> Value {
    let admission = Admission { cluster: Cluster::offline(seen(row)), ..support::admission(policy(row)) };
    let review = format!(
        r#"{{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{{"uid":"u1",
        "kind":{{"group":"","version":"v1","kind":"Pod"}},"operation":"CREATE","namespace":"payments",
        "object":{}}}}}"#,
        row.pod
    );
    let answer = admission.answer(Endpoint::Validate, review.as_bytes()).await;
    let mut answer: Value = serde_json::from_slice(&answer).unwrap();
    answer["response"].take()
}

fn rules(response: &Value) -> BTreeSet<String> {
    let of = |key: &str, level: &str| -> Vec<String> {
        let named = response["auditAnnotations"][key].as_str().unwrap_or_default();
        named.split(',').filter(|rule| !rule.is_empty()).map(|rule| format!("{rule}={level}")).collect()
    };
    of("denied-by", "deny").into_iter().chain(of("warned-by", "warn")).collect()
}

/// What `check --complete` finds of the pod: `rule: message`, in order.
fn at_the_command_line(row: &Row) -> Vec<String> {
    let mut inventory = Inventory::default();
    for object in &row.beside {
        inventory.add(&"cluster.yaml".into(), &read(&object.to_string()).1);
    }
    let (document, contents) = read(&row.pod);
    inventory.add(&"cluster.yaml".into(), &contents);
    let policy = policy(row);
    let judge = Judge { policy: &policy, door: Door::Cli, day: Day { year: 2026, month: 11, day: 25 } };
    let facts = |workload: &_| inventory.about(workload, "cluster.yaml", true);
    let findings = judge.document(&document, &contents, facts).findings.into_iter();
    findings.map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
}
