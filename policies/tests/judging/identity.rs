//! Roles that are missing, wrong or shared.

use policyctl_policies::policy::{Bundle, Policy};
use serde_json::{Value, json};

use crate::stage::{NEEDS_AWS, POD_ROLE, Stage, TASK_ROLE, assert_says, message};

fn needy() -> Stage {
    Stage::env([NEEDS_AWS])
}

fn on(launch_type: &str) -> Stage {
    let mode = if launch_type == "FARGATE" { "awsvpc" } else { "host" };
    needy().task("requiresCompatibilities", json!([launch_type])).task("networkMode", mode)
}

#[test]
fn a_router_whose_mounted_settings_ship_to_aws_needs_it() {
    let settings = |text: &str| {
        let map = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "router"},
            "data": {"router.conf": text},
        });
        Stage::new()
            .with("image", json!("fluent/fluent-bit:3.1"))
            .with("volumeMounts", json!([{"name": "conf", "mountPath": "/fluent-bit/etc"}]))
            .pod("volumes", json!([{"name": "conf", "configMap": {"name": "router"}}]))
            .beside(map)
    };
    settings("[OUTPUT]\n    Name cloudwatch_logs\n    region eu-west-1\n")
        .pod_says(&["workload-identity-missing=warn"]);
    settings("exporters:\n  awsemf:\n    region: eu-west-1\n").pod_says(&["workload-identity-missing=warn"]);
    settings("[OUTPUT]\n    Name es\n    Host search.example\n").pod_says(&[]);
    let copied = settings("[OUTPUT]\n    Name cloudwatch_logs\n").with("image", json!("busybox:1"));
    copied.pod_says(&[]);
}

#[test]
fn an_emulators_keys_in_an_object_are_no_need() {
    let keys = |id: &str| {
        let map = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "carts"},
            "data": {"AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": "secret"},
        });
        Stage::new().with("envFrom", json!([{"configMapRef": {"name": "carts"}}])).beside(map)
    };
    keys("key").pod_says(&[]);
    keys("${KEY}").pod_says(&["workload-identity-missing=warn"]);
}

#[test]
fn a_task_without_a_role_warns_on_every_launch_type() {
    for launch_type in ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"] {
        on(launch_type).task_says(&["task-role-missing=warn"]);
    }
    needy().task_says(&["task-role-missing=warn"]);
}

#[test]
fn strict_denies_where_nothing_else_can_answer() {
    let strict = Policy::bundled(Bundle::Strict);
    for (launch_type, level) in [("FARGATE", "deny"), ("EXTERNAL", "deny"), ("EC2", "warn")] {
        assert_says(&on(launch_type).as_task(), &strict, &[&format!("task-role-missing={level}")]);
    }
}

#[test]
fn the_text_says_what_answers_instead() {
    let said = |launch_type: &str| message(&on(launch_type).as_task(), "task-role-missing");
    assert!(said("FARGATE").contains("nothing"));
    assert!(said("EC2").contains("the instance role"));
}

#[test]
fn a_text_that_cannot_be_a_role_is_denied_and_is_the_one_finding() {
    for arn in [
        "arn:aws:iam::11112222333:role/checkout",
        "arn:aws:iam::111122223333:policy/checkout",
        "arn:aws:iam::111122223333:checkout",
    ] {
        needy().task("taskRoleArn", arn).task_says(&["role-arn-invalid=deny@workload"]);
        needy().service_account(Some(arn)).pod_says(&["role-arn-invalid=deny@workload"]);
    }
}

#[test]
fn a_role_that_is_still_to_be_filled_in_is_no_mistake() {
    for mark in ["$$$TASK_ROLE$$$", "arn:aws:iam::YOUR_ACCOUNT_ID:role/checkout", "arn:aws:iam::${ID}:role/a"]
    {
        needy().task("taskRoleArn", mark).task_says(&[]);
    }
}

