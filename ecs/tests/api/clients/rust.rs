//! The SDK for Rust: its inputs are built, for it reads none.

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ecs::types::{ContainerDefinition, ContainerOverride, KeyValuePair, TaskOverride};
use serde_json::Value;

use super::client::{Call, ISSUED, Told};
use crate::support::REGION;

pub(super) async fn call(call: &Call<'_>) -> Told {
    let mut settings = aws_sdk_ecs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new("testing", ISSUED, None, None, "test"))
        .endpoint_url(format!("http://{}", call.address));
    if let Some(attempts) = call.attempts {
        settings = settings.retry_config(RetryConfig::standard().with_max_attempts(attempts));
    }
    let client = Client::from_conf(settings.build());
    match call.operation {
        "RegisterTaskDefinition" => register(&client, call.input).await,
        _ => run_task(&client, call.input).await,
    }
}

async fn register(client: &Client, input: &Value) -> Told {
    let containers = input["containerDefinitions"].as_array().unwrap().iter().map(|container| {
        ContainerDefinition::builder()
            .set_name(text(&container["name"]))
            .set_image(text(&container["image"]))
            .set_memory(container["memory"].as_i64().map(|memory| memory.try_into().unwrap()))
            .set_environment(Some(variables(&container["environment"])))
            .build()
    });
    let call = client.register_task_definition().set_family(text(&input["family"]));
    told(call.set_container_definitions(Some(containers.collect())).send().await)
}

async fn run_task(client: &Client, input: &Value) -> Told {
    let containers = input["overrides"]["containerOverrides"].as_array().unwrap().iter().map(|container| {
        ContainerOverride::builder()
            .set_name(text(&container["name"]))
            .set_environment(Some(variables(&container["environment"])))
            .build()
    });
    let overrides = TaskOverride::builder().set_container_overrides(Some(containers.collect())).build();
    let call = client.run_task().set_task_definition(text(&input["taskDefinition"]));
    told(call.overrides(overrides).send().await)
}

fn variables(list: &Value) -> Vec<KeyValuePair> {
    let variable = |variable: &Value| {
        KeyValuePair::builder().set_name(text(&variable["name"])).set_value(text(&variable["value"])).build()
    };
    list.as_array().unwrap().iter().map(variable).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// As a program would tell its users.
fn told<O, E>(result: Result<O, SdkError<E>>) -> Told
where
    O: std::fmt::Debug,
    SdkError<E>: ProvideErrorMetadata + std::fmt::Debug,
{
    match result {
        Ok(output) => Told { success: true, text: format!("{output:?}") },
        Err(error) => {
            let text = match (error.code(), error.message()) {
                (Some(code), Some(message)) => format!("{code}: {message}"),
                _ => format!("{error:?}"),
            };
            Told { success: false, text }
        }
    }
}
