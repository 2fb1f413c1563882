//! Real clients in front of the gateway: the AWS CLI and boto3 as `cargo xtask ecs` installs them.
//!
//! `POLICYCTL_ECS_CLIENTS` is the folder of their programs; without it there is nothing to run.

use std::path::PathBuf;
use std::time::Duration;

use crate::support::{REGION, ROLE, SECRET, Stage, definition, keyed, needy, policy, role};
use policyctl_policies::policy::{Door, Policy};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::timeout;

/// Far beyond what a client takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// The secret that clients sign with.
const ISSUED: &str = "0123456789abcdef";

struct Told {
    success: bool,
    text: String,
}

fn program(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("POLICYCTL_ECS_CLIENTS").unwrap()).join(name)
}

async fn run(stage: &Stage, program_name: &str, arguments: &[String]) -> Told {
    let mut command = Command::new(program(program_name));
    command.args(arguments).env_clear().kill_on_drop(true);
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", ISSUED),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("HOME", "/nonexistent"),
        ("PATH", "/usr/bin:/bin"),
        ("AWS_ENDPOINT_URL_ECS", &format!("http://{}", stage.address)),
    ] {
        command.env(name, value);
    }
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    Told { success: output.status.success(), text }
}

async fn aws(stage: &Stage, operation: &str, input: &Value) -> Told {
    let arguments = ["ecs", operation, "--cli-input-json", &input.to_string()];
    run(stage, "aws", &arguments.map(str::to_owned)).await
}

/// `operation` as boto3 spells it. A failure tells how often it was tried again.
async fn boto3(stage: &Stage, operation: &str, input: &Value) -> Told {
    let script = "import boto3, botocore, json, sys\n\
        try:\n\
        \tprint(json.dumps(getattr(boto3.client('ecs'), sys.argv[1])(**json.loads(sys.argv[2])), default=str))\n\
        except botocore.exceptions.ClientError as error:\n\
        \tsys.exit(f\"{error} retries: {error.response['ResponseMetadata']['RetryAttempts']}\")";
    let arguments = ["-c", script, operation, &input.to_string()];
    run(stage, "python", &arguments.map(str::to_owned)).await
}

/// What both clients take: they refuse members that they do not know.
fn known(mut definition: Value) -> Value {
    definition.as_object_mut().unwrap().remove("futureField");
    definition
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_clean_definition_is_registered() {
    let clean = known(definition(&json!([{"name": "PORT", "value": "80"}])));
    for client in ["aws", "boto3"] {
        let stage = Stage::new(Policy::default()).await;
        let told = match client {
            "aws" => aws(&stage, "register-task-definition", &clean).await,
            _ => boto3(&stage, "register_task_definition", &clean).await,
        };
        assert!(told.success && told.text.contains("task-definition/checkout:1"), "{client}: {}", told.text);
        assert_eq!(stage.recorder.only().json(), clean, "{client}");
    }
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_refused_definition_shows_our_words_and_nothing_secret() {
    let refused = known(keyed());
    let stage = Stage::new(Policy::default()).await;
    for told in [
        aws(&stage, "register-task-definition", &refused).await,
        boto3(&stage, "register_task_definition", &refused).await,
    ] {
        let said = "An error occurred (AccessDeniedException) when calling the RegisterTaskDefinition operation: policyctl: ";
        assert!(!told.success && told.text.contains(said), "{}", told.text);
        assert!(told.text.contains("[static-access-key]") && !told.text.contains(SECRET), "{}", told.text);
    }
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_refusal_is_never_tried_again() {
    let refused = known(keyed());
    let stage = Stage::new(Policy::default()).await;
    let arguments = ["--debug", "ecs", "register-task-definition", "--cli-input-json", &refused.to_string()];
    let told = run(&stage, "aws", &arguments.map(str::to_owned)).await;
    assert_eq!(told.text.matches("Sending http request").count(), 1);
    let told = boto3(&stage, "register_task_definition", &refused).await;
    assert!(told.text.contains("retries: 0"), "{}", told.text);
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_key_in_an_override_is_refused() {
    let input = json!({"taskDefinition": "checkout", "overrides": {"containerOverrides": [
        {"name": "api", "environment": keyed()["containerDefinitions"][0]["environment"]}]}});
    let stage = Stage::new(Policy::default()).await;
    let told = aws(&stage, "run-task", &input).await;
    assert!(!told.success && told.text.contains("policyctl: "), "{}", told.text);
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_missing_role_arrives_where_the_policy_names_the_gateway() {
    let mut policy = policy(vec![role(ROLE, false)]);
    policy.patch.identity.push(Door::Gateway);
    let stage = Stage::new(policy).await;
    assert!(aws(&stage, "register-task-definition", &known(needy())).await.success);
    assert_eq!(stage.recorder.only().json()["taskRoleArn"], ROLE);
}

#[tokio::test]
#[ignore = "needs real clients: cargo xtask ecs"]
async fn a_key_that_was_issued_is_what_clients_sign_with() {
    let clean = known(definition(&json!([])));
    for (secret, served) in [(ISSUED, true), ("another-secret-of-16", false)] {
        let stage = Stage::called_by(&format!("testing {secret}")).await;
        assert_eq!(aws(&stage, "register-task-definition", &clean).await.success, served);
        assert_eq!(boto3(&stage, "register_task_definition", &clean).await.success, served);
        assert_eq!(stage.recorder.requests().len(), if served { 2 } else { 0 });
    }
}
