//! Credentials by halves: some SDKs stop at them, others pass on to the node's role.

use super::key_case::{Case, cases, gravity, is_literal};
use super::{Examined, Family, Rule, Subject, unseen_variables, voters, wording};
use crate::credential::{Carrier, KeySet, Part};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::workload::{Container, EnvVar};

/// The rule.
pub(super) struct HalfKeyPair;

impl Rule for HalfKeyPair {
    fn name(&self) -> &'static str {
        "half-key-pair"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "half of a key or of a web identity: SDKs stop there or pass on to the node's role"
    }

    fn page(&self) -> &'static str {
        include_str!("half_key_pair.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for (examined, set, case) in cases(subject) {
            let part = missing(case).filter(|_| !may_be_completed(subject, examined, set));
            findings.extend(part.and_then(|part| self.half_key(examined, set, part)));
        }
        for examined in &subject.containers {
            findings.extend(self.web_identity(subject, examined));
            findings.extend(self.empty_endpoint(subject, examined));
        }
    }
}

impl HalfKeyPair {
    fn half_key(&self, examined: &Examined<'_>, set: &KeySet, missing: Part) -> Option<Finding> {
        gravity(set)?;
        let first = set.parts().next()?;
        let (other, then) = match missing {
            Part::Id => ("its key id", "no SDK can use it"),
            Part::Token => ("its session token", "every request with it is refused"),
            Part::Secret | Part::Bearer => ("its secret", "some SDKs stop there, others pass on"),
        };
        let who = wording::container(examined.container);
        let name = wording::part_name(first);
        let stands = match first.carrier {
            Carrier::Command => format!("holds a key id without {other}"),
            _ => format!("stands without {other}, {then}"),
        };
        let message = format!("{who}: {name} {stands}; delete it and use a role");
        let finding = Finding::new(self.name(), Level::Warn, first.at, message)
            .in_container(&examined.container.name)
            .about(&first.name)
            .fixed_by(Fix::manual(format!("delete {name} and use a role")));
        let finding = wording::with_parts(finding, set);
        Some(if missing == Part::Secret { with_stopped(finding, examined) } else { finding })
    }

    fn web_identity(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Option<Finding> {
        let container = examined.container;
        let (there, missing) = half_of_web_identity(subject, container)?;
        let then = if subject.workload.pod().is_none() {
            "some SDKs stop, others ignore it"
        } else {
            "nothing is injected beside it and the node's role may be used"
        };
        let who = wording::container(container);
        let message = format!("{who}: {} stands without {missing}, {then}; set both or neither", there.name);
        let finding = Finding::new(self.name(), Level::Warn, there.value_at, message)
            .in_container(&container.name)
            .about(&there.name)
            .fixed_by(Fix::manual(format!("delete {}, or set {missing} too", there.name)));
        Some(with_stopped(finding, examined))
    }

    fn empty_endpoint(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Option<Finding> {
        let container = examined.container;
        let empty = |name: &&str| container.var(name).filter(|var| is_empty(var));
        let var = endpoint_variables(subject, examined).iter().find_map(empty)?;
        let message = format!(
            "{}: {} is empty, some SDKs stop there, others pass on to the node's role; delete it",
            wording::container(container),
            var.name,
        );
        let fix = wording::safe_removal(format!("delete the empty {}", var.name), var.at);
        let finding = Finding::new(self.name(), Level::Warn, var.value_at, message)
            .in_container(&container.name)
            .about(&var.name)
            .fixed_by(fix);
        Some(with_stopped(finding, examined))
    }
}

/// Says which SDKs stop; the others pass on.
fn with_stopped(finding: Finding, examined: &Examined<'_>) -> Finding {
    let stopped = voters::stopped(examined.trace());
    if stopped.yes.is_empty() { finding } else { finding.because_of(stopped.tells("the chain stops in")) }
}

/// A half that is delivered, where more variables arrive unseen.
fn may_be_completed(subject: &Subject<'_>, examined: &Examined<'_>, set: &KeySet) -> bool {
    let mut sources = examined.container.env_sources.iter();
    !set.parts().all(is_literal) && sources.any(|source| unseen_variables::is_unseen(subject, source))
}

fn missing(case: Case) -> Option<Part> {
    match case {
        Case::Lacks(part) => Some(part),
        Case::SecretAlone => Some(Part::Id),
        _ => None,
    }
}

const WEB_IDENTITY: [&str; 2] = ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"];

/// The half that is there (or is there but empty), and the name of the other. What arrives unseen may complete it.
fn half_of_web_identity<'c>(
    subject: &Subject<'_>,
    container: &'c Container,
) -> Option<(&'c EnvVar, &'static str)> {
    let [role, token] = WEB_IDENTITY.map(|name| container.var(name));
    if container.env_sources.iter().any(|source| unseen_variables::is_unseen(subject, source)) {
        return None;
    }
    match (role.filter(|var| !is_empty(var)), token.filter(|var| !is_empty(var))) {
        (Some(_), Some(_)) => None,
        (Some(role), None) => Some((role, WEB_IDENTITY[1])),
        (None, Some(token)) => Some((token, WEB_IDENTITY[0])),
        (None, None) => token.map(|empty| (empty, WEB_IDENTITY[0])),
    }
}

/// The ECS agent writes the relative URI of a task that has a role, whatever stands there.
fn endpoint_variables(subject: &Subject<'_>, examined: &Examined<'_>) -> &'static [&'static str] {
    const BOTH: [&str; 2] = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
    let written_by_agent = subject.is_task() && examined.identity.held().is_some();
    if written_by_agent { &BOTH[..1] } else { &BOTH }
}

fn is_empty(var: &EnvVar) -> bool {
    var.literal().is_some_and(crate::credential::Secret::is_empty)
}
