//! CloudFormation's Lambda hook, on resources, stacks, change sets and the Cloud Control API.
//!
//! Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for Lambda Hooks".

use policyctl_policies::credential::safe_name;
use policyctl_policies::verdict::Verdict;
use serde_json::Value;

use super::answer::{self, Caller, MESSAGE, SHORT_MESSAGE};
use super::look::{self, TASK_DEFINITION};
use super::role::{self, Known};
use super::{Hooks, Outside, Unexamined, link, log, log_unexamined, text};
use crate::examine;

const HOOK: &str = "cloudformation";

/// The point before something is taken away.
const DELETION: &str = "DELETE_PRE_PROVISION";

/// Answers one call.
pub(super) async fn answer(hooks: &Hooks, payload: &Value, outside: &impl Outside) -> Value {
    let caller = caller(payload);
    if text(payload, "/actionInvocationPoint") == Some(DELETION) {
        return answer::nothing_to_examine(caller, "what is deleted runs nothing");
    }
    match target(payload) {
        Target::Foreign(name) => {
            answer::nothing_to_examine(caller, &format!("{name} is not examined: only {TASK_DEFINITION} is"))
        }
        Target::Resource(properties) => {
            let role = properties.as_object().and_then(examine::own_role);
            let role = role::known(role, outside).await.or_made_later();
            resource(hooks, payload, properties, &role)
        }
        Target::Link(link) => {
            let bytes = outside.fetch(link).await;
            told(
                hooks,
                payload,
                bytes.and_then(|bytes| link::examine(&hooks.judge(), &subject(payload), &bytes)),
            )
        }
        Target::Unknown(reason) => unexamined(hooks, payload, reason),
    }
}

/// The answer about what could not be examined.
pub(super) fn unexamined(hooks: &Hooks, payload: &Value, reason: &str) -> Value {
    log_unexamined(HOOK, &subject(payload), reason);
    match hooks.settings.unexamined {
        Unexamined::Fail => answer::failed(caller(payload), reason),
        Unexamined::Warn => answer::let_through(caller(payload), reason),
    }
}

fn resource(hooks: &Hooks, payload: &Value, properties: &Value, role: &Known) -> Value {
    let subject = subject(payload);
    role.log(HOOK, &subject);
    let mut answer =
        told(hooks, payload, look::properties(&hooks.judge(), &subject, properties, &role.refusing));
    if let Some(unsaid) = &role.unsaid {
        answer::annotate(&mut answer, unsaid);
    }
    answer
}

fn told(hooks: &Hooks, payload: &Value, result: Result<Verdict, String>) -> Value {
    match result {
        Ok(verdict) => {
            log(HOOK, &subject(payload), &verdict);
            answer::judged(caller(payload), &subject(payload), &verdict)
        }
        Err(reason) => unexamined(hooks, payload, &reason),
    }
}

/// What a call is about.
#[derive(Debug, PartialEq)]
enum Target<'p> {
    /// A task definition, by its properties.
    Resource(&'p Value),
    /// A stack or a change set, behind a link.
    Link(&'p str),
    /// A resource of another kind.
    Foreign(String),
    /// Nothing that can be examined.
    Unknown(&'static str),
}

/// Decided by what the call brings: points and targets that are not known are examined when they can be.
fn target(payload: &Value) -> Target<'_> {
    let name = text(payload, "/requestData/targetName").or_else(|| text(payload, "/requestData/targetType"));
    if let Some(link) = text(payload, "/requestData/payload") {
        return Target::Link(link);
    }
    match (name, payload.pointer("/requestData/targetModel/resourceProperties")) {
        (Some("STACK" | "CHANGE_SET"), _) => Target::Unknown("the call brings no link to a template"),
        (Some(name), _) if name.contains("::") && name != TASK_DEFINITION => {
            Target::Foreign(safe_name(name).into_owned())
        }
        (Some(TASK_DEFINITION) | None, Some(properties)) if properties.is_object() => {
            Target::Resource(properties)
        }
        (Some(TASK_DEFINITION), _) => Target::Unknown("the call brings no properties of the task definition"),
        _ => Target::Unknown("the call is about nothing that policyctl knows"),
    }
}

/// The Cloud Control API has no stack, and keeps less of a message.
fn caller(payload: &Value) -> Caller<'_> {
    let any_case = |name: &str| {
        let members = payload.as_object()?;
        members.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())
    };
    let in_stack = any_case("stackId").is_some_and(|(_, id)| id != "");
    Caller {
        token: any_case("clientRequestToken").map(|(_, token)| token),
        room: if in_stack { MESSAGE } else { SHORT_MESSAGE },
    }
}

fn subject(payload: &Value) -> String {
    let id = text(payload, "/requestData/targetLogicalId").unwrap_or(TASK_DEFINITION);
    safe_name(id).into_owned()
}
