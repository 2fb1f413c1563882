//! The lifecycle hook of ECS deployments: the revision that is to be rolled out, before its tasks start.
//!
//! Source: Amazon ECS developer guide, "Lambda hooks for Amazon ECS service deployments".

use policyctl_policies::credential::safe_name;
use policyctl_policies::verdict::Decision;
use serde_json::{Value, json};
use tracing::info;

use super::role::{self, Known};
use super::{Hooks, Outside, Unexamined, log, log_unexamined, look, text};
use crate::examine;

const HOOK: &str = "deployment";

/// The revision that the deployment brings. The guide's first edition showed it without what is around it.
const REVISION: [&str; 2] = ["/executionDetails/targetServiceRevisionArn", "/targetServiceRevisionArn"];

/// Where the number of attempts travels from call to call.
const ATTEMPTS: &str = "policyctlAttempts";

/// Calls until the API's silence is taken for an answer.
const MOST_ATTEMPTS: u64 = 5;

/// Seconds until ECS calls again.
const DELAY: u64 = 30;

/// Stages that ECS calls again while it rolls back, and the weights that say so.
const SHIFTS: [(&str, &str); 2] = [
    ("TEST_TRAFFIC_SHIFT", "/executionDetails/testTrafficWeights"),
    ("PRODUCTION_TRAFFIC_SHIFT", "/executionDetails/productionTrafficWeights"),
];

/// Answers one call.
pub(super) async fn answer(hooks: &Hooks, payload: &Value, outside: &impl Outside) -> Value {
    if is_rolling_back(payload) {
        info!(hook = HOOK, subject = subject(payload), "rolls back: not examined");
        return status("SUCCEEDED");
    }
    let Some(revision) = revision(payload) else {
        return unexamined(hooks, payload, "the call names no service revision");
    };
    match description(revision, outside).await {
        Ok(description) => {
            let role = role::known(examine::role_described(&description), outside).await;
            examined(hooks, payload, &description, &role)
        }
        Err(reason) => again(hooks, payload, &reason),
    }
}

/// The answer about what could not be examined.
fn unexamined(hooks: &Hooks, payload: &Value, reason: &str) -> Value {
    log_unexamined(HOOK, &subject(payload), reason);
    match hooks.settings.unexamined {
        Unexamined::Fail => status("FAILED"),
        Unexamined::Warn => status("SUCCEEDED"),
    }
}

async fn description(revision: &str, outside: &impl Outside) -> Result<String, String> {
    let definition = outside.task_definition_of(revision).await?;
    outside.describe(&definition).await
}

fn examined(hooks: &Hooks, payload: &Value, description: &str, role: &Known) -> Value {
    let name = subject(payload);
    role.log(HOOK, &name);
    match look::described(&hooks.judge(), &name, description, &role.refusing) {
        Ok(verdict) => {
            log(HOOK, &name, &verdict);
            status(if verdict.decision() == Decision::Deny { "FAILED" } else { "SUCCEEDED" })
        }
        Err(reason) => unexamined(hooks, payload, &reason),
    }
}

/// The answer when the API gave none: it may the next time.
pub(super) fn again(hooks: &Hooks, payload: &Value, reason: &str) -> Value {
    let attempts = payload.pointer("/hookDetails").and_then(|details| details.get(ATTEMPTS)?.as_u64());
    let attempts = attempts.unwrap_or_default().saturating_add(1);
    if attempts >= MOST_ATTEMPTS {
        return unexamined(hooks, payload, reason);
    }
    log_unexamined(HOOK, &subject(payload), reason);
    let mut answer = status("IN_PROGRESS");
    answer["callBackDelay"] = DELAY.into();
    answer["hookDetails"] = json!({ATTEMPTS: attempts});
    answer
}

/// A refusal of what is being taken away would only be in the way.
fn is_rolling_back(payload: &Value) -> bool {
    let stage = text(payload, "/lifecycleStage");
    let weights = SHIFTS.iter().find(|(shift, _)| stage == Some(*shift)).map(|(_, weights)| *weights);
    let weight = weights.and_then(|weights| payload.pointer(weights)?.get(revision(payload)?)?.as_f64());
    weight.is_some_and(|weight| weight <= 0.0)
}

fn status(status: &str) -> Value {
    json!({"hookStatus": status})
}

fn revision(payload: &Value) -> Option<&str> {
    REVISION.iter().find_map(|pointer| text(payload, pointer))
}

fn subject(payload: &Value) -> String {
    safe_name(revision(payload).unwrap_or("a service revision")).into_owned()
}
