//! Calling RegisterTaskDefinition.
//!
//! The SDK brings endpoints, retries and signatures; the body is ours, so that members which the SDK does
//! not know arrive as well.

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::error::ProvideErrorMetadata as _;
use aws_sdk_ecs::operation::RequestId as _;
use aws_smithy_types::body::SdkBody;

/// What was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The revision's ARN.
    pub arn: String,
}

/// Why nothing was registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The API's own words.
    #[error("{code}: {message}{}", .request.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default())]
    Refused {
        /// The error's name.
        code: String,
        /// Its message.
        message: String,
        /// The request's id.
        request: Option<String>,
    },
    /// No answer came: no region, no credentials, no network.
    #[error("cannot call ECS: {0}")]
    Unanswered(String),
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
    let output = call.send().await.map_err(|error| match (error.code(), error.message()) {
        (Some(code), message) => Error::Refused {
            code: code.to_owned(),
            message: message.unwrap_or("no message").to_owned(),
            request: error.request_id().map(str::to_owned),
        },
        (None, _) => Error::Unanswered(causes(&error)),
    })?;
    let arn = output.task_definition().and_then(|definition| definition.task_definition_arn());
    arn.map(|arn| Registered { arn: arn.to_owned() }).ok_or(Error::Nameless)
}

/// An error and what led to it, each cause once.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let says = error.to_string();
        if !text.ends_with(&says) {
            text += &format!(": {says}");
        }
        cause = error.source();
    }
    text
}
