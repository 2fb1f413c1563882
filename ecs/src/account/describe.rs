//! Descriptions as the API sends them: the SDK drops members that it does not know.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ecs::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_ecs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ecs::error::BoxError;
use aws_sdk_ecs::types::TaskDefinitionField;
use serde_json::{Value, json};

use super::{Account, Described};
use crate::call;

/// What the ARNs of daemons' task definitions have.
const DAEMONS: &str = ":daemon-task-definition/";

/// Keeps the body of an answer.
#[derive(Clone, Default)]
pub(super) struct Body(Arc<Mutex<Vec<u8>>>);

impl Body {
    /// What came.
    pub(super) fn json(&self) -> Result<Value, call::Error> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The parser's own words may quote what came.
        serde_json::from_slice(&bytes)
            .map_err(|_| call::Error::Unanswered("the answer is no JSON".to_owned()))
    }
}

impl fmt::Debug for Body {
    /// Never the bytes: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}

impl Intercept for Body {
    fn name(&self) -> &'static str {
        "Body"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let bytes = context.response().body().bytes().unwrap_or_default();
        bytes.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}

impl Account {
    /// One task definition with its tags.
    pub async fn describe(&self, name: &str) -> Result<Described, call::Error> {
        self.bucket.turn().await;
        let (body, client) = (Body::default(), &self.client);
        let (description, member) = if name.contains(DAEMONS) {
            let call = client.describe_daemon_task_definition().daemon_task_definition(name);
            call.customize().interceptor(body.clone()).send().await?;
            // It is examined as any other.
            (json!({"taskDefinition": body.json()?["daemonTaskDefinition"]}), "daemonTaskDefinitionArn")
        } else {
            let call = client.describe_task_definition().task_definition(name);
            let call = call.include(TaskDefinitionField::Tags);
            call.customize().interceptor(body.clone()).send().await?;
            (body.json()?, "taskDefinitionArn")
        };
        let arn = description["taskDefinition"][member].as_str().unwrap_or(name);
        Ok(Described { arn: arn.to_owned(), text: written(&description), runs: Vec::new(), overrides: None })
    }
}

/// As it is examined and shown: a member on each line.
pub(super) fn written(description: &Value) -> String {
    format!("{description:#}")
}
