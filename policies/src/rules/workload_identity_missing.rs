//! A pod that needs AWS and whose service account has no role: the program gets the node's role, or nothing.

use super::sole_identity::{is_left_without, why_needed};
use super::{Examined, Family, Rule, Subject, wording};
use crate::document::At;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::{Identity, skipped};
use crate::policy::{Grant, Mapped};

/// The rule.
pub(super) struct WorkloadIdentityMissing;

impl Rule for WorkloadIdentityMissing {
    fn name(&self) -> &'static str {
        "workload-identity-missing"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "a pod needs AWS and its service account has no role: it gets the node's role, or nothing"
    }

    fn page(&self) -> &'static str {
        include_str!("workload_identity_missing.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        if subject.workload.pod().is_none() {
            return;
        }
        for examined in &subject.containers {
            findings.extend(self.of_container(subject, examined));
        }
        let skipped = skipped(subject.document, subject.workload).into_iter();
        findings.extend(skipped.filter_map(|(name, at)| self.blank_in_skip(subject, name, at)));
    }
}

impl WorkloadIdentityMissing {
    fn of_container(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Option<Finding> {
        match &examined.identity {
            Identity::Intercepted(at) => Some(self.intercepted(examined, *at)),
            Identity::Missing if is_left_without(examined) => Some(self.missing(subject, examined)),
            Identity::Unknown if is_left_without(examined) => Some(self.unknown(subject, examined)),
            _ => None,
        }
    }

    fn missing(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Finding {
        let gets = if on_fargate(subject) { "nothing answers" } else { "the node's role answers, if any" };
        let message = format!(
            "{} needs AWS and service account `{}` has no role: {gets}; give it one",
            wording::container(examined.container),
            account(subject),
        );
        let finding = self.finding(examined, Level::Warn, message).fixed_by(fix(subject));
        let finding = if on_fargate(subject) { finding.strict(Level::Deny) } else { finding };
        why_needed(finding, examined.need())
    }

    fn unknown(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Finding {
        let message = format!(
            "{} needs AWS; the input does not tell which role service account `{}` has",
            wording::container(examined.container),
            account(subject),
        );
        self.finding(examined, Level::Note, message)
            .fixed_by(Fix::manual("check the service account together with the workload"))
    }

    fn intercepted(&self, examined: &Examined<'_>, at: At) -> Finding {
        let message = format!(
            "{}: its role comes from kube2iam or kiam, if they run; EKS Pod Identity gives it without them",
            wording::container(examined.container),
        );
        self.finding(examined, Level::Note, message)
            .because(at, "this annotation asks kube2iam or kiam for a role")
            .fixed_by(Fix::manual("associate the service account with the role through EKS Pod Identity"))
    }

    fn blank_in_skip(&self, subject: &Subject<'_>, name: &str, at: At) -> Option<Finding> {
        let meant = subject.containers.iter().find(|examined| examined.container.name == name.trim())?;
        if meant.container.name == name {
            return None;
        }
        let message = format!(
            "{}: skip-containers names it with a blank, which EKS keeps: the role is injected all the same",
            wording::container(meant.container),
        );
        Some(
            Finding::new(self.name(), Level::Note, at, message)
                .in_container(&meant.container.name)
                .fixed_by(Fix::manual("write the names without blanks")),
        )
    }

    fn finding(&self, examined: &Examined<'_>, level: Level, message: String) -> Finding {
        Finding::new(self.name(), level, examined.container.at, message)
            .in_container(&examined.container.name)
    }
}

fn account<'s>(subject: &'s Subject<'_>) -> &'s str {
    let named = subject.workload.pod().and_then(|pod| pod.service_account.as_ref());
    named.map_or("default", |named| &named.name)
}

fn on_fargate(subject: &Subject<'_>) -> bool {
    subject.workload.pod().is_some_and(|pod| pod.fargate)
}

fn fix(subject: &Subject<'_>) -> Fix {
    match subject.policy.role_for(subject.workload) {
        Mapped::One(mapped) => match &mapped.grant {
            Grant::Irsa(arn) => {
                Fix::manual(format!("annotate the service account with eks.amazonaws.com/role-arn: {arn}"))
            }
            grant => Fix::manual(format!("associate the service account with {}", grant.role_arn())),
        },
        Mapped::Several(_) => {
            Fix::manual("give the service account a role; several entries of the role map match")
        }
        Mapped::None => Fix::manual(
            "give the service account a role: an EKS Pod Identity association, or eks.amazonaws.com/role-arn",
        ),
    }
}
