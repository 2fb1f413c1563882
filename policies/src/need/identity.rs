//! A role given to a container says that someone means it to use AWS.

#![expect(
    clippy::disallowed_methods,
    reason = "whether an identity variable is empty can only be told by looking"
)]

use super::image::Image;
use super::{Evidence, Subject, Topic};
use crate::document::At;
use crate::facts::Fact;
use crate::workload::{Container, Role, Value, Workload};

/// A role for the only container of a workload.
const ALONE: i32 = 70;
/// A role for one of several: any of them may be meant.
const SHARED: i32 = 40;

/// Variables that carry an identity to the process.
static VARIABLES: &[&str] = &[
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// The weight of the role that reaches this container, if one does.
pub(super) fn of(subject: Subject<'_>) -> Option<Evidence> {
    let Subject { workload, container, .. } = subject;
    by_variable(workload, container).or_else(|| {
        let (at, says) = role(subject)?;
        let points = weight(workload, container);
        (points > 0).then(|| Evidence::new(Topic::Identity, at, points, says))
    })
}

fn weight(workload: &Workload, container: &Container) -> i32 {
    let several = lasting(workload).count() > 1;
    match () {
        () if container.network_disabled.is_some() => 0,
        () if several && is_helper(container) => 0,
        () if several => SHARED,
        () => ALONE,
    }
}

/// Containers that may be meant by the workload's role.
fn lasting(workload: &Workload) -> impl Iterator<Item = &Container> {
    workload.containers.iter().filter(|container| container.role != Role::Ephemeral)
}

fn is_helper(container: &Container) -> bool {
    Image::of(container).is_some_and(Image::is_helper)
}

/// The role of the task or of the service account.
fn role(subject: Subject<'_>) -> Option<(At, String)> {
    let Subject { workload, facts, .. } = subject;
    if let Some(role) = workload.task().and_then(|task| task.task_role.as_ref()) {
        return Some((role.at, "the task definition names a task role".to_owned()));
    }
    let pod = workload.pod()?;
    let at = pod.service_account.as_ref().map(|account| account.at).or(pod.spec).unwrap_or(workload.at);
    let annotated = facts.service_account.known().is_some_and(|account| account.role_arn().is_some());
    let associated = matches!(facts.pod_identity, Fact::Known(_));
    (annotated || associated).then(|| (at, "its service account has a role".to_owned()))
}

/// Identity variables written into this container. Where every container has them, they were injected,
/// and weigh what the role itself does.
fn by_variable(workload: &Workload, container: &Container) -> Option<Evidence> {
    let (name, at) = VARIABLES.iter().find_map(|name| Some((name, identity_at(container, name)?)))?;
    let everywhere = lasting(workload).all(|other| identity_at(other, name).is_some());
    let points = if everywhere { weight(workload, container) } else { ALONE };
    (points > 0).then(|| Evidence::new(Topic::Identity, at, points, format!("{name} gives it an identity")))
}

fn identity_at(container: &Container, name: &str) -> Option<At> {
    let var = container.var(name)?;
    let empty = match &var.value {
        Value::Literal(text) => text.expose().trim().is_empty(),
        Value::Nothing => true,
        Value::Reference(_) | Value::Field => false,
    };
    (!empty).then_some(var.at)
}
