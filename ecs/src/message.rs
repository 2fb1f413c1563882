//! Requests of the ECS API: which operation one names, and which of them bring containers.
//!
//! Source: Amazon ECS API reference; AWS JSON 1.1 as smithy.io documents it.

use policyctl_policies::facts::RefusingRoles;
use policyctl_policies::verdict::{Judge, Verdict};
use serde_json::{Map, Value};

use crate::examine::{self, Examined, NotExamined, member};

/// What every operation's target begins with.
pub(crate) const SERVICE: &str = "AmazonEC2ContainerServiceV20141113";

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

/// How a request names a definition that is registered already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// A task definition, by this member.
    Task(&'static str),
    /// A daemon's task definition, by this member.
    Daemon(&'static str),
}

/// An operation that brings containers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// As the API spells it.
    pub(crate) name: &'static str,
    /// What its request holds.
    pub(crate) holds: Holds,
    /// How it names a definition, where it does.
    pub(crate) names: Option<Names>,
}

const fn kind(name: &'static str, holds: Holds, names: Option<Names>) -> Kind {
    Kind { name, holds, names }
}

/// Every operation that brings containers. UpdateService and its kind name a definition only where it changes.
static KINDS: [Kind; 11] = [
    kind("RegisterTaskDefinition", Holds::Definition, None),
    kind("RegisterDaemonTaskDefinition", Holds::Definition, None),
    kind("RunTask", Holds::Overrides, Some(Names::Task("taskDefinition"))),
    kind("StartTask", Holds::Overrides, Some(Names::Task("taskDefinition"))),
    kind("CreateService", Holds::Nothing, Some(Names::Task("taskDefinition"))),
    kind("UpdateService", Holds::Nothing, Some(Names::Task("taskDefinition"))),
    kind("CreateTaskSet", Holds::Nothing, Some(Names::Task("taskDefinition"))),
    kind("CreateExpressGatewayService", Holds::Primary, Some(Names::Task("taskDefinitionArn"))),
    kind("UpdateExpressGatewayService", Holds::Primary, Some(Names::Task("taskDefinitionArn"))),
    kind("CreateDaemon", Holds::Nothing, Some(Names::Daemon("daemonTaskDefinitionArn"))),
    kind("UpdateDaemon", Holds::Nothing, Some(Names::Daemon("daemonTaskDefinitionArn"))),
];

/// An operation, as `X-Amz-Target` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Its name, as the caller spells it.
    pub(crate) name: String,
    /// What it is, where it brings containers. In any case: what the API makes of another is not known.
    pub(crate) kind: Option<&'static Kind>,
}

impl Operation {
    /// The operation that a target names; `None` for another service, or what is no target.
    pub(crate) fn of(target: &str) -> Option<Self> {
        let (service, name) = target.split_once('.')?;
        let named =
            (1..=64).contains(&name.len()) && name.bytes().all(|letter| letter.is_ascii_alphanumeric());
        let ours = service.eq_ignore_ascii_case(SERVICE) && named;
        let kind = || KINDS.iter().find(|kind| kind.name.eq_ignore_ascii_case(name));
        ours.then(|| Self { name: name.to_owned(), kind: kind() })
    }
}

/// A definition that a request names, and how it would run.
pub(crate) struct Named {
    /// Family, family and revision, or ARN.
    pub(crate) reference: String,
    /// It is a daemon's.
    pub(crate) daemon: bool,
    /// What is laid over it.
    pub(crate) overrides: Map<String, Value>,
}

impl Named {
    fn of(names: Names, request: &Map<String, Value>) -> Result<Option<Self>, NotExamined> {
        let (key, daemon) = match names {
            Names::Task(key) => (key, false),
            Names::Daemon(key) => (key, true),
        };
        let Some(reference) = member(request, key) else { return Ok(None) };
        let reference = reference.as_str().ok_or(NotExamined::Shape("the name of a task definition"))?;
        let overrides = member(request, "overrides").and_then(Value::as_object).cloned().unwrap_or_default();
        Ok(Some(Self { reference: reference.to_owned(), daemon, overrides }))
    }
}

/// What came of the examination of a request's body.
pub(crate) struct Body {
    /// What was found in it.
    pub(crate) examined: Examined,
    /// The definition that it names besides.
    pub(crate) named: Option<Named>,
}

/// Examines the body of a request.
pub(crate) fn examine(
    judge: &Judge<'_>,
    kind: &Kind,
    text: &str,
    refusing: &RefusingRoles,
) -> Result<Body, NotExamined> {
    let name = kind.name;
    if kind.holds == Holds::Definition {
        return Ok(Body { examined: examine::definition(judge, name, text, refusing)?, named: None });
    }
    let request = object(name, text)?;
    let verdict = match kind.holds {
        Holds::Overrides => overrides(judge, name, &request)?,
        Holds::Primary => primary(judge, name, &request)?,
        Holds::Definition | Holds::Nothing => Verdict::default(),
    };
    let examined = Examined { verdict, text: text.to_owned(), deeds: Vec::new() };
    let named = kind.names.map(|names| Named::of(names, &request)).transpose()?.flatten();
    Ok(Body { examined, named })
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
    let mut verdict = examine::containers(judge, name, "", &[called(container.clone())])?;
    for finding in verdict.findings.iter_mut().chain(&mut verdict.notes) {
        let within = finding.place.pointer.strip_prefix("/0").unwrap_or_default();
        finding.place.pointer = format!("/primaryContainer{within}");
    }
    Ok(verdict)
}

/// The container of a service that has one alone need not be named; findings name it.
fn called(mut container: Value) -> Value {
    if let Value::Object(members) = &mut container
        && member(members, "name").is_none()
    {
        members.retain(|key, _| !key.eq_ignore_ascii_case("name"));
        members.insert("name".to_owned(), "primary".into());
    }
    container
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_targets_of_ecs_are_operations() {
        let operation = Operation::of("AmazonEC2ContainerServiceV20141113.RunTask").unwrap();
        assert_eq!(operation.kind.map(|kind| kind.holds), Some(Holds::Overrides));
        for foreign in ["", "RunTask", "Other.RunTask", "AmazonEC2ContainerServiceV20141113.", "x.y.z"] {
            assert_eq!(Operation::of(foreign), None, "{foreign}");
        }
    }

    fn named(operation: &str, request: &Value) -> Result<Option<Named>, NotExamined> {
        let kind = KINDS.iter().find(|kind| kind.name == operation).unwrap();
        Named::of(kind.names.unwrap(), request.as_object().unwrap())
    }

    #[test]
    fn a_definition_that_is_named_is_found_with_what_is_laid_over_it() {
        let overrides = json!({"taskRoleArn": "arn:aws:iam::111122223333:role/a"});
        let request = json!({"taskDefinition": "checkout:3", "overrides": overrides});
        let found = named("RunTask", &request).unwrap().unwrap();
        assert_eq!((found.reference.as_str(), found.daemon), ("checkout:3", false));
        assert_eq!(Value::Object(found.overrides), overrides);
        let daemon = named("UpdateDaemon", &json!({"daemonTaskDefinitionArn": "agent:1"})).unwrap();
        assert!(daemon.unwrap().daemon);
        assert!(named("UpdateService", &json!({"desiredCount": 2})).unwrap().is_none());
        assert!(named("CreateService", &json!({"taskDefinition": ["x"]})).is_err());
    }

    #[test]
    fn another_case_hides_nothing() {
        let operation = Operation::of("amazonec2containerservicev20141113.registertaskDEFINITION").unwrap();
        assert_eq!(operation.kind.map(|kind| kind.name), Some("RegisterTaskDefinition"));
    }
}
