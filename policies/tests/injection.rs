//! What is injected into a pod at admission, case by case: names, values, order and places.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test may")]

use std::sync::Arc;

use json_patch::Patch;
use policyctl_policies::document::{Document, Format, Limits, parse};
use policyctl_policies::facts::{Fact, Facts, ServiceAccount};
use policyctl_policies::inject::{self, Deed, Injection};
use policyctl_policies::policy::{Door, Grant, MappedRole, Match, Policy};
use policyctl_policies::read;
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/checkout";
const TOKEN: &str = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";

fn document(pod: &Value) -> Document {
    let name: Arc<str> = "pod".into();
    let text = serde_json::to_vec(pod).unwrap();
    parse(&name, &text, Format::Json, Limits::default()).remove(0).unwrap()
}

fn pod(container: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "checkout", "namespace": "payments"},
        "spec": {"serviceAccountName": "checkout", "containers": [container]},
    })
}

fn plain() -> Value {
    pod(json!({"name": "api", "image": "acme/checkout", "futureField": {"kept": true}}))
}

fn annotated(annotations: &[(&str, &str)]) -> Facts {
    let pairs =
        annotations.iter().map(|(key, value)| (format!("eks.amazonaws.com/{key}"), (*value).to_owned()));
    let account = ServiceAccount {
        namespace: "payments".into(),
        name: "checkout".into(),
        annotations: pairs.collect(),
        place: None,
    };
    Facts { service_account: Fact::Known(account), complete: true, ..Facts::default() }
}

fn irsa() -> Facts {
    annotated(&[("role-arn", ROLE)])
}

fn mapped(grant: Grant, replaces_keys: bool) -> Policy {
    let role = MappedRole {
        name: "checkout".into(),
        matches: Match::default(),
        grant,
        replaces_keys,
        refuses_tasks: false,
    };
    Policy { roles: vec![role], ..Policy::default() }
}

fn association() -> Policy {
    mapped(Grant::PodIdentity(ROLE.into()), false)
}

fn inject(pod: &Value, facts: &Facts, policy: &Policy) -> (Injection, Vec<Value>, Value) {
    let document = document(pod);
    let contents = read::read(&document, "pod");
    let injection = inject::pod(&document, &contents.workloads[0], facts, policy);
    let operations = document.patch(&injection.changes).unwrap();
    let operations: Vec<Value> = serde_json::from_slice(&operations).unwrap();
    let mut patched = pod.clone();
    let patch: Patch = serde_json::from_value(Value::Array(operations.clone())).unwrap();
    json_patch::patch(&mut patched, &patch).unwrap();
    (injection, operations, patched)
}

