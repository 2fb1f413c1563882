//! Calling RegisterTaskDefinition.
//!
//! The SDK brings endpoints, retries and signatures; the body is ours, so that members which the SDK does
//! not know arrive as well.

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use aws_smithy_types::body::SdkBody;

use crate::call;

/// What was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The revision's ARN.
    pub arn: String,
}

/// Why nothing was registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The API refused, or could not be called.
    #[error(transparent)]
    Call(#[from] call::Error),
    /// The answer names nothing.
    #[error("ECS answered without an ARN")]
    Nameless,
}

/// Registers a body.
pub async fn register(surroundings: &SdkConfig, body: String) -> Result<Registered, Error> {
    let call =
        Client::new(surroundings).register_task_definition().customize().mutate_request(move |request| {
            request.headers_mut().insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body.as_str());
        });
    let output = call.send().await.map_err(call::Error::from)?;
    let arn = output.task_definition().and_then(|definition| definition.task_definition_arn());
    arn.map(|arn| Registered { arn: arn.to_owned() }).ok_or(Error::Nameless)
}
