//! An outside that answers what a test laid down, and payloads as AWS documents them.

use std::sync::Mutex;

use policyctl_ecs::hooks::{Error, Hooks, Outside, Settings, Unexamined};
use policyctl_policies::facts::Refusal;
use policyctl_policies::policy::{Day, Policy};
use serde_json::{Value, json};

/// A key as IAM makes them, in two halves so that no scanner takes this file for a leak.
pub const ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
pub const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");
pub const TOKEN: &str = "f1c5b1c2-7d1e-4a60-9d0e-3c8f5e0c9a11";
pub const STACK: &str =
    "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/7c3e0a10-0000-11f0-a000-0a0000000000";
pub const LINK: &str = "https://s3.eu-west-1.amazonaws.com/hooks/payload?X-Amz-Signature=5ec7e7";
pub const REVISION: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7";
pub const ROLE: &str = "arn:aws:iam::111122223333:role/web-task";
pub const SERVICE_REVISION: &str =
    "arn:aws:ecs:eu-west-1:111122223333:service-revision/prod/web/4980306466373578954";

/// What was asked of it, and what it says.
#[derive(Default)]
pub struct Fake {
    pub behind_link: Option<Vec<u8>>,
    pub description: Option<Value>,
    /// What IAM says of every role.
    pub iam: Option<Result<Refusal, String>>,
    pub asked: Mutex<Vec<String>>,
}

impl Fake {
    pub fn linked(payload: &Value) -> Self {
        Self { behind_link: Some(payload.to_string().into_bytes()), ..Self::default() }
    }

    pub fn describing(description: Value) -> Self {
        Self { description: Some(description), ..Self::default() }
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn note(&self, what: &str) {
        self.asked.lock().unwrap().push(what.to_owned());
    }
}

impl Outside for Fake {
    async fn fetch(&self, link: &str) -> Result<Vec<u8>, String> {
        self.note(link);
        self.behind_link.clone().ok_or_else(|| "its link answered 403".to_owned())
    }

    async fn task_definition_of(&self, revision: &str) -> Result<String, String> {
        self.note(revision);
        self.description.as_ref().map(|_| REVISION.to_owned()).ok_or_else(throttled)
    }

    async fn describe(&self, arn: &str) -> Result<String, String> {
        self.note(arn);
        self.description.as_ref().map(Value::to_string).ok_or_else(throttled)
    }

    async fn refusal(&self, role: &str) -> Result<Option<Refusal>, String> {
        if self.iam.is_some() {
            self.note(role);
        }
        self.iam.clone().transpose()
    }

    async fn deregister(&self, arn: &str) -> Result<(), String> {
        self.note(&format!("deregister {arn}"));
        Ok(())
    }
}

fn throttled() -> String {
    "ThrottlingException".to_owned()
}

pub fn hooks(settings: Settings) -> Hooks {
    let today = || Day::new(2026, 11, 25).unwrap();
    Hooks { policy: Policy::default(), today, settings }
}

pub fn lenient() -> Settings {
    Settings { unexamined: Unexamined::Warn, ..Settings::default() }
}

/// Asks, and waits: nothing here does.
pub fn ask(settings: Settings, payload: &Value, outside: &Fake) -> Result<Value, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(hooks(settings).answer(payload, outside))
}

/// As [`ask`], with the settings that hold when nothing is set.
pub fn answered(payload: &Value, outside: &Fake) -> Value {
    ask(Settings::default(), payload, outside).unwrap()
}

/// Properties in CloudFormation's spelling, with variables.
pub fn properties(variables: &[(&str, &str)]) -> Value {
    let environment: Vec<_> =
        variables.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({
        "Family": "web",
        "RequiresCompatibilities": ["FARGATE"],
        "NetworkMode": "awsvpc",
        "Cpu": "256",
        "Memory": "512",
        "TaskRoleArn": "arn:aws:iam::111122223333:role/web-task",
        "ContainerDefinitions": [{"Name": "app", "Image": "acme/web:1", "Environment": environment}],
    })
}

pub fn with_key() -> Value {
    properties(&[("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)])
}

pub fn clean() -> Value {
    properties(&[("PORT", "8080")])
}

/// AWS CloudFormation Hooks user guide, "Lambda Hook resource input syntax".
pub fn resource(point: &str, properties: Value) -> Value {
    let mut payload = json!({
        "clientRequestToken": TOKEN,
        "awsAccountId": "111122223333",
        "stackId": STACK,
        "changeSetId": null,
        "hookTypeName": "Acme::Policyctl::TaskDefinitions",
        "hookTypeVersion": "00000003",
        "hookModel": {"LambdaFunction": "arn:aws:lambda:eu-west-1:111122223333:function:policyctl"},
        "actionInvocationPoint": point,
        "requestData": {
            "targetName": "AWS::ECS::TaskDefinition",
            "targetType": "AWS::ECS::TaskDefinition",
            "targetLogicalId": "WebTask",
            "targetModel": {"previousResourceProperties": null},
        },
        "requestContext": {"invocation": 1, "callbackContext": null},
    });
    payload["requestData"]["targetModel"]["resourceProperties"] = properties;
    payload
}

/// AWS CloudFormation Hooks user guide, "Lambda Hook stack input syntax" and "Lambda Hook change set input syntax".
pub fn linking(target: &str, point: &str) -> Value {
    let mut payload = resource(point, Value::Null);
    payload["requestData"] = json!({
        "targetName": target,
        "targetType": target,
        "targetLogicalId": "shop",
        "payload": LINK,
    });
    payload
}

/// Amazon ECS developer guide, "Lambda hooks for Amazon ECS service deployments", PRE_SCALE_UP.
pub fn deployment(stage: &str) -> Value {
    json!({
        "executionId": "c0c7e7a5-1f1b-4f5e-8a4f-8f2f1c9c1d2e",
        "lifecycleStage": stage,
        "resourceArn": "arn:aws:ecs:eu-west-1:111122223333:service-deployment/prod/web/Vd2jXxq8TnE1",
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:eu-west-1:111122223333:service/prod/web",
            "targetServiceRevisionArn": SERVICE_REVISION,
            "testTrafficWeights": {},
            "productionTrafficWeights": {},
        },
    })
}

/// Amazon EventBridge user guide, "AWS service events delivered via AWS CloudTrail".
pub fn registration() -> Value {
    json!({
        "version": "0",
        "id": "6f87d04b-9f74-4f04-a780-7acf4b0a9b38",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ecs",
        "account": "111122223333",
        "time": "2026-11-25T06:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": {
            "eventVersion": "1.11",
            "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/deploy/ci"},
            "eventTime": "2026-11-25T06:00:00Z",
            "eventSource": "ecs.amazonaws.com",
            "eventName": "RegisterTaskDefinition",
            "awsRegion": "eu-west-1",
            "requestParameters": {"family": "web"},
            "responseElements": {"taskDefinition": {"taskDefinitionArn": REVISION, "family": "web", "revision": 7}},
        },
    })
}

/// The answer of DescribeTaskDefinition.
pub fn description(environment: &Value) -> Value {
    json!({"taskDefinition": {
        "taskDefinitionArn": REVISION,
        "family": "web",
        "revision": 7,
        "status": "ACTIVE",
        "taskRoleArn": "arn:aws:iam::111122223333:role/web-task",
        "containerDefinitions": [{"name": "app", "image": "acme/web:1", "environment": environment}],
    }, "tags": []})
}

pub fn key_environment() -> Value {
    json!([{"name": "AWS_ACCESS_KEY_ID", "value": ID}, {"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET}])
}