fn env(pod: &Value) -> Vec<(String, String)> {
    let entries = pod["spec"]["containers"][0]["env"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    entries.iter().map(|entry| (text(&entry["name"]), text(&entry["value"]))).collect()
}

fn names(pod: &Value) -> Vec<String> {
    env(pod).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn an_annotated_service_account_gets_what_eks_injects_in_eks_order() {
    let (injection, _, patched) = inject(&plain(), &irsa(), &Policy::default());
    assert_eq!(injection.deeds, [Deed::Irsa]);
    assert_eq!(
        env(&patched),
        [
            ("AWS_STS_REGIONAL_ENDPOINTS".to_owned(), "regional".to_owned()),
            ("AWS_ROLE_ARN".to_owned(), ROLE.to_owned()),
            ("AWS_WEB_IDENTITY_TOKEN_FILE".to_owned(), TOKEN.to_owned()),
        ]
    );
    assert_eq!(
        patched["spec"]["volumes"],
        json!([{"name": "aws-iam-token", "projected": {"sources": [{"serviceAccountToken":
            {"audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token"}}]}}])
    );
    assert_eq!(
        patched["spec"]["containers"][0]["volumeMounts"],
        json!([{"name": "aws-iam-token", "mountPath": "/var/run/secrets/eks.amazonaws.com/serviceaccount", "readOnly": true}])
    );
}

#[test]
fn a_mapped_pod_gets_pod_identity_with_its_label() {
    let (injection, _, patched) = inject(&plain(), &annotated(&[]), &association());
    assert_eq!(injection.deeds, [Deed::PodIdentity]);
    assert_eq!(patched["metadata"]["labels"]["eks.amazonaws.com/pod-identity"], "enabled");
    let pairs = env(&patched);
    assert!(pairs.contains(&(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI".into(),
        "http://169.254.170.23/v1/credentials".into()
    )));
    let token = &patched["spec"]["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"];
    let seconds = token["expirationSeconds"].as_u64().unwrap();
    assert!((79_200..=86_400).contains(&seconds), "{seconds}");
    assert_eq!(token["audience"], "pods.eks.amazonaws.com");
}

#[test]
fn an_annotation_and_pod_identity_together_give_pod_identity_only() {
    let (injection, _, patched) = inject(&plain(), &irsa(), &association());
    assert_eq!(injection.deeds, [Deed::PodIdentity]);
    assert!(!names(&patched).contains(&"AWS_ROLE_ARN".to_owned()));
}

#[test]
fn injecting_twice_changes_nothing_more() {
    for (facts, policy) in [(irsa(), Policy::default()), (annotated(&[]), association())] {
        let (_, _, once) = inject(&plain(), &facts, &policy);
        let (injection, operations, _) = inject(&once, &facts, &policy);
        assert!(operations.is_empty() && injection.findings.is_empty(), "{operations:?}");
    }
}

#[test]
fn fields_that_nobody_knows_survive() {
    let (_, operations, patched) = inject(&plain(), &irsa(), &Policy::default());
    assert_eq!(patched["spec"]["containers"][0]["futureField"], json!({"kept": true}));
    let touched: Vec<_> = operations.iter().map(|op| op["path"].as_str().unwrap().to_owned()).collect();
    assert!(!touched.contains(&"/spec/containers".to_owned()), "{touched:?}");
}

#[test]
fn the_volume_goes_before_those_that_are_there() {
    let mut pod = plain();
    pod["spec"]["volumes"] = json!([{"name": "tmp", "emptyDir": {}}]);
    let (_, _, patched) = inject(&pod, &irsa(), &Policy::default());
    assert_eq!(patched["spec"]["volumes"][0]["name"], "aws-iam-token");
    assert_eq!(patched["spec"]["volumes"][1]["name"], "tmp");
}

#[test]
fn a_sibling_that_has_the_same_kind_does_not_keep_this_one_from_getting_it() {
    let (_, _, mut pod) = inject(&plain(), &irsa(), &Policy::default());
    let sibling = json!({"name": "late", "image": "acme/sidecar"});
    pod["spec"]["containers"].as_array_mut().unwrap().push(sibling);
    let (injection, _, patched) = inject(&pod, &irsa(), &Policy::default());
    assert_eq!(injection.deeds, [Deed::Irsa]);
    assert_eq!(patched["spec"]["containers"][1]["env"].as_array().unwrap().len(), 3);
    assert_eq!(patched["spec"]["volumes"].as_array().unwrap().len(), 1);
}

#[test]
fn the_other_kind_anywhere_in_the_pod_means_hands_off() {
    let own = json!({"name": "api", "env": [{"name": "AWS_CONTAINER_CREDENTIALS_FULL_URI", "value": "http://169.254.170.23/v1/credentials"}]});
    let (_, operations, _) = inject(&pod(own), &irsa(), &Policy::default());
    assert!(operations.is_empty());
}

#[test]
fn half_an_identity_equal_to_the_promise_is_completed() {
    let half = json!({"name": "api", "env": [{"name": "AWS_ROLE_ARN", "value": ROLE}]});
    let (injection, _, patched) = inject(&pod(half), &irsa(), &Policy::default());
    assert_eq!(injection.deeds, [Deed::Completed]);
    assert_eq!(names(&patched), ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"]);
    assert_eq!(patched["spec"]["volumes"][0]["name"], "aws-iam-token");
}

#[test]
fn half_an_identity_of_another_role_is_left_and_said() {
    let other = "arn:aws:iam::111122223333:role/other";
    let half = json!({"name": "api", "env": [{"name": "AWS_ROLE_ARN", "value": other}]});
    let (injection, operations, _) = inject(&pod(half), &irsa(), &Policy::default());
    assert!(operations.is_empty());
    assert_eq!(injection.findings[0].rule, "half-key-pair");
    assert_eq!(injection.findings[0].container.as_deref(), Some("api"));
}

#[test]
fn a_whole_identity_is_never_touched() {
    let whole = json!({"name": "api", "env": [
        {"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/other"},
        {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/token"},
    ]});
    let (injection, operations, _) = inject(&pod(whole), &irsa(), &Policy::default());
    assert!(operations.is_empty() && injection.findings.is_empty());
}

#[test]
fn a_region_comes_from_the_policy_and_only_where_none_is_set() {
    let mut policy = Policy::default();
    policy.surroundings.region = Some("eu-west-1".into());
    let (_, _, patched) = inject(&plain(), &irsa(), &policy);
    assert_eq!(names(&patched)[1..3], ["AWS_DEFAULT_REGION", "AWS_REGION"]);
    let own = json!({"name": "api", "env": [{"name": "AWS_REGION", "value": "us-east-1"}]});
    let (_, _, patched) = inject(&pod(own), &irsa(), &policy);
    assert!(!names(&patched).contains(&"AWS_DEFAULT_REGION".to_owned()));
}

#[test]
fn audience_and_regional_endpoints_are_the_service_accounts_word() {
    let facts = annotated(&[
        ("role-arn", ROLE),
        ("audience", "sts.amazonaws.com.cn"),
        ("sts-regional-endpoints", "false"),
    ]);
    let (_, _, patched) = inject(&plain(), &facts, &Policy::default());
    assert_eq!(names(&patched), ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"]);
    let token = &patched["spec"]["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"];
    assert_eq!(token["audience"], "sts.amazonaws.com.cn");
}

#[test]
fn a_tokens_life_is_the_pods_word_first_and_bounded() {
    let life = |account: &str, own: Option<&str>| {
        let mut pod = plain();
        if let Some(own) = own {
            pod["metadata"]["annotations"] = json!({"eks.amazonaws.com/token-expiration": own});
        }
        let facts = annotated(&[("role-arn", ROLE), ("token-expiration", account)]);
        let (_, _, patched) = inject(&pod, &facts, &Policy::default());
        let token = &patched["spec"]["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"];
        token["expirationSeconds"].as_u64().unwrap()
    };
    assert_eq!(life("7200", None), 7200);
    assert_eq!(life("7200", Some("3600")), 3600);
    assert_eq!(life("10", None), 600);
    assert_eq!(life("999999999999", None), 86_400);
    assert_eq!(life("1h", None), 86_400);
}

#[test]
fn names_in_skip_containers_are_not_trimmed() {
    let skip = |names: &str| {
        let mut pod = plain();
        pod["metadata"]["annotations"] = json!({"eks.amazonaws.com/skip-containers": names});
        inject(&pod, &irsa(), &Policy::default()).1.is_empty()
    };
    assert!(skip("api"));
    assert!(skip("sidecar,api"));
    assert!(!skip("sidecar, api"));
}

#[test]
fn an_invalid_arn_is_a_finding_and_never_injected() {
    for arn in [
        "not-an-arn",
        "arn:aws:lambda:us-east-1:111122223333:function:f",
        " arn:aws:iam::111122223333:role/x",
    ] {
        let (injection, operations, _) =
            inject(&plain(), &annotated(&[("role-arn", arn)]), &Policy::default());
        assert!(operations.is_empty(), "{arn}");
        assert_eq!(injection.findings[0].rule, "role-arn-invalid", "{arn}");
    }
}

#[test]
fn a_foreign_volume_of_our_name_is_not_taken_for_the_token() {
    let mut pod = plain();
    pod["spec"]["volumes"] = json!([{"name": "aws-iam-token", "emptyDir": {}}]);
    let (injection, operations, _) = inject(&pod, &irsa(), &Policy::default());
    assert!(operations.is_empty());
    assert_eq!(injection.findings[0].rule, "identity-not-injected");
}

#[test]
fn another_mount_at_the_tokens_path_is_a_finding() {
    let own = json!({"name": "api", "volumeMounts":
        [{"name": "x", "mountPath": "/var/run/secrets/eks.amazonaws.com/serviceaccount/"}]});
    let (injection, operations, _) = inject(&pod(own), &irsa(), &Policy::default());
    assert!(operations.is_empty());
    assert_eq!(injection.findings.len(), 1);
}

#[test]
fn pod_identity_is_not_injected_where_its_agent_does_not_run() {
    let mut windows = plain();
    windows["spec"]["os"] = json!({"name": "windows"});
    let (injection, operations, _) = inject(&windows, &annotated(&[]), &association());
    assert!(operations.is_empty());
    assert_eq!(injection.findings[0].rule, "identity-not-injected");
}

#[test]
fn windows_containers_get_windows_paths() {
    let mut windows = plain();
    windows["spec"]["nodeSelector"] = json!({"kubernetes.io/os": "windows"});
    let (_, _, patched) = inject(&windows, &irsa(), &Policy::default());
    let (_, path) = env(&patched).pop().unwrap();
    assert_eq!(path, r"C:\var\run\secrets\eks.amazonaws.com\serviceaccount\token");
}

#[test]
fn init_containers_are_injected_and_ephemeral_ones_are_not() {
    let mut pod = plain();
    pod["spec"]["initContainers"] = json!([{"name": "init"}]);
    pod["spec"]["ephemeralContainers"] = json!([{"name": "debug"}]);
    let (_, _, patched) = inject(&pod, &irsa(), &Policy::default());
    assert_eq!(patched["spec"]["initContainers"][0]["env"].as_array().unwrap().len(), 3);
    assert!(patched["spec"]["ephemeralContainers"][0].get("env").is_none());
}

#[test]
fn a_proxy_without_an_exception_for_the_agent_is_repaired() {
    let proxied = |no_proxy: Option<Value>| {
        let mut env = vec![json!({"name": "HTTP_PROXY", "value": "http://proxy:3128"})];
        env.extend(no_proxy);
        let (_, _, patched) =
            inject(&pod(json!({"name": "api", "env": env})), &annotated(&[]), &association());
        self::env(&patched).into_iter().find(|(name, _)| name == "NO_PROXY").map(|(_, value)| value)
    };
    assert_eq!(proxied(None).unwrap(), "169.254.170.23");
    let listed = json!({"name": "NO_PROXY", "value": ".svc"});
    assert_eq!(proxied(Some(listed)).unwrap(), ".svc,169.254.170.23");
    let by_reference =
        json!({"name": "NO_PROXY", "valueFrom": {"configMapKeyRef": {"name": "p", "key": "n"}}});
    assert_eq!(proxied(Some(by_reference)).unwrap(), "");
}

#[test]
fn in_a_cluster_of_ipv6_the_agent_has_its_other_address() {
    let mut policy = association();
    policy.surroundings.ipv6 = true;
    let own = json!({"name": "api", "env": [{"name": "HTTP_PROXY", "value": "http://proxy:3128"}]});
    let (_, _, patched) = inject(&pod(own), &annotated(&[]), &policy);
    let uri = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]/v1/credentials");
    for (name, value) in [uri, ("NO_PROXY", "[fd00:ec2::23]")] {
        assert!(env(&patched).contains(&(name.into(), value.into())), "{name}: {:?}", env(&patched));
    }
}

#[test]
fn irsa_needs_no_exception_from_the_proxy() {
    let own = json!({"name": "api", "env": [{"name": "HTTP_PROXY", "value": "http://proxy:3128"}]});
    let (_, _, patched) = inject(&pod(own), &irsa(), &Policy::default());
    assert!(!names(&patched).contains(&"NO_PROXY".to_owned()));
}

#[test]
fn the_policy_may_leave_injection_to_eks() {
    let mut policy = Policy::default();
    policy.patch.identity.retain(|door| *door != Door::Webhook);
    assert!(inject(&plain(), &irsa(), &policy).1.is_empty());
}

/// The id encodes account 609629065308 (Aidan Steele's published vector, with a long-lived prefix).
fn keyed() -> Value {
    let id = concat!("AKIA", "Y34FZKBOKMUTVV7A");
    let secret = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");
    pod(json!({"name": "api", "env": [
        {"name": "AWS_ACCESS_KEY_ID", "value": id},
        {"name": "LOG", "value": "info"},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": secret},
    ]}))
}

#[test]
fn a_key_beside_a_promise_stays_unless_the_map_says_that_the_role_replaces_it() {
    let arn = "arn:aws:iam::609629065308:role/checkout".to_owned();
    let (_, _, patched) = inject(&keyed(), &annotated(&[]), &mapped(Grant::Irsa(arn.clone()), false));
    assert!(names(&patched).contains(&"AWS_SECRET_ACCESS_KEY".to_owned()));
    let (injection, _, patched) = inject(&keyed(), &annotated(&[]), &mapped(Grant::Irsa(arn), true));
    assert_eq!(injection.deeds, [Deed::Irsa, Deed::KeysRemoved]);
    assert_eq!(names(&patched)[0], "LOG");
}

#[test]
fn a_key_of_another_account_is_never_taken_out() {
    let (injection, _, _) = inject(&keyed(), &annotated(&[]), &mapped(Grant::Irsa(ROLE.into()), true));
    assert_eq!(injection.deeds, [Deed::Irsa]);
}
