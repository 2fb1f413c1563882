//! What is set in a task definition before it is registered, case by case.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test may")]

use std::sync::Arc;

use json_patch::Patch;
use policyctl_policies::document::{Document, Format, Limits, parse};
use policyctl_policies::facts::Facts;
use policyctl_policies::finding::Level;
use policyctl_policies::inject::{self, Deed, Injection};
use policyctl_policies::policy::{Door, Grant, MappedRole, Match, Policy};
use policyctl_policies::read;
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/checkout-task";

fn document(definition: &Value) -> Document {
    let name: Arc<str> = "taskdef.json".into();
    let text = serde_json::to_vec(definition).unwrap();
    parse(&name, &text, Format::Json, Limits::default()).remove(0).unwrap()
}

fn definition(environment: Value) -> Value {
    json!({
        "family": "checkout", "futureField": 7,
        "containerDefinitions": [{"name": "api", "image": "acme/checkout", "environment": environment}],
    })
}

fn needy() -> Value {
    definition(json!([{"name": "BUCKET", "value": "s3://acme-orders"}]))
}

fn role(arn: &str, replaces_keys: bool) -> MappedRole {
    MappedRole {
        name: arn.rsplit('/').next().unwrap().into(),
        matches: Match::default(),
        grant: Grant::TaskRole(arn.into()),
        replaces_keys,
        refuses_tasks: false,
    }
}

fn policy(roles: Vec<MappedRole>) -> Policy {
    Policy { roles, ..Policy::default() }
}

fn inject(definition: &Value, policy: &Policy, door: Door) -> (Injection, Value) {
    let document = document(definition);
    let contents = read::read(&document, "taskdef");
    let injection = inject::task(&document, &contents.workloads[0], &Facts::default(), policy, door);
    let operations = document.patch(&injection.changes).unwrap();
    let mut patched = definition.clone();
    let patch: Patch = serde_json::from_slice(&operations).unwrap();
    json_patch::patch(&mut patched, &patch).unwrap();
    (injection, patched)
}

#[test]
fn a_missing_role_is_set_where_one_entry_of_the_map_fits() {
    let (injection, patched) = inject(&needy(), &policy(vec![role(ROLE, false)]), Door::Register);
    assert_eq!(injection.deeds, [Deed::TaskRole]);
    assert_eq!(patched["taskRoleArn"], ROLE);
    assert_eq!(patched["futureField"], 7);
}

#[test]
fn the_gateway_patches_only_where_the_policy_names_it() {
    let mut policy = policy(vec![role(ROLE, false)]);
    let (injection, patched) = inject(&needy(), &policy, Door::Gateway);
    assert!(injection.deeds.is_empty() && patched == needy());
    policy.patch.identity.push(Door::Gateway);
    assert_eq!(inject(&needy(), &policy, Door::Gateway).0.deeds, [Deed::TaskRole]);
}

#[test]
fn a_role_other_than_the_maps_is_kept_and_noted() {
    let mut own = needy();
    own["taskRoleArn"] = json!("arn:aws:iam::111122223333:role/own");
    let (injection, patched) = inject(&own, &policy(vec![role(ROLE, false)]), Door::Register);
    assert_eq!(patched, own);
    assert_eq!(injection.findings[0].level, Level::Note);
}

#[test]
fn several_entries_that_fit_set_nothing_and_are_said() {
    let two = vec![role(ROLE, false), role("arn:aws:iam::111122223333:role/other", false)];
    let (injection, patched) = inject(&needy(), &policy(two), Door::Register);
    assert_eq!(patched, needy());
    assert_eq!(injection.findings[0].level, Level::Warn);
}

#[test]
fn the_execution_role_and_roles_of_another_account_or_partition_are_never_set() {
    let mut definition = needy();
    for execution in [ROLE, "arn:aws:iam::999999999999:role/x", "arn:aws-cn:iam::111122223333:role/x"] {
        definition["executionRoleArn"] = json!(execution);
        let (injection, patched) = inject(&definition, &policy(vec![role(ROLE, false)]), Door::Register);
        assert_eq!(patched, definition, "{execution}");
        assert_eq!(injection.findings.len(), 1, "{execution}");
    }
}

#[test]
fn an_exception_from_the_proxy_is_appended_once_a_role_is_there() {
    let proxied = definition(json!([
        {"name": "BUCKET", "value": "s3://acme-orders"},
        {"name": "HTTP_PROXY", "value": "http://proxy:3128"},
        {"name": "NO_PROXY", "value": "localhost"},
    ]));
    let (injection, patched) = inject(&proxied, &policy(vec![role(ROLE, false)]), Door::Register);
    assert_eq!(injection.deeds, [Deed::TaskRole, Deed::NoProxy]);
    assert_eq!(patched["containerDefinitions"][0]["environment"][2]["value"], "localhost,169.254.170.2");
    assert!(inject(&proxied, &policy(Vec::new()), Door::Register).0.deeds.is_empty());
}

#[test]
fn keys_that_the_role_replaces_go_at_register_and_never_at_the_gateway() {
    let mut policy = policy(vec![role(ROLE, true)]);
    policy.patch.identity.push(Door::Gateway);
    let mut keyed = needy();
    keyed["containerDefinitions"][0]["secrets"] = json!([
        {"name": "AWS_ACCESS_KEY_ID", "valueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:k:id::"},
        {"name": "DB", "valueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"},
        {"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:k:key::"},
    ]);
    let (injection, patched) = inject(&keyed, &policy, Door::Register);
    assert_eq!(injection.deeds, [Deed::TaskRole, Deed::KeysRemoved]);
    assert_eq!(patched["containerDefinitions"][0]["secrets"].as_array().unwrap().len(), 1);
    assert_eq!(inject(&keyed, &policy, Door::Gateway).0.deeds, [Deed::TaskRole]);
}

#[test]
fn injecting_twice_changes_nothing_more() {
    let policy = policy(vec![role(ROLE, true)]);
    let (_, once) = inject(&needy(), &policy, Door::Register);
    let (injection, twice) = inject(&once, &policy, Door::Register);
    assert!(injection.deeds.is_empty() && once == twice);
}
