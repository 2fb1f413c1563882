//! The event that a task definition was registered: a report after the fact.
//!
//! What CloudTrail records of a request may be masked or left out, so that the revision is described anew.
//!
//! Source: Amazon EventBridge user guide, "AWS service events delivered via AWS CloudTrail"; AWS CloudTrail user
//! guide, "CloudTrail record contents".

use policyctl_policies::credential::safe_name;
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::verdict::{Decision, Verdict};
use serde_json::{Value, json};
use tracing::{info, warn};

use super::{Error, Hooks, Outside, log, log_unexamined, look, role, text, word};
use crate::examine::{self, shown};

const HOOK: &str = "registration";

/// Reports on the revision that an event names.
pub(super) async fn answer(hooks: &Hooks, payload: &Value, outside: &impl Outside) -> Result<Value, Error> {
    let arn = match registered(payload) {
        Ok(arn) => arn,
        Err(reason) => {
            info!(hook = HOOK, reason, "nothing to examine");
            return Ok(json!({"examined": false, "reason": reason}));
        }
    };
    let again = |reason: String| {
        log_unexamined(HOOK, arn, &reason);
        Error::Again(reason)
    };
    let description = outside.describe(arn).await.map_err(again)?;
    let role = role::known(examine::role_described(&description), outside).await;
    let verdict = look::described(&hooks.judge(), arn, &description, &role.refusing).map_err(again)?;
    role.log(HOOK, arn);
    log(HOOK, arn, &verdict);
    let must_go = hooks.settings.deregister && verdict.decision() == Decision::Deny;
    if must_go {
        deregister(arn, &description, outside).await?;
    }
    let mut report = report(payload, arn, &verdict, must_go);
    if let Some(unsaid) = role.unsaid {
        report["notKnown"] = json!([unsaid]);
    }
    Ok(report)
}

/// The revision that was registered.
fn registered(payload: &Value) -> Result<&str, &'static str> {
    let of = |pointer| text(payload, pointer);
    if of("/detail/eventName") != Some("RegisterTaskDefinition") {
        return Err("the event is of no RegisterTaskDefinition");
    }
    if of("/detail/eventSource") != Some("ecs.amazonaws.com") {
        return Err("the event is not of ECS");
    }
    if of("/detail/errorCode").is_some() {
        return Err("the request failed: nothing was registered");
    }
    let arn = of("/detail/responseElements/taskDefinition/taskDefinitionArn");
    arn.filter(|arn| is_revision(arn)).ok_or("the event names no revision of a task definition")
}

/// `arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION`.
/// Source: Service authorization reference, "Resource types defined by Amazon Elastic Container Service".
fn is_revision(arn: &str) -> bool {
    let parts: Vec<_> = arn.split(':').collect();
    let [head, _, service, _, _, family, revision] = parts.as_slice() else { return false };
    let number = !revision.is_empty() && revision.bytes().all(|digit| digit.is_ascii_digit());
    (*head, *service) == ("arn", "ecs") && family.starts_with("task-definition/") && number
}

/// The revision that was examined, and no other.
async fn deregister(arn: &str, description: &str, outside: &impl Outside) -> Result<(), Error> {
    let described: Value = serde_json::from_str(description).unwrap_or_default();
    let own = text(&described, "/taskDefinition/taskDefinitionArn");
    if own != Some(arn) {
        return Err(Error::Registered("the description is of another revision".to_owned()));
    }
    outside.deregister(arn).await.map_err(Error::Registered)?;
    warn!(hook = HOOK, subject = arn, "deregistered");
    Ok(())
}

fn report(payload: &Value, arn: &str, verdict: &Verdict, deregistered: bool) -> Value {
    let by = text(payload, "/detail/userIdentity/arn").map(safe_name);
    json!({
        "examined": true,
        "taskDefinitionArn": arn,
        "registeredBy": by,
        "decision": word(verdict.decision()),
        "findings": verdict.findings.iter().map(found).collect::<Vec<_>>(),
        "deregistered": deregistered,
    })
}

fn found(finding: &Located) -> Value {
    json!({
        "rule": finding.rule,
        "level": if finding.level == Level::Deny { "deny" } else { "warn" },
        "pointer": shown(&finding.place.pointer),
        "message": finding.message,
        "remedy": finding.fix.as_ref().map(|fix| &fix.title),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_revision_of_ecs_is_one() {
        assert!(is_revision("arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7"));
        assert!(is_revision("arn:aws-cn:ecs:cn-north-1:111122223333:task-definition/web:7"));
        for other in [
            "web:7",
            "arn:aws:ecs:eu-west-1:111122223333:task-definition/web",
            "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:",
            "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:*",
            "arn:aws:ecs:eu-west-1:111122223333:service/web:7",
        ] {
            assert!(!is_revision(other), "{other}");
        }
    }
}
