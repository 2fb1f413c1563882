//! Asks the default chain of the AWS SDK for Rust.

use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use serde_json::{Value, json};
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", ask().await);
}

async fn ask() -> Value {
    let loaded = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let Some(chain) = loaded.credentials_provider() else {
        return json!({"none": "no credentials provider"});
    };
    match chain.provide_credentials().await {
        Ok(found) => json!({"credentials": {"access_key_id": found.access_key_id()}}),
        Err(CredentialsError::CredentialsNotLoaded(_)) => json!({"none": "CredentialsNotLoaded"}),
        Err(error) => json!({"error": causes(&error)}),
    }
}

fn causes(error: &dyn Error) -> String {
    std::iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
