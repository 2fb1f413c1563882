//! Asks the default chain of rusoto, which is no longer maintained and still in use.

use rusoto_credential::{DefaultCredentialsProvider, ProvideAwsCredentials};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", ask().await);
}

async fn ask() -> Value {
    let chain = match DefaultCredentialsProvider::new() {
        Ok(chain) => chain,
        Err(error) => return json!({"error": error.to_string()}),
    };
    match chain.credentials().await {
        Ok(found) => json!({"credentials": {"access_key_id": found.aws_access_key_id()}}),
        Err(error) => json!({"error": error.to_string()}),
    }
}
