//! What the platform injects: the ECS agent, and the webhook of EKS.
//!
//! Sources: Amazon ECS developer guide, "Task IAM role"; Amazon EKS user guide, "Configure pods to use a
//! Kubernetes service account" and "Understand how EKS Pod Identity works"; README of
//! aws/amazon-eks-pod-identity-webhook for what it skips.

use super::{Given, Offer};
use crate::credential::Secret;
use crate::document::At;
use crate::facts::{Fact, Facts};
use crate::policy::{Grant, Policy};
use crate::workload::{Container, Platform, Pod, Task, Workload};

/// A stand-in for the path that the agent makes up for each task.
const RELATIVE_URI: &str = "/v2/credentials/task";
const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const FULL_TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const FULL_URI: &str = "http://169.254.170.23/v1/credentials";
const FULL_URI_IPV6: &str = "http://[fd00:ec2::23]/v1/credentials";
const FULL_TOKEN_PATH: &str = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";
const ROLE: &str = "AWS_ROLE_ARN";
const TOKEN: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const TOKEN_PATH: &str = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
/// The pod annotation that names containers to be passed over. EKS does not trim blanks around the names.
const SKIP: &str = "eks.amazonaws.com/skip-containers";

pub(super) fn inject(
    offer: &mut Offer,
    workload: &Workload,
    container: &Container,
    facts: &Facts,
    policy: &Policy,
) {
    match &workload.platform {
        Platform::Ecs(task) => from_agent(offer, task),
        Platform::Kubernetes(pod) if !pod.runs && !is_skipped(workload, container) => {
            from_webhook(offer, workload, pod, facts, policy);
        }
        Platform::Kubernetes(_) | Platform::Docker(_) => {}
    }
}

/// Whether nothing that leads to a role is injected. Only what can be told at once is: `false` is no promise.
pub(super) fn injects_nothing(
    workload: &Workload,
    container: &Container,
    facts: &Facts,
    policy: &Policy,
) -> bool {
    let promises_nothing = || match &facts.service_account {
        Fact::Known(account) => account.role_arn().is_none(),
        Fact::Absent => true,
        Fact::Unknown => false,
    };
    match &workload.platform {
        Platform::Ecs(task) => task.task_role.is_none() && !task.bare,
        Platform::Kubernetes(pod) => {
            pod.runs
                || is_skipped(workload, container)
                || (promises_nothing() && !is_associated(workload, facts, policy))
        }
        Platform::Docker(_) => true,
    }
}

/// The agent overwrites what the task definition says. The region it gives only where there is none.
fn from_agent(offer: &mut Offer, task: &Task) {
    if let Some(role) = &task.task_role {
        offer.variables.set(RELATIVE, text(RELATIVE_URI), Some(role.at));
    } else if task.bare {
        offer.variables.or_set(RELATIVE, Given::Perhaps, None);
    }
    add_regions(offer);
}

#[expect(clippy::disallowed_methods, reason = "an annotation that lists container names")]
fn is_skipped(workload: &Workload, container: &Container) -> bool {
    let skip = workload.annotations.iter().find(|annotation| annotation.key == SKIP);
    skip.is_some_and(|skip| skip.value.expose().split(',').any(|name| name == container.name))
}

/// Pod Identity goes before a role on the service account.
fn from_webhook(offer: &mut Offer, workload: &Workload, pod: &Pod, facts: &Facts, policy: &Policy) {
    let account = pod.service_account.as_ref();
    let at = account.map(|account| account.at);
    if is_associated(workload, facts, policy) {
        add_pod_identity(offer, at, policy.surroundings.ipv6);
        return;
    }
    match &facts.service_account {
        Fact::Known(found) => {
            if let Some(role) = found.role_arn() {
                add_web_identity(offer, &text(role), at);
            }
        }
        Fact::Unknown => add_web_identity(offer, &Given::Perhaps, at),
        Fact::Absent => {}
    }
}

fn is_associated(workload: &Workload, facts: &Facts, policy: &Policy) -> bool {
    let mapped =
        || policy.role_for(workload).one().is_some_and(|role| matches!(role.grant, Grant::PodIdentity(_)));
    facts.pod_identity.known().is_some() || mapped()
}

fn add_pod_identity(offer: &mut Offer, at: Option<At>, ipv6: bool) {
    if [FULL, FULL_TOKEN].iter().any(|name| offer.variables.get(name).is_some()) {
        return;
    }
    offer.variables.set(FULL, text(if ipv6 { FULL_URI_IPV6 } else { FULL_URI }), at);
    offer.variables.set(FULL_TOKEN, text(FULL_TOKEN_PATH), at);
    offer.files.add(FULL_TOKEN_PATH, super::Content::Something, at);
    add_regions(offer);
}

/// Half of it in the container is enough for the webhook to leave the container alone.
fn add_web_identity(offer: &mut Offer, role: &Given, at: Option<At>) {
    if [ROLE, TOKEN].iter().any(|name| offer.variables.get(name).is_some()) {
        return;
    }
    offer.variables.set(ROLE, role.clone(), at);
    offer.variables.set(TOKEN, text(TOKEN_PATH), at);
    offer.files.add(TOKEN_PATH, super::Content::Something, at);
    add_regions(offer);
}

fn add_regions(offer: &mut Offer) {
    if offer.variables.first(&REGIONS).is_none() {
        for name in REGIONS {
            offer.variables.or_set(name, Given::Something, None);
        }
    }
}

fn text(value: &str) -> Given {
    Given::Text(Secret::new(value))
}
