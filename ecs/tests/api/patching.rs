//! What is changed before it is registered, case by case, at both doors.

use crate::support::{OWN_ID, OWN_SECRET, ROLE, definition, keyed, needy, policy, policy_from, role, today};
use policyctl_ecs::examine::{self, Examined};
use policyctl_policies::facts::RefusingRoles;
use policyctl_policies::finding::Level;
use policyctl_policies::inject::Deed;
use policyctl_policies::policy::{Door, Policy};
use policyctl_policies::verdict::Judge;
use serde_json::{Value, json};

const OTHER: &str = "arn:aws:iam::111122223333:role/other";

fn examined(definition: &Value, policy: &Policy, door: Door) -> Examined {
    let judge = Judge { policy, door, day: today() };
    examine::definition(&judge, "taskdef", &definition.to_string(), &RefusingRoles::new()).unwrap()
}

fn value(examined: &Examined) -> Value {
    serde_json::from_str(&examined.text).unwrap()
}

/// The same roles, with the gateway allowed to patch.
fn willing(mut policy: Policy) -> Policy {
    policy.patch.identity.push(Door::Gateway);
    policy.patch.no_proxy.push(Door::Gateway);
    policy
}

fn referenced() -> Value {
    let secret = |field: &str| format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:k:{field}::");
    let mut definition = needy();
    definition["containerDefinitions"][0]["secrets"] = json!([
        {"name": "AWS_ACCESS_KEY_ID", "valueFrom": secret("id")},
        {"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": secret("key")},
    ]);
    definition
}

fn rules(examined: &Examined, level: Level) -> Vec<&'static str> {
    examined.verdict.findings.iter().filter(|finding| finding.level == level).map(|f| f.rule).collect()
}

#[test]
fn a_role_that_is_needed_and_mapped_is_set() {
    for (door, policy) in [
        (Door::Register, policy(vec![role(ROLE, false)])),
        (Door::Gateway, willing(policy(vec![role(ROLE, false)]))),
    ] {
        let examined = examined(&needy(), &policy, door);
        let mut expected = needy();
        expected["taskRoleArn"] = json!(ROLE);
        assert_eq!(examined.deeds, [Deed::TaskRole]);
        assert_eq!(value(&examined), expected);
        assert!(!rules(&examined, Level::Warn).contains(&"task-role-missing"), "judged as it then is");
    }
}

#[test]
fn a_role_of_ones_own_is_kept_and_noted() {
    let mut own = needy();
    own["taskRoleArn"] = json!("arn:aws:iam::111122223333:role/own");
    for door in [Door::Register, Door::Gateway] {
        let examined = examined(&own, &willing(policy(vec![role(ROLE, false)])), door);
        assert_eq!(value(&examined), own);
        assert!(examined.verdict.notes.iter().any(|note| note.message.contains("role map")));
        assert!(!examined.is_denied());
    }
}

#[test]
fn nothing_is_set_where_the_map_cannot_be_meant() {
    let two = willing(policy(vec![role(ROLE, false), role(OTHER, false)]));
    let one = willing(policy(vec![role(ROLE, false)]));
    let executed_by = |arn: &str| {
        let mut definition = needy();
        definition["executionRoleArn"] = json!(arn);
        definition
    };
    for (definition, policy) in [
        (needy(), &two),
        (executed_by(ROLE), &one),
        (executed_by("arn:aws:iam::999999999999:role/x"), &one),
        (executed_by("arn:aws-cn:iam::111122223333:role/x"), &one),
    ] {
        for door in [Door::Register, Door::Gateway] {
            let examined = examined(&definition, policy, door);
            assert_eq!(value(&examined), definition);
            assert!(rules(&examined, Level::Warn).contains(&"task-role-missing"));
        }
    }
}

/// A policy whose one role lets only EC2 instances in, as its trust policy says.
fn contradicted(service: &str) -> Policy {
    let spec = format!(
        r#"{{"patch": {{"identity": ["register", "gateway"]}}, "roles": {{"ecs": [{{"name": "checkout", "match": {{"families": ["checkout"]}},
            "taskRoleArn": "{ROLE}", "trustPolicy": {{"Version": "2012-10-17", "Statement": [
                {{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}]}}}}]}}}}"#
    );
    Policy::read("policy.yaml", policy_from(&spec).as_bytes()).unwrap()
}

#[test]
fn a_role_whose_trust_policy_lets_no_task_in_is_not_set_and_the_task_is_denied() {
    let mut named = needy();
    named["taskRoleArn"] = json!(ROLE);
    for door in [Door::Register, Door::Gateway] {
        for definition in [needy(), named.clone()] {
            let examined = examined(&definition, &contradicted("ec2.amazonaws.com"), door);
            assert_eq!(value(&examined), definition);
            assert_eq!(rules(&examined, Level::Deny), ["trust-refuses-tasks"]);
            assert!(examined.verdict.findings.iter().any(|finding| finding.message.contains("no ECS task")));
        }
        let trusted = examined(&needy(), &contradicted("ecs-tasks.amazonaws.com"), door);
        assert_eq!((trusted.deeds.as_slice(), trusted.is_denied()), (&[Deed::TaskRole][..], false));
    }
}

