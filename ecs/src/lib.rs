//! The ECS side of policyctl: what is registered, and what is asked of the ECS API, examined before it is.
//!
//! ```text
//! file ──definition──▶ request body ──examine──▶ verdict, patched body ──register──▶ RegisterTaskDefinition
//!
//! client ──gateway──▶ body ──message──▶ examine ──▶ denial, as the API words it
//!                                          └──────▶ body ──upstream──▶ signed anew, the ECS API
//!
//! account ──list, describe──▶ task definitions as they are registered, and as tasks run them
//!
//! task role ──roles──▶ IAM: whether ECS tasks can assume it
//!
//! AWS ──payload──▶ hooks ──examine──▶ answer
//! ```

pub mod account;
pub mod call;
pub mod definition;
pub mod examine;
pub mod gateway;
pub mod hooks;
mod message;
mod outgoing;
mod overrides;
pub mod register;
pub mod roles;
mod shelf;
mod spelling;

pub use aws_config::SdkConfig;

use aws_config::{BehaviorVersion, Region};

/// The endpoint in the place of IAM's own that AWS's tools are told of.
pub fn iam_endpoint() -> Option<String> {
    std::env::var("AWS_ENDPOINT_URL_IAM").ok().filter(|url| !url.is_empty())
}

/// Region, credentials and endpoint as AWS's tools find them; what is given goes before.
pub async fn surroundings(region: Option<String>, endpoint: Option<String>) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(region) = region {
        loader = loader.region(Region::new(region));
    }
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader.load().await
}
