//! What RegisterTaskDefinition is called with, and what its failures say.

use crate::support::{Behaviour, REGION, Recorder, credentials, definition, signature, surroundings};
use policyctl_ecs::SdkConfig;
use policyctl_ecs::call;
use policyctl_ecs::register::{Error, register};

fn before(recorder: &Recorder) -> SdkConfig {
    surroundings().into_builder().endpoint_url(recorder.url()).behavior_version(latest()).build()
}

fn latest() -> aws_config::BehaviorVersion {
    aws_config::BehaviorVersion::latest()
}

#[tokio::test]
async fn members_that_the_sdk_does_not_know_arrive_and_are_signed() {
    let recorder = Recorder::start().await;
    let body = definition(&serde_json::json!([])).to_string();
    let registered = register(&before(&recorder), body.clone()).await.unwrap();
    let arrived = recorder.only();
    assert_eq!(registered.arn, "arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:1");
    assert_eq!(arrived.body, body);
    assert_eq!(arrived.header("content-length"), body.len().to_string());
    let target = "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition";
    assert_eq!(arrived.header("x-amz-target"), target);
    assert!(signature::verifies(&arrived, credentials(), REGION));
}

#[tokio::test]
async fn a_refusal_is_told_in_the_apis_words() {
    let recorder = Recorder::start().await;
    let body = r#"{"__type":"com.amazonaws.ecs#ClientException","message":"Container.image is missing"}"#;
    recorder.behave(Behaviour::With(400, body));
    let error = register(&before(&recorder), "{}".to_owned()).await.unwrap_err();
    assert_eq!(error.to_string(), "ClientException: Container.image is missing (request recorded-1)");
    assert_eq!(recorder.requests().len(), 1);
}

#[tokio::test]
async fn an_api_that_cannot_be_reached_is_said() {
    let nowhere = surroundings().into_builder().endpoint_url("http://127.0.0.1:9").behavior_version(latest());
    let error = register(&nowhere.build(), "{}".to_owned()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Call(call::Error::Unanswered(text)) if !text.contains("Zk3v9Qp")),
        "{error}"
    );
}
