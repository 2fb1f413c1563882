//! A container that needs AWS and whose network lets it reach neither a service nor the endpoint that holds its role.

use super::sole_identity::why_needed;
use super::voters::Vote;
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level, Place};
use crate::fix::Fix;
use crate::identity::Means;
use crate::need::Grade;
use crate::trace::{Cause, Ending, OutcomeKind, Reach};

/// The rule.
pub(super) struct IsolatedContainer;

impl Rule for IsolatedContainer {
    fn name(&self) -> &'static str {
        "isolated-container"
    }

    fn family(&self) -> Family {
        Family::Network
    }

    fn summary(&self) -> &'static str {
        "a container needs AWS and its network reaches no credential endpoint or no service"
    }

    fn page(&self) -> &'static str {
        include_str!("isolated_container.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for examined in &subject.containers {
            let cut = cut(examined).filter(|_| examined.need().grade >= Grade::Likely);
            findings.extend(cut.map(|cut| self.about(subject, examined, &cut)));
        }
    }
}

/// What a container is cut from, and why.
struct Cut<'s> {
    from: &'static str,
    cause: &'s Cause,
    whole: bool,
}

impl IsolatedContainer {
    fn about(&self, subject: &Subject<'_>, examined: &Examined<'_>, cut: &Cut<'_>) -> Finding {
        let doubt = if is_doubtful(subject, cut) { ", unless another policy allows it" } else { "" };
        let who = wording::container(examined.container);
        let (from, because) = (cut.from, &cut.cause.says);
        let message =
            format!("{who} needs AWS but cannot reach {from}: {because}{doubt}; {}", remedy(subject, cut));
        let certain = cut.whole && examined.need().grade == Grade::Certain && doubt.is_empty();
        let level = if certain { Level::Deny } else { Level::Warn };
        let place = place(cut.cause).unwrap_or_else(|| examined.container.at.into());
        let finding = Finding::new(self.name(), level, place, message)
            .in_container(&examined.container.name)
            .fixed_by(Fix::manual(format!(
                "{}, or declare in the policy that it needs no AWS",
                remedy(subject, cut)
            )));
        why_needed(finding, examined.need())
    }
}

/// Its network lets it reach no AWS service, or not its role.
pub(super) fn is_isolated(examined: &Examined<'_>) -> bool {
    cut(examined).is_some()
}

fn cut<'s>(examined: &'s Examined<'_>) -> Option<Cut<'s>> {
    let network = examined.network();
    if let Reach::No(cause) = &network.aws {
        return Some(Cut { from: "it", cause, whole: true });
    }
    if let Some((from, Reach::No(cause))) = endpoint(examined) {
        return Some(Cut { from, cause, whole: true });
    }
    match &network.dns {
        Reach::No(cause) => Some(Cut { from: "it by name", cause, whole: false }),
        _ => None,
    }
}

/// The endpoint that holds the container's role and is out of reach, unless something earlier gives credentials.
fn endpoint<'s>(examined: &'s Examined<'_>) -> Option<(&'static str, &'s Reach)> {
    let network = examined.network();
    let (called, reach) = match examined.identity.held()?.means {
        Means::TaskRole => ("its role at 169.254.170.2", &network.ecs),
        Means::PodIdentity => ("its role at the Pod Identity agent", &network.pod_identity),
        Means::WebIdentity => ("STS for its role", &network.sts),
        Means::Endpoint => return None,
    };
    (reach.is_no() && !has_other_credentials(examined)).then_some((called, reach))
}

fn has_other_credentials(examined: &Examined<'_>) -> bool {
    let has = |ending: &Ending| ending.outcome.kind == OutcomeKind::Credentials;
    Vote::on(examined.trace().endings(), has).is_unanimous()
}

/// A NetworkPolicy forbids it, and not all policies were seen.
fn is_doubtful(subject: &Subject<'_>, cut: &Cut<'_>) -> bool {
    cut.cause.elsewhere.is_some() && !subject.facts.complete
}

fn place(cause: &Cause) -> Option<Place> {
    let elsewhere = || cause.elsewhere.clone().map(Place::Elsewhere);
    cause.at.map(Place::Here).or_else(elsewhere)
}

fn remedy(subject: &Subject<'_>, cut: &Cut<'_>) -> &'static str {
    match (subject.workload.pod().is_none(), &cut.cause.elsewhere) {
        (true, _) => "give it a network",
        (false, Some(_)) => "allow that egress",
        (false, None) => "give its role by IRSA",
    }
}
