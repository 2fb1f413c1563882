//! Every fix is proven: the text edit and the JSON Patch give the same value, the finding is gone, and fixing
//! twice changes nothing.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod input;
mod page;

use input::Input;
use page::flagged;
use policyctl_policies::document::{Document, splice};
use policyctl_policies::finding::Located;
use policyctl_policies::fix::Fix;
use policyctl_policies::policy::{Bundle, Glob, Grant, MappedRole, Match, Policy};
use policyctl_policies::workload::Text;

/// A finding with a fix that changes something, and where it was found.
struct Fixable {
    index: usize,
    rule: &'static str,
    container: Option<Text>,
    fix: Fix,
}

fn fixables(input: &Input, policy: &Policy) -> Vec<Fixable> {
    let mut found = Vec::new();
    for (index, (_, verdict)) in input.by_document(policy).into_iter().enumerate() {
        for Located { rule, container, fix, .. } in verdict.findings {
            let fix = fix.filter(|fix| !fix.changes.is_empty());
            found.extend(fix.map(|fix| Fixable { index, rule, container, fix }));
        }
    }
    found
}

fn document<'i>(input: &'i Input, policy: &Policy, index: usize) -> &'i Document {
    input.by_document(policy)[index].0
}

/// Proves every fix of a text, and names their rules.
#[track_caller]
fn prove(text: &str, policy: &Policy) -> Vec<&'static str> {
    let input = Input::read(text);
    let fixables = fixables(&input, policy);
    for fixable in &fixables {
        let before = document(&input, policy, fixable.index);
        let edit = before.edit(&fixable.fix.changes).expect("it can be edited").expect("it changes");
        let after = splice(text, &[edit]);
        assert_same_as_patch(before, policy, fixable, &after);
        let left = Input::read(&after).judge(policy).findings;
        let same = |other: &Located| other.rule == fixable.rule && other.container == fixable.container;
        assert!(!left.iter().any(same), "{} is still found after its fix:\n{after}", fixable.rule);
    }
    fixables.iter().map(|fixable| fixable.rule).collect()
}

#[track_caller]
fn assert_same_as_patch(before: &Document, policy: &Policy, fixable: &Fixable, after: &str) {
    let operations = before.patch(&fixable.fix.changes).expect("it can be patched");
    let patch: json_patch::Patch = serde_json::from_slice(&operations).expect("RFC 6902");
    let mut patched = before.to_value();
    json_patch::patch(&mut patched, &patch).expect("the patch applies");
    let edited = Input::read(after);
    assert_eq!(document(&edited, policy, fixable.index).to_value(), patched, "{}", fixable.rule);
}

fn baseline() -> Policy {
    Policy::bundled(Bundle::Baseline)
}

#[test]
fn every_fix_of_a_flagged_example_converges() {
    let proven: Vec<_> =
        flagged().iter().flat_map(|(_, block)| prove(&block.text, &block.policy())).collect();
    assert!(proven.len() >= 3, "only {proven:?} were offered");
}

#[test]
fn a_role_from_the_role_map_converges() {
    let role = MappedRole {
        name: "exporter".into(),
        matches: Match { families: Some(vec![Glob::new("exporter")]), ..Match::default() },
        grant: Grant::TaskRole("arn:aws:iam::111122223333:role/exporter".into()),
        replaces_keys: false,
        refuses_tasks: false,
    };
    let policy = Policy { roles: vec![role], ..baseline() };
    let example = flagged().into_iter().find(|(rule, _)| *rule == "task-role-missing").expect("an example").1;
    assert_eq!(prove(&example.text, &policy), ["task-role-missing"]);
}

/// A pod with IRSA whose container has this YAML below it.
fn pod(members: &str) -> String {
    format!(
        "apiVersion: v1
kind: ServiceAccount
metadata:
  name: checkout
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/checkout
---
# the shop
apiVersion: v1
kind: Pod
metadata:
  name: checkout
spec:
  serviceAccountName: checkout
  containers:
    - name: app   # the program
      image: acme/checkout:1
{members}"
    )
}

#[test]
fn a_written_key_is_taken_out_of_blocks() {
    let text = pod("      env:
        - name: LOG_LEVEL
          value: info
        # from the old account
        - name: AWS_ACCESS_KEY_ID
          value: AKIAIOSFODNN7EXAMPLE
        - name: AWS_SECRET_ACCESS_KEY
          value: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
        - {name: AWS_REGION, value: eu-west-1}
");
    assert_eq!(prove(&text, &baseline()), ["static-access-key"]);
}

#[test]
fn the_only_variables_are_taken_out_too() {
    let text = pod("      env:
        - {name: AWS_SECRET_ACCESS_KEY, value: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}
        - {name: AWS_ACCESS_KEY_ID, value: AKIAIOSFODNN7EXAMPLE}
      ports: [{containerPort: 80}]
");
    assert_eq!(prove(&text, &baseline()), ["static-access-key"]);
}

#[test]
fn a_referenced_key_is_taken_out_of_flow() {
    let text = pod("      env: [{name: A, value: b},
        {name: AWS_ACCESS_KEY_ID, valueFrom: {secretKeyRef: {name: aws, key: id}}},
        {name: AWS_SECRET_ACCESS_KEY, valueFrom: {secretKeyRef: {name: aws, key: secret}}}]
");
    assert_eq!(prove(&text, &baseline()), ["static-key-reference"]);
}

/// A task definition with a role whose container has this JSON in it.
fn task(members: &str) -> String {
    format!(
        r#"{{
  "family": "checkout",
  "taskRoleArn": "arn:aws:iam::111122223333:role/checkout",
  "containerDefinitions": [{{"name": "app", "image": "acme/checkout:1", {members}}}]
}}"#
    )
}

#[test]
fn a_key_from_ecs_secrets_is_taken_out() {
    let text = task(
        r#""secrets": [{"name": "AWS_ACCESS_KEY_ID", "valueFrom": "/a"}, {"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": "/b"}]"#,
    );
    assert_eq!(prove(&text, &baseline()), ["static-key-reference"]);
}

#[test]
fn a_key_in_two_lists_is_taken_out_of_both() {
    let text = task(
        r#""environment": [{"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE"}],
     "secrets": [{"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": "/b"}]"#,
    );
    assert_eq!(prove(&text, &baseline()), ["static-key-reference"]);
}

#[test]
fn an_exception_is_added_where_the_proxy_has_none() {
    let text = task(r#""environment": [{"name": "http_proxy", "value": "http://proxy:3128"}]"#);
    assert_eq!(prove(&text, &baseline()), ["proxy-captures-credentials"]);
}

#[test]
fn an_exception_is_added_to_both_spellings() {
    let text = task(
        r#""environment": [
      {"name": "HTTP_PROXY", "value": "http://proxy:3128"},
      {"name": "NO_PROXY", "value": "localhost"},
      {"name": "no_proxy", "value": ""}
    ]"#,
    );
    assert_eq!(prove(&text, &baseline()), ["proxy-captures-credentials"]);
}

#[test]
fn an_empty_endpoint_is_taken_out() {
    let text = pod("      env:
        - name: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
          value: \"\"
");
    assert_eq!(prove(&text, &baseline()), ["half-key-pair"]);
}
