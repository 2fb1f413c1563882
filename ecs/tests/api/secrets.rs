//! What is secret stands in no answer, wherever it stands in a request.

use policyctl_policies::policy::Policy;
use serde_json::{Value, json};

use crate::support::{OWN_ID, OWN_SECRET, Stage, definition, keyed};

/// Definitions with a secret in a place of every kind.
fn places() -> Vec<Value> {
    let line = format!("AWS_ACCESS_KEY_ID={OWN_ID} AWS_SECRET_ACCESS_KEY={OWN_SECRET} run");
    [
        ("environment", json!([{"name": "AWS_SECRET_ACCESS_KEY", "value": OWN_SECRET}])),
        ("environment", json!([{"name": OWN_SECRET, "value": OWN_SECRET}])),
        ("command", json!(["sh", "-c", line])),
        ("dockerLabels", json!({OWN_SECRET: OWN_SECRET, "id": OWN_ID})),
        ("name", json!(OWN_SECRET)),
        ("image", json!(OWN_SECRET)),
        (OWN_SECRET, json!({"a": 1, "A": 2})),
        (
            "logConfiguration",
            json!({"logDriver": "awsfirelens", "options": {
            "Name": "s3", "aws_access_key_id": OWN_ID, "aws_secret_access_key": OWN_SECRET}}),
        ),
    ]
    .into_iter()
    .map(|(member, value)| {
        let mut definition = definition(&json!([{"name": "AWS_ACCESS_KEY_ID", "value": OWN_ID}]));
        definition["containerDefinitions"][0][member] = value;
        definition
    })
    .collect()
}

#[tokio::test]
async fn no_refusal_shows_a_secret() {
    let stage = Stage::new(Policy::bundled(policyctl_policies::policy::Bundle::Strict)).await;
    let mut named_twice = keyed().to_string();
    named_twice.insert_str(1, &format!(r#""{OWN_SECRET}":1,"{OWN_SECRET}":2,"#));
    let bodies = places().into_iter().map(|place| place.to_string()).chain([named_twice]);
    let mut refusals = 0;
    for body in bodies {
        let before = stage.recorder.requests().len();
        let answered = stage.call("RegisterTaskDefinition", body).await;
        let text = String::from_utf8_lossy(&answered.body).into_owned();
        // An answer of the API's own is passed on whatever it holds.
        if stage.recorder.requests().len() == before {
            refusals += 1;
            assert!(!text.contains(OWN_SECRET) && !text.contains(OWN_ID), "{text}");
        }
    }
    assert!(refusals > 5, "{refusals}");
}