#[test]
fn what_is_isolated_and_needs_aws_is_denied() {
    let mut isolated = needy();
    isolated["networkMode"] = json!("none");
    isolated["taskRoleArn"] = json!(ROLE);
    for door in [Door::Register, Door::Gateway] {
        assert_eq!(
            rules(&examined(&isolated, &Policy::default(), door), Level::Deny),
            ["isolated-container"]
        );
    }
}

#[test]
fn a_key_that_the_role_replaces_is_taken_out_at_register_and_denied_at_the_gateway() {
    let policy = willing(policy(vec![role(ROLE, true)]));
    let registered = examined(&referenced(), &policy, Door::Register);
    assert_eq!(registered.deeds, [Deed::TaskRole, Deed::KeysRemoved]);
    assert!(!registered.is_denied());
    assert_eq!(value(&registered)["containerDefinitions"][0]["secrets"], json!([]));
    let refused = examined(&referenced(), &policy, Door::Gateway);
    assert!(refused.is_denied());
    assert!(value(&refused)["containerDefinitions"][0] == referenced()["containerDefinitions"][0]);
}

#[test]
fn a_key_stays_denied_where_the_role_does_not_replace_it() {
    let policy = willing(policy(vec![role(ROLE, false)]));
    for definition in [keyed(), referenced()] {
        for door in [Door::Register, Door::Gateway] {
            assert!(examined(&definition, &policy, door).is_denied());
        }
    }
}

#[test]
fn a_key_in_a_command_a_label_or_an_option_is_denied_whatever_replaces_it() {
    let policy = willing(policy(vec![role(ROLE, true)]));
    let line = format!("AWS_ACCESS_KEY_ID={OWN_ID} AWS_SECRET_ACCESS_KEY={OWN_SECRET} run");
    let labels = json!({"AWS_ACCESS_KEY_ID": OWN_ID, "AWS_SECRET_ACCESS_KEY": OWN_SECRET});
    for (member, value) in [
        ("command", json!(["sh", "-c", line])),
        ("dockerLabels", labels),
        (
            "logConfiguration",
            json!({"logDriver": "awsfirelens", "options": {
            "Name": "s3", "aws_access_key_id": OWN_ID, "aws_secret_access_key": OWN_SECRET}}),
        ),
    ] {
        let mut definition = definition(&json!([]));
        definition["containerDefinitions"][0][member] = value;
        for door in [Door::Register, Door::Gateway] {
            let examined = examined(&definition, &policy, door);
            assert!(examined.is_denied(), "{member}: {:?}", examined.verdict);
        }
    }
}

#[test]
fn an_exception_from_the_proxy_is_appended() {
    let proxied = definition(&json!([
        {"name": "BUCKET", "value": "s3://acme-orders"},
        {"name": "HTTP_PROXY", "value": "http://proxy:3128"},
        {"name": "NO_PROXY", "value": "localhost"},
    ]));
    let policy = policy(vec![role(ROLE, false)]);
    let registered = examined(&proxied, &policy, Door::Register);
    assert_eq!(registered.deeds, [Deed::TaskRole, Deed::NoProxy]);
    let appended = &value(&registered)["containerDefinitions"][0]["environment"][2]["value"];
    assert_eq!(appended, "localhost,169.254.170.2");
    assert!(examined(&proxied, &policy, Door::Gateway).deeds.is_empty());
    assert_eq!(examined(&proxied, &willing(policy), Door::Gateway).deeds, registered.deeds);
}

#[test]
fn only_what_is_changed_changes_in_the_text() {
    let text = serde_json::to_string_pretty(&needy()).unwrap().replace("2.5", "2.50");
    let policy = policy(vec![role(ROLE, false)]);
    let judge = Judge { policy: &policy, door: Door::Register, day: today() };
    let examined = examine::definition(&judge, "taskdef", &text, &RefusingRoles::new()).unwrap();
    let added = format!(",\n  \"taskRoleArn\": \"{ROLE}\"");
    assert_eq!(examined.text.replacen(&added, "", 1), text);
}

#[test]
fn examining_twice_changes_nothing_more() {
    let policy = policy(vec![role(ROLE, true)]);
    let once = examined(&referenced(), &policy, Door::Register);
    let twice = examined(&value(&once), &policy, Door::Register);
    assert!(twice.deeds.is_empty());
    assert_eq!(value(&twice), value(&once));
}
