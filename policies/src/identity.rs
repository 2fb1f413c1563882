//! The role a container is meant to run as, and how it is given.

use crate::document::{At, Document};
use crate::facts::{Fact, Facts};
use crate::finding::Place;
use crate::policy::{Grant, Policy};
use crate::role_text::RoleText;
use crate::trace::Source;
use crate::workload::{Container, EnvVar, Platform, Role, Task, Workload};

/// How a role reaches a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
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
pub struct Held {
    /// How it is given.
    pub means: Means,
    /// Its name, when it can be told.
    pub name: Option<String>,
    /// Where it is given.
    pub place: Option<Place>,
}

/// What is known of a container's role.
#[derive(Debug, Clone)]
pub enum Identity {
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

/// Where a container stands.
struct Scene<'a> {
    document: &'a Document,
    workload: &'a Workload,
    facts: &'a Facts,
    policy: &'a Policy,
}

/// The role of one container, by its own variables, its platform and the policy's role map.
pub fn of_container(
    document: &Document,
    workload: &Workload,
    container: &Container,
    facts: &Facts,
    policy: &Policy,
) -> Identity {
    let scene = Scene { document, workload, facts, policy };
    let own = web_identity(&scene, container).or_else(|| endpoint(&scene, container));
    own.unwrap_or_else(|| match &workload.platform {
        Platform::Ecs(task) => of_task(task, container),
        Platform::Kubernetes(_) => of_pod(&scene, container),
        Platform::Docker(_) if has_one_half(container) => Identity::Broken,
        Platform::Docker(_) => Identity::Unknown,
    })
}

impl Identity {
    /// The role, if it has one.
    pub fn held(&self) -> Option<&Held> {
        match self {
            Self::Held(held) => Some(held),
            _ => None,
        }
    }
}

impl Held {
    /// The trace's word for credentials that come from this role.
    pub fn gives(&self, source: &Source) -> bool {
        match self.means {
            Means::TaskRole => *source == Source::ContainerRelative,
            Means::WebIdentity => *source == Source::WebIdentity,
            Means::PodIdentity => *source == Source::PodIdentity,
            Means::Endpoint => matches!(source, Source::ContainerFull | Source::PodIdentity),
        }
    }

    /// `role checkout-task`, or what it is when its name cannot be told.
    pub fn called(&self) -> String {
        match (&self.name, self.means) {
            (Some(name), _) => ["role ", name].concat(),
            (None, Means::TaskRole) => "the task role".to_owned(),
            (None, Means::Endpoint) => "the role of its credential endpoint".to_owned(),
            (None, _) => "the service account's role".to_owned(),
        }
    }
}

/// The annotation by which a pod keeps EKS's injection away from some of its containers.
pub const SKIP_CONTAINERS: &str = "eks.amazonaws.com/skip-containers";

/// The names in `skip-containers`, untrimmed: EKS compares them so, and a blank makes another name.
pub fn skipped<'d>(document: &'d Document, workload: &Workload) -> Vec<(&'d str, At)> {
    let annotations = workload.annotations.iter().filter(|label| label.key == SKIP_CONTAINERS);
    let names = annotations.flat_map(|label| {
        let text = document.node(label.at).text().unwrap_or_default();
        text.split(',').map(|name| (name, label.at))
    });
    names.collect()
}

/// The halves of a web identity that the container's own variables hold.
fn halves(container: &Container) -> [Option<&EnvVar>; 2] {
    ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"].map(|name| container.filled(name))
}

fn has_one_half(container: &Container) -> bool {
    halves(container).iter().flatten().count() == 1
}

/// EKS injects nothing beside half a web identity, so that there is none.
fn web_identity(scene: &Scene<'_>, container: &Container) -> Option<Identity> {
    match halves(container) {
        [Some(role), Some(_)] => {
            let text = role.literal().and_then(|_| scene.document.node(role.value_at).text());
            Some(given(Means::WebIdentity, text.unwrap_or_default(), Some(role.at.into())))
        }
        [None, None] => None,
        _ => scene.workload.pod().map(|_| Identity::Broken),
    }
}

fn endpoint(scene: &Scene<'_>, container: &Container) -> Option<Identity> {
    let uri = container.filled("AWS_CONTAINER_CREDENTIALS_FULL_URI")?;
    let text = uri.literal().and_then(|_| scene.document.node(uri.value_at).text()).unwrap_or_default();
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

fn of_pod(scene: &Scene<'_>, container: &Container) -> Identity {
    if container.role == Role::Ephemeral || is_skipped(scene, container) {
        return Identity::Missing;
    }
    if let Some(role) = associated(scene.workload, scene.facts, scene.policy) {
        return given(Means::PodIdentity, role, None);
    }
    match &scene.facts.service_account {
        Fact::Known(account) => match account.role_arn() {
            Some(role) => given(Means::WebIdentity, role, account.place.clone().map(elsewhere)),
            None => without_role(scene.workload),
        },
        Fact::Absent => without_role(scene.workload),
        Fact::Unknown => Identity::Unknown,
    }
}

fn is_skipped(scene: &Scene<'_>, container: &Container) -> bool {
    skipped(scene.document, scene.workload).iter().any(|(name, _)| *name == container.name)
}

/// EKS Pod Identity gives it a role: the platform says so, or the policy's role map, which promises it.
pub fn associated<'s>(workload: &Workload, facts: &'s Facts, policy: &'s Policy) -> Option<&'s str> {
    let mapped = || match &policy.role_for(workload).one()?.grant {
        Grant::PodIdentity(role) => Some(role.as_str()),
        Grant::TaskRole(_) | Grant::Irsa(_) => None,
    };
    facts.pod_identity.known().map(String::as_str).or_else(mapped)
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
