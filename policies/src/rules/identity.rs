//! The role a container is meant to run as, and how it is given.

use super::Subject;
use super::role_text::RoleText;
use crate::document::At;
use crate::facts::Fact;
use crate::finding::Place;
use crate::policy::Grant;
use crate::trace::Source;
use crate::workload::{Container, EnvVar, Role, Task, Value, Workload};

/// How a role reaches a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// ECS: the agent hands it out.
    TaskRole,
    /// A web identity token, exchanged at STS: IRSA.
    WebIdentity,
    /// The EKS Pod Identity agent hands it out.
    PodIdentity,
    /// Another endpoint that a variable names.
    Endpoint,
}

/// A role that a container has.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// How it is given.
    pub(super) means: Means,
    /// Its name, when it can be told.
    pub(super) name: Option<String>,
    /// Where it is given.
    pub(super) place: Option<Place>,
}

/// What is known of a container's role.
#[derive(Debug, Clone)]
pub(super) enum Identity {
    /// It has one.
    Held(Held),
    /// It was given one that cannot work; another rule says so.
    Broken,
    /// It has none.
    Missing,
    /// kube2iam or kiam may give it one, as this annotation asks.
    Intercepted(At),
    /// Nobody has looked where it would be.
    Unknown,
}

impl Identity {
    /// The identity of one container of the subject.
    pub(super) fn of(subject: &Subject<'_>, container: &Container) -> Self {
        if let Some(own) = web_identity(subject, container).or_else(|| endpoint(subject, container)) {
            return own;
        }
        match (subject.workload.task(), subject.workload.pod()) {
            (Some(task), _) => of_task(task, container),
            (_, Some(_)) => of_pod(subject, container),
            (None, None) => Self::Unknown,
        }
    }

    /// The role, if it has one.
    pub(super) fn held(&self) -> Option<&Held> {
        match self {
            Self::Held(held) => Some(held),
            _ => None,
        }
    }
}

impl Held {
    /// The trace's word for credentials that come from this role.
    pub(super) fn gives(&self, source: &Source) -> bool {
        match self.means {
            Means::TaskRole => *source == Source::ContainerRelative,
            Means::WebIdentity => *source == Source::WebIdentity,
            Means::PodIdentity => *source == Source::PodIdentity,
            Means::Endpoint => matches!(source, Source::ContainerFull | Source::PodIdentity),
        }
    }

    /// `role checkout-task`, or what it is when its name cannot be told.
    pub(super) fn called(&self) -> String {
        match (&self.name, self.means) {
            (Some(name), _) => format!("role {name}"),
            (None, Means::TaskRole) => "the task role".to_owned(),
            (None, Means::Endpoint) => "the role of its credential endpoint".to_owned(),
            (None, _) => "the service account's role".to_owned(),
        }
    }
}

/// The annotation by which a pod keeps EKS's injection away from some of its containers.
pub(super) const SKIP_CONTAINERS: &str = "eks.amazonaws.com/skip-containers";

/// The names in `skip-containers`, untrimmed: EKS compares them so, and a blank makes another name.
pub(super) fn skipped<'d>(subject: &Subject<'d>) -> impl Iterator<Item = (&'d str, At)> {
    let annotations = subject.workload.annotations.iter().filter(|label| label.key == SKIP_CONTAINERS);
    let document = subject.document;
    annotations.flat_map(move |label| {
        let names = document.node(label.at).text().unwrap_or_default().split(',');
        names.map(move |name| (name, label.at))
    })
}

/// A variable that holds something, whether or not it is known what.
pub(super) fn filled<'c>(container: &'c Container, name: &str) -> Option<&'c EnvVar> {
    container.var(name).filter(|var| match &var.value {
        Value::Literal(text) => !text.is_empty(),
        Value::Reference(_) | Value::Field => true,
        Value::Nothing => false,
    })
}

/// The halves of a web identity that the container's own variables hold.
fn halves(container: &Container) -> [Option<&EnvVar>; 2] {
    ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"].map(|name| filled(container, name))
}

fn has_one_half(container: &Container) -> bool {
    halves(container).iter().flatten().count() == 1
}

/// EKS injects nothing beside half a web identity, so that there is none.
fn web_identity(subject: &Subject<'_>, container: &Container) -> Option<Identity> {
    match halves(container) {
        [Some(role), Some(_)] => {
            let text = role.literal().and_then(|_| subject.document.node(role.value_at).text());
            Some(given(Means::WebIdentity, text.unwrap_or_default(), Some(role.at.into())))
        }
        [None, None] => None,
        _ => subject.workload.pod().map(|_| Identity::Broken),
    }
}

fn endpoint(subject: &Subject<'_>, container: &Container) -> Option<Identity> {
    let uri = filled(container, "AWS_CONTAINER_CREDENTIALS_FULL_URI")?;
    let text = uri.literal().and_then(|_| subject.document.node(uri.value_at).text()).unwrap_or_default();
    let agent = ["169.254.170.23", "fd00:ec2::23"].iter().any(|address| text.contains(address));
    let means = if agent { Means::PodIdentity } else { Means::Endpoint };
    Some(Identity::Held(Held { means, name: None, place: Some(uri.at.into()) }))
}

fn of_task(task: &Task, container: &Container) -> Identity {
    match &task.task_role {
        Some(role) => given(Means::TaskRole, &role.name, Some(role.at.into())),
        None if task.bare => Identity::Unknown,
        None if has_one_half(container) => Identity::Broken,
        None => Identity::Missing,
    }
}

fn of_pod(subject: &Subject<'_>, container: &Container) -> Identity {
    if container.role == Role::Ephemeral || skipped(subject).any(|(name, _)| name == container.name) {
        return Identity::Missing;
    }
    if let Some(role) = associated(subject) {
        return given(Means::PodIdentity, role, None);
    }
    match &subject.facts.service_account {
        Fact::Known(account) => match account.role_arn() {
            Some(role) => given(Means::WebIdentity, role, account.place.clone().map(elsewhere)),
            None => without_role(subject.workload),
        },
        Fact::Absent => without_role(subject.workload),
        Fact::Unknown => Identity::Unknown,
    }
}

/// EKS Pod Identity gives it a role: the platform says so, or the policy's role map, which promises it.
pub(super) fn associated<'s>(subject: &'s Subject<'_>) -> Option<&'s str> {
    let mapped = || match &subject.policy.role_for(subject.workload).one()?.grant {
        Grant::PodIdentity(role) => Some(role.as_str()),
        Grant::TaskRole(_) | Grant::Irsa(_) => None,
    };
    subject.facts.pod_identity.known().map(String::as_str).or_else(mapped)
}

fn elsewhere(place: crate::document::Resolved) -> Place {
    Place::Elsewhere(Box::new(place))
}

fn without_role(workload: &Workload) -> Identity {
    let legacy = workload.annotations.iter().find(|label| label.key == "iam.amazonaws.com/role");
    legacy.map_or(Identity::Missing, |label| Identity::Intercepted(label.at))
}

fn given(means: Means, text: &str, place: Option<Place>) -> Identity {
    match RoleText::of(text) {
        RoleText::Impossible(_) if !text.is_empty() => Identity::Broken,
        RoleText::Name(_) if means == Means::WebIdentity => Identity::Broken,
        role => Identity::Held(Held { means, name: role.name().map(str::to_owned), place }),
    }
}
