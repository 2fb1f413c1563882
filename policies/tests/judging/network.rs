//! Networks that cut a container from AWS, and proxies that stand before its role.

use policyctl_policies::policy::Cni;
use policyctl_policies::policy::{Bundle, Policy};
use serde_json::{Value, json};

use crate::stage::{NEEDS_AWS, POD_ROLE, Stage, TASK_ROLE, assert_says, message};

const DENIED: [&str; 1] = ["isolated-container=deny"];
const WARNED: [&str; 1] = ["isolated-container=warn"];

fn needy() -> Stage {
    Stage::env([NEEDS_AWS])
}

/// A pod with IRSA and this egress, and nothing else allowed.
fn limited(rules: &Value) -> Stage {
    needy().service_account(Some(POD_ROLE)).egress(rules)
}

fn https() -> Value {
    json!({"ports": [{"protocol": "TCP", "port": 443}]})
}

fn dns() -> Value {
    json!({"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]})
}

#[test]
fn a_task_without_a_network_that_needs_aws_is_denied() {
    needy().task("networkMode", "none").task_says(&DENIED);
    needy().task("networkMode", "none").task("taskRoleArn", TASK_ROLE).task_says(&DENIED);
}

#[test]
fn a_container_that_disables_networking_and_needs_aws_is_denied() {
    needy().with("disableNetworking", json!(true)).task_says(&DENIED);
}

#[test]
fn disabling_networking_beside_a_role_alone_is_no_need() {
    Stage::new().with("disableNetworking", json!(true)).task("taskRoleArn", TASK_ROLE).task_says(&[]);
}

#[test]
fn what_the_agent_fetches_is_no_need() {
    Stage::new()
        .with("secrets", json!([{"name": "DB_PASSWORD", "valueFrom": "/checkout/db"}]))
        .with(
            "logConfiguration",
            json!({"logDriver": "awslogs", "options": {"awslogs-group": "a", "awslogs-region": "eu-west-1"}}),
        )
        .task("networkMode", "none")
        .task_says(&[]);
}

#[test]
fn a_likely_need_only_warns() {
    Stage::env([("EXPORT_BUCKET", "acme-exports")]).task("networkMode", "none").task_says(&WARNED);
}

#[test]
fn no_need_is_no_isolation() {
    Stage::new().task("networkMode", "none").task_says(&[]);
}

#[test]
fn a_network_policy_from_files_warns_because_another_may_allow_it() {
    let stage = limited(&json!([]));
    stage.pod_says(&WARNED);
    assert!(message(&stage.as_pod(), "isolated-container").contains("unless another policy allows it"));
}

#[test]
fn a_network_policy_of_a_whole_cluster_is_denied() {
    limited(&json!([])).cluster_says(&DENIED);
}

#[test]
fn policies_add_up() {
    limited(&json!([dns()])).egress(&json!([https()])).cluster_says(&[]);
}

#[test]
fn https_to_anyone_or_to_a_private_range_reaches_aws() {
    limited(&json!([dns(), https()])).cluster_says(&[]);
    let private =
        json!({"to": [{"ipBlock": {"cidr": "10.0.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 443}]});
    limited(&json!([dns(), private])).cluster_says(&[]);
}

#[test]
fn https_without_name_resolution_only_warns() {
    limited(&json!([https()])).cluster_says(&WARNED);
}

#[test]
fn the_hosts_network_is_beyond_policies() {
    limited(&json!([])).pod("hostNetwork", json!(true)).cluster_says(&[]);
}

#[test]
fn a_policy_of_another_namespace_does_not_count() {
    let other = json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "egress", "namespace": "other"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    });
    needy().service_account(Some(POD_ROLE)).beside(other).cluster_says(&[]);
}

#[test]
fn metadata_closed_and_no_role_is_no_identity_and_no_isolation() {
    let stage = needy().service_account(None).egress(&json!([dns(), https()]));
    stage.cluster_says(&["workload-identity-missing=warn"]);
}

#[test]
fn the_pod_identity_agent_is_reached_as_the_network_plugin_says() {
    let stage = Stage::env([
        NEEDS_AWS,
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        (
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
        ),
    ])
    .egress(&json!([dns(), https()]));
    let mut policy = Policy::bundled(Bundle::Baseline);
    policy.surroundings.complete = true;
    assert_says(&stage.as_pod(), &policy, &[]);
    policy.surroundings.cni = Some(Cni::Cilium);
    assert_says(&stage.as_pod(), &policy, &DENIED);
}

#[test]
fn a_proxy_that_captures_the_task_roles_endpoint_warns() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        Stage::env([(name, "http://proxy:3128")])
            .task("taskRoleArn", TASK_ROLE)
            .task_says(&["proxy-captures-credentials=warn"]);
    }
}

#[test]
fn a_proxy_for_everything_counts_for_those_who_read_it() {
    let of = |sdk: &str| {
        let stage = Stage::env([("ALL_PROXY", "http://proxy:3128")]).task("taskRoleArn", TASK_ROLE);
        stage.with("dockerLabels", json!({"policyctl.dev/sdk": sdk}))
    };
    of("rust").task_says(&["proxy-captures-credentials=warn"]);
    of("boto3").task_says(&[]);
}

#[test]
fn a_proxy_with_its_exception_passes() {
    Stage::env([("HTTP_PROXY", "http://proxy:3128"), ("NO_PROXY", "169.254.170.2,169.254.169.254")])
        .task("taskRoleArn", TASK_ROLE)
        .task_says(&[]);
}

#[test]
fn a_proxy_for_https_alone_passes() {
    Stage::env([("HTTPS_PROXY", "http://proxy:3128")]).role().says(&[]);
}

#[test]
fn irsa_through_a_proxy_passes() {
    Stage::env([("HTTP_PROXY", "http://proxy:3128"), ("HTTPS_PROXY", "http://proxy:3128")])
        .service_account(Some(POD_ROLE))
        .pod_says(&[]);
}

#[test]
fn an_exception_by_range_is_understood_by_some_and_the_text_names_the_others() {
    let stage = Stage::env([("HTTP_PROXY", "http://proxy:3128"), ("NO_PROXY", "169.254.0.0/16")])
        .task("taskRoleArn", TASK_ROLE);
    stage.task_says(&["proxy-captures-credentials=warn"]);
    let said = message(&stage.as_task(), "proxy-captures-credentials");
    assert!(said.contains("kotlin") && !said.contains("go-v2"), "{said}");
}

#[test]
fn a_proxy_without_need_or_role_is_nothing_to_speak_of() {
    Stage::env([("HTTP_PROXY", "http://proxy:3128")]).says(&[]);
}
