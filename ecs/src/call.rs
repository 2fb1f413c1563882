//! Calls to the ECS API that failed, in the API's own words.

use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ecs::operation::RequestId;

/// Why a call gave nothing.
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
}

impl<E, R> From<SdkError<E, R>> for Error
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
    SdkError<E, R>: RequestId + ProvideErrorMetadata + std::error::Error,
{
    fn from(error: SdkError<E, R>) -> Self {
        match (error.code(), error.message()) {
            (Some(code), message) => Self::Refused {
                code: code.to_owned(),
                message: message.unwrap_or("no message").to_owned(),
                request: error.request_id().map(str::to_owned),
            },
            (None, _) => Self::Unanswered(causes(&error)),
        }
    }
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
