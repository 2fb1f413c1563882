//! Hooks: what AWS calls while task definitions are made and rolled out, and how it is answered.
//!
//! ```text
//! payload ──Kind::of──▶ cloudformation ──▶ {hookStatus: SUCCESS | FAILED, message, annotations}
//!                  ├──▶ deployment ──────▶ {hookStatus: SUCCEEDED | FAILED | IN_PROGRESS}
//!                  └──▶ registration ────▶ a report; the revision deregistered, where that is asked for
//! ```
//!
//! A hook decides from its payload and from what it may ask through [`Outside`]; it reads no clock, no file and no
//! network of its own. It cannot change what it sees.

mod answer;
pub mod aws;
mod cloudformation;
mod deployment;
mod link;
mod look;
mod registration;
mod role;
mod s3;

use policyctl_policies::facts::Refusal;
use policyctl_policies::policy::{Day, Door, Policy};
use policyctl_policies::verdict::{Decision, Judge, Verdict};
use serde_json::Value;
use tracing::{info, warn};

/// What calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// CloudFormation and the Cloud Control API, before resources, stacks and change sets.
    CloudFormation,
    /// ECS, at a stage of a service's deployment.
    Deployment,
    /// EventBridge, after a task definition was registered.
    Registration,
}

/// What becomes of what could not be examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unexamined {
    /// It is refused.
    #[default]
    Fail,
    /// It passes, and the answer says that nothing was examined.
    Warn,
}

/// How hooks answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// What calls; without it, the payload's shape says.
    pub kind: Option<Kind>,
    /// What becomes of what could not be examined.
    pub unexamined: Unexamined,
    /// Whether a denied revision is deregistered when its registration is reported.
    pub deregister: bool,
}

/// What a hook may ask of the world. Reasons are shown: they hold no link, no value and no answer's text.
pub trait Outside {
    /// The bytes behind a link of a payload.
    fn fetch(&self, link: &str) -> impl Future<Output = Result<Vec<u8>, String>>;
    /// The ARN of the task definition that a service's revision runs.
    fn task_definition_of(&self, revision: &str) -> impl Future<Output = Result<String, String>>;
    /// A task definition as DescribeTaskDefinition answers, JSON.
    fn describe(&self, task_definition: &str) -> impl Future<Output = Result<String, String>>;
    /// Why no task can assume a role, as IAM has it; nothing, where one can or IAM is not asked.
    fn refusal(&self, role: &str) -> impl Future<Output = Result<Option<Refusal>, String>>;
    /// Makes a revision inactive.
    fn deregister(&self, task_definition: &str) -> impl Future<Output = Result<(), String>>;
}

/// Why a payload gets no answer: whoever called learns it as the function's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Its contract is not known.
    #[error("the payload is of no hook that policyctl knows")]
    Foreign,
    /// It is worth another call, which Lambda makes of events.
    #[error("the registered task definition could not be examined: {0}")]
    Again(String),
    /// A denied revision is still there.
    #[error("the denied task definition could not be deregistered: {0}")]
    Registered(String),
}

/// What answers.
pub struct Hooks {
    /// The policy in force.
    pub policy: Policy,
    /// The day, UTC.
    pub today: fn() -> Day,
    /// How it answers.
    pub settings: Settings,
}

impl Kind {
    /// The kind whose payloads have this shape.
    pub fn of(payload: &Value) -> Option<Self> {
        let has = |member: &str| payload.get(member).is_some_and(|value| !value.is_null());
        if has("requestData") || has("hookTypeName") {
            Some(Self::CloudFormation)
        } else if has("executionDetails") || has("lifecycleStage") || has("targetServiceRevisionArn") {
            Some(Self::Deployment)
        } else if has("detail") {
            Some(Self::Registration)
        } else {
            None
        }
    }
}

impl Hooks {
    /// Answers one call.
    pub async fn answer(&self, payload: &Value, outside: &impl Outside) -> Result<Value, Error> {
        match self.kind(payload)? {
            Kind::CloudFormation => Ok(cloudformation::answer(self, payload, outside).await),
            Kind::Deployment => Ok(deployment::answer(self, payload, outside).await),
            Kind::Registration => registration::answer(self, payload, outside).await,
        }
    }

    /// The answer when the time for another is over.
    pub fn late(&self, payload: &Value) -> Result<Value, Error> {
        let reason = "it took too long";
        match self.kind(payload)? {
            Kind::CloudFormation => Ok(cloudformation::unexamined(self, payload, reason)),
            Kind::Deployment => Ok(deployment::again(self, payload, reason)),
            Kind::Registration => Err(Error::Again(reason.to_owned())),
        }
    }

    fn kind(&self, payload: &Value) -> Result<Kind, Error> {
        self.settings.kind.or_else(|| Kind::of(payload)).ok_or(Error::Foreign)
    }

    fn judge(&self) -> Judge<'_> {
        Judge { policy: &self.policy, door: Door::Hook, day: (self.today)() }
    }
}

/// One line for each examination, and one for each finding: rules and places, never a value.
fn log(hook: &'static str, subject: &str, verdict: &Verdict) {
    let outcome = word(verdict.decision());
    info!(
        hook,
        subject,
        outcome,
        findings = verdict.findings.len(),
        excepted = verdict.excepted.len(),
        "examined"
    );
    for finding in &verdict.findings {
        warn!(
            hook,
            subject,
            rule = finding.rule,
            level = ?finding.level,
            place = crate::examine::shown(&finding.place.pointer),
            message = finding.message,
        );
    }
}

fn log_unexamined(hook: &'static str, subject: &str, reason: &str) {
    warn!(hook, subject, reason, "not examined");
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Deny => "denied",
        Decision::Warn => "warned",
        Decision::Pass => "passed",
    }
}

/// A text of a payload.
fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_says_what_calls() {
        for (payload, kind) in [
            (json!({"requestData": {"targetName": "STACK"}}), Some(Kind::CloudFormation)),
            (json!({"lifecycleStage": "PRE_SCALE_UP", "executionDetails": {}}), Some(Kind::Deployment)),
            (
                json!({"source": "aws.ecs", "detail": {"eventName": "RegisterTaskDefinition"}}),
                Some(Kind::Registration),
            ),
            (json!({"requestData": null, "key": "value"}), None),
            (json!("text"), None),
        ] {
            assert_eq!(Kind::of(&payload), kind, "{payload}");
        }
    }
}