#[test]
fn a_partition_that_contradicts_the_region_warns() {
    let stage = needy().and("AWS_REGION", "cn-north-1").role();
    stage.says(&["role-arn-invalid=warn@workload"]);
}

#[test]
fn ecs_takes_a_bare_role_name() {
    needy().task("taskRoleArn", "checkout").task_says(&[]);
}

#[test]
fn an_empty_role_is_no_role() {
    needy().task("taskRoleArn", "").task_says(&["task-role-missing=warn"]);
    needy().service_account(Some("")).pod_says(&["workload-identity-missing=warn"]);
}

#[test]
fn one_role_for_program_and_agent_warns() {
    Stage::new()
        .task("taskRoleArn", TASK_ROLE)
        .task("executionRoleArn", TASK_ROLE)
        .task_says(&["task-role-is-execution-role=warn@workload"]);
}

#[test]
fn a_service_account_of_the_input_without_a_role_is_no_identity() {
    needy().service_account(None).pod_says(&["workload-identity-missing=warn"]);
}

#[test]
fn the_default_service_account_that_is_not_in_the_input_is_no_identity() {
    needy().pod_says(&["workload-identity-missing=warn"]);
    needy().pod("serviceAccountName", json!("default")).pod_says(&["workload-identity-missing=warn"]);
}

#[test]
fn a_named_service_account_that_is_not_in_the_input_is_a_note() {
    needy().pod("serviceAccountName", json!("checkout")).pod_says(&["workload-identity-missing=note"]);
}

#[test]
fn in_a_whole_cluster_no_service_account_is_unknown() {
    let other = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "other"}});
    needy()
        .pod("serviceAccountName", json!("checkout"))
        .beside(other)
        .cluster_says(&["workload-identity-missing=warn"]);
}

#[test]
fn an_absent_namespace_is_the_default_one() {
    needy().service_account(Some(POD_ROLE)).metadata("namespace", json!("default")).pod_says(&[]);
}

fn annotated(annotations: Value) -> Stage {
    needy().metadata("annotations", annotations)
}

#[test]
fn kube2iam_is_a_note_that_names_the_way_to_pod_identity() {
    let stage = annotated(json!({"iam.amazonaws.com/role": "checkout"}));
    stage.pod_says(&["workload-identity-missing=note"]);
    assert!(message(&stage.as_pod(), "workload-identity-missing").contains("Pod Identity"));
}

#[test]
fn a_skipped_container_is_without_identity() {
    annotated(json!({"eks.amazonaws.com/skip-containers": "app"}))
        .service_account(Some(POD_ROLE))
        .pod_says(&["workload-identity-missing=warn"]);
}

#[test]
fn a_blank_in_skip_containers_keeps_the_identity_and_is_a_note() {
    let stage =
        annotated(json!({"eks.amazonaws.com/skip-containers": "other, app"})).service_account(Some(POD_ROLE));
    stage.pod_says(&["workload-identity-missing=note"]);
    assert!(message(&stage.as_pod(), "workload-identity-missing").contains("blank"));
}

#[test]
fn nothing_needed_and_nothing_given_passes() {
    Stage::new().says(&[]);
}

#[test]
fn a_service_account_with_no_role_at_all_is_denied_without_a_pod() {
    let account = |role: &str| {
        json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "checkout", "annotations": {"eks.amazonaws.com/role-arn": role}},
        })
        .to_string()
    };
    let baseline = Policy::bundled(Bundle::Baseline);
    assert_says(&account("no-arn"), &baseline, &["role-arn-invalid=deny@workload"]);
    assert_says(&account("arn:aws:iam::111122223333:role/checkout"), &baseline, &[]);
}

#[test]
fn a_router_whose_tag_names_an_output_of_aws_needs_it() {
    let router = |tag: &str| {
        Stage::new()
            .with("image", json!(format!("fluent/fluentd-kubernetes-daemonset:{tag}")))
            .service_account(None)
    };
    router("awselasticsearch").pod_says(&["workload-identity-missing=warn"]);
    router("v1-debian-elasticsearch").pod_says(&[]);
}
