//! Roles that something else is taken before, and identities that stand in each other's way.

use policyctl_policies::policy::{Bundle, Policy};
use serde_json::json;

use crate::stage::{NEEDS_AWS, POD_ROLE, Stage, TASK_ROLE, assert_says, message};

fn with_file() -> Stage {
    Stage::new()
        .with("mountPoints", json!([{"sourceVolume": "aws", "containerPath": "/root/.aws"}]))
        .task("volumes", json!([{"name": "aws", "host": {"sourcePath": "/root/.aws"}}]))
        .with("volumeMounts", json!([{"name": "aws", "mountPath": "/root/.aws"}]))
        .pod("volumes", json!([{"name": "aws", "secret": {"secretName": "aws"}}]))
}

#[test]
fn a_credentials_file_before_a_task_role_is_denied() {
    with_file().task("taskRoleArn", TASK_ROLE).task_says(&["role-shadowed=deny"]);
}

#[test]
fn a_credentials_file_before_irsa_warns_and_names_the_sdks() {
    let stage = with_file().service_account(Some(POD_ROLE));
    stage.pod_says(&["role-shadowed=warn"]);
    let said = message(&stage.as_pod(), "role-shadowed");
    assert!(said.contains("js-v3") && !said.contains("boto3"), "{said}");
}

#[test]
fn an_empty_volume_brings_no_file_unless_another_container_fills_it() {
    let empty = with_file().role().task("volumes", json!([{"name": "aws"}]));
    empty.clone().pod("volumes", json!([{"name": "aws", "emptyDir": {}}])).says(&[]);
    let other =
        json!([{"name": "fill", "image": "b", "volumeMounts": [{"name": "aws", "mountPath": "/out"}]}]);
    let shared = empty.pod("volumes", json!([{"name": "aws", "emptyDir": {}}])).pod("initContainers", other);
    shared.pod_says(&["credentials-file-mount=warn"]);
}

#[test]
fn a_config_file_without_a_key_is_no_credentials_file() {
    let config = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "aws"},
        "data": {"config": "[default]\nregion = eu-west-1\n"},
    });
    let volumes = json!([{"name": "aws", "configMap": {"name": "aws"}}]);
    with_file().role().pod("volumes", volumes).beside(config).pod_says(&[]);
}

#[test]
fn only_the_sdk_that_is_known_is_asked() {
    let named = |sdk: &str| {
        with_file().service_account(Some(POD_ROLE)).metadata("annotations", json!({"policyctl.dev/sdk": sdk}))
    };
    named("boto3").pod_says(&["credentials-file-mount=warn"]);
    named("js-v3").pod_says(&["role-shadowed=deny"]);
}

#[test]
fn a_sound_identity_is_not_blamed_for_what_could_happen_to_it_unless_strict() {
    let stage = Stage::new().service_account(Some(POD_ROLE)).pod("hostNetwork", json!(true));
    stage.pod_says(&[]);
    assert_says(&stage.as_pod(), &Policy::bundled(Bundle::Strict), &["instance-role-fallback=warn"]);
}

#[test]
fn a_credentials_file_without_a_role_warns() {
    with_file().says(&["credentials-file-mount=warn"]);
}

#[test]
fn a_credentials_file_on_an_external_instance_warns() {
    with_file()
        .task("requiresCompatibilities", json!(["EXTERNAL"]))
        .task_says(&["credentials-file-mount=warn"]);
}

#[test]
fn variables_that_point_at_what_nothing_mounts_warn() {
    Stage::env([("AWS_SHARED_CREDENTIALS_FILE", "/etc/aws/credentials")])
        .says(&["credentials-file-mount=warn"]);
    Stage::env([("AWS_PROFILE", "prod")]).says(&["profile-missing=warn"]);
}

#[test]
fn the_endpoint_variable_beside_a_task_role_is_a_second_identity() {
    Stage::env([("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9911/role")])
        .task("taskRoleArn", TASK_ROLE)
        .task_says(&["two-identities=warn"]);
}

#[test]
fn web_identity_and_pod_identity_together_are_two_identities() {
    Stage::env([
        ("AWS_ROLE_ARN", POD_ROLE),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
    ])
    .pod_says(&["two-identities=warn"]);
}

#[test]
fn a_role_alone_passes() {
    Stage::env([NEEDS_AWS]).role().says(&[]);
}

#[test]
fn a_registrys_password_warns() {
    Stage::env([("ECS_ENGINE_AUTH_DATA", r#"{"https://index.docker.io/v1/":{"password":"x"}}"#)])
        .says(&["registry-password-env=warn"]);
}

#[test]
fn a_launcher_that_drops_the_variables_warns() {
    for command in [json!(["crond", "-f"]), json!(["sh", "-c", "env -i ./app"]), json!(["su", "-", "app"])] {
        Stage::new().role().with("command", command).says(&["launcher-drops-credentials=warn"]);
    }
}

#[test]
fn a_launcher_that_keeps_the_variables_passes() {
    for command in
        [json!(["tini", "--", "./app"]), json!(["supervisord", "-n"]), json!(["gosu", "app", "./app"])]
    {
        Stage::new().role().with("command", command).says(&[]);
    }
}
