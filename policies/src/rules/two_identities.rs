//! Two roles at once: which one is used depends on the SDK and on who injects.

use super::voters::{camps, with_camps};
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level, Place};
use crate::fix::Fix;
use crate::identity::associated;
use crate::workload::{Container, EnvVar};

/// The rule.
pub(super) struct TwoIdentities;

impl Rule for TwoIdentities {
    fn name(&self) -> &'static str {
        "two-identities"
    }

    fn family(&self) -> Family {
        Family::Shadowing
    }

    fn summary(&self) -> &'static str {
        "IRSA and Pod Identity, or two credential endpoints, together"
    }

    fn page(&self) -> &'static str {
        include_str!("two_identities.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        findings.extend(self.promised(subject));
        for examined in &subject.containers {
            findings.extend(self.wired(subject, examined));
        }
    }
}

impl TwoIdentities {
    /// The service account's annotation and a Pod Identity association.
    fn promised(&self, subject: &Subject<'_>) -> Option<Finding> {
        let account = subject.facts.service_account.known()?;
        account.role_arn()?;
        associated(subject.workload, subject.facts, subject.policy)?;
        let place = account
            .place
            .clone()
            .map_or(Place::Here(subject.workload.at), |place| Place::Elsewhere(Box::new(place)));
        let message = format!(
            "service account `{}` has IRSA and a Pod Identity association: EKS takes the association; drop one",
            account.name
        );
        let fix = "remove the annotation eks.amazonaws.com/role-arn, or the association";
        Some(Finding::new(self.name(), Level::Warn, place, message).fixed_by(Fix::manual(fix)))
    }

    /// Two ways in the container's own variables, or one beside what the platform gives.
    fn wired(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Option<Finding> {
        let container = examined.container;
        let (first, second) = both(subject, container)?;
        let name = &first.name;
        let message = format!(
            "{}: {name} stands beside {second}, which of the two is used depends on the SDK; keep one",
            wording::container(container),
        );
        let finding = Finding::new(self.name(), Level::Warn, first.at, message)
            .in_container(&container.name)
            .about(name)
            .fixed_by(Fix::manual(format!("keep {name} or {second}")));
        Some(with_camps(finding, &camps(examined.trace().endings())))
    }
}

fn both<'c>(subject: &Subject<'_>, container: &'c Container) -> Option<(&'c EnvVar, &'static str)> {
    let full = container.filled("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let relative = container.filled("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let token = container.filled("AWS_WEB_IDENTITY_TOKEN_FILE");
    let web = token.filter(|_| container.filled("AWS_ROLE_ARN").is_some());
    let task_role = subject.workload.task().is_some_and(|task| task.task_role.is_some());
    let annotated = subject.facts.service_account.known().and_then(|account| account.role_arn()).is_some();
    // Into a pod that exists nothing is injected any more: what it carries is what it has.
    let annotated = annotated && !subject.workload.pod().is_some_and(|pod| pod.runs);
    match (full, relative, web) {
        (Some(full), _, Some(_)) => Some((full, "a web identity")),
        (None, Some(relative), Some(_)) => Some((relative, "a web identity")),
        (Some(full), Some(_), None) => Some((full, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")),
        (Some(full), None, None) if task_role => Some((full, "the task role")),
        (Some(full), None, None) if annotated => Some((full, "the service account's IRSA role")),
        (None, None, Some(web)) if task_role => Some((web, "the task role")),
        _ => None,
    }
}
