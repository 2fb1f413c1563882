//! Requests of the ECS API: which operation one names, and which of them bring containers.
//!
//! Source: Amazon ECS API reference; AWS JSON 1.1 as smithy.io documents it.

use policyctl_policies::verdict::{Judge, Verdict};
use serde_json::{Map, Value};

use crate::examine::{self, Examined, NotExamined, member};

/// What every operation's target begins with.
const SERVICE: &str = "AmazonEC2ContainerServiceV20141113";

/// What a request of an operation holds that is to be examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A task definition.
    Definition,
    /// Overrides of a definition's containers.
    Overrides,
    /// A service's one container.
    Primary,
    /// Nothing of ours.
    Nothing,
}

/// An operation, as `X-Amz-Target` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Its name.
    pub(crate) name: String,
    /// What its request holds.
    pub(crate) holds: Holds,
}

impl Operation {
    /// The operation that a target names; `None` for another service, or what is no target.
    pub(crate) fn of(target: &str) -> Option<Self> {
        let (service, name) = target.split_once('.')?;
        let named = !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_alphanumeric());
        let ours = service.eq_ignore_ascii_case(SERVICE) && named;
        ours.then(|| Self { name: name.to_owned(), holds: holds(name) })
    }
}

/// In any case: what the API makes of another is not known.
fn holds(name: &str) -> Holds {
    match name.to_ascii_lowercase().as_str() {
        "registertaskdefinition" | "registerdaemontaskdefinition" => Holds::Definition,
        "runtask" | "starttask" => Holds::Overrides,
        "createexpressgatewayservice" | "updateexpressgatewayservice" => Holds::Primary,
        _ => Holds::Nothing,
    }
}

/// Examines the body of a request.
pub(crate) fn examine(judge: &Judge<'_>, operation: &Operation, text: &str) -> Result<Examined, NotExamined> {
    let name = operation.name.as_str();
    let verdict = match operation.holds {
        Holds::Definition => return examine::definition(judge, name, text),
        Holds::Overrides => overrides(judge, name, &object(name, text)?)?,
        Holds::Primary => primary(judge, name, &object(name, text)?)?,
        Holds::Nothing => Verdict::default(),
    };
    Ok(Examined { verdict, text: text.to_owned(), deeds: Vec::new() })
}

fn object(name: &str, text: &str) -> Result<Map<String, Value>, NotExamined> {
    match examine::sole(name, text)?.to_value() {
        Value::Object(object) => Ok(object),
        _ => Err(NotExamined::Shape("an object")),
    }
}

fn overrides(judge: &Judge<'_>, name: &str, request: &Map<String, Value>) -> Result<Verdict, NotExamined> {
    let Some(overrides) = member(request, "overrides") else { return Ok(Verdict::default()) };
    let overrides = overrides.as_object().ok_or(NotExamined::Shape("overrides"))?;
    let Some(containers) = member(overrides, "containerOverrides") else { return Ok(Verdict::default()) };
    let containers = containers.as_array().ok_or(NotExamined::Shape("overrides"))?;
    examine::containers(judge, name, "/overrides/containerOverrides", containers)
}

fn primary(judge: &Judge<'_>, name: &str, request: &Map<String, Value>) -> Result<Verdict, NotExamined> {
    let Some(container) = member(request, "primaryContainer") else { return Ok(Verdict::default()) };
    let mut verdict = examine::containers(judge, name, "", std::slice::from_ref(container))?;
    for finding in verdict.findings.iter_mut().chain(&mut verdict.notes) {
        let within = finding.place.pointer.strip_prefix("/0").unwrap_or_default();
        finding.place.pointer = format!("/primaryContainer{within}");
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_targets_of_ecs_are_operations() {
        let operation = Operation::of("AmazonEC2ContainerServiceV20141113.RunTask").unwrap();
        assert_eq!((operation.name.as_str(), operation.holds), ("RunTask", Holds::Overrides));
        for foreign in ["", "RunTask", "Other.RunTask", "AmazonEC2ContainerServiceV20141113.", "x.y.z"] {
            assert_eq!(Operation::of(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn another_case_hides_nothing() {
        let operation = Operation::of("amazonec2containerservicev20141113.registertaskDEFINITION").unwrap();
        assert_eq!(operation.holds, Holds::Definition);
    }
}
