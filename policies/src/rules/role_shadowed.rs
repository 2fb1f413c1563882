//! A role is configured, and a key or a file that comes earlier in the chain is taken instead.

use super::key_case::{Case, delivered_gravity};
use super::voters::Vote;
use super::{Examined, Family, Rule, Subject, wording};
use crate::credential::{Carrier, KeySet, Reader};
use crate::document::At;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::{Held, Identity};
use crate::trace::{Bare, Ending, OutcomeKind, Source};
use crate::workload::Container;

/// The rule.
pub(super) struct RoleShadowed;

impl Rule for RoleShadowed {
    fn name(&self) -> &'static str {
        "role-shadowed"
    }

    fn family(&self) -> Family {
        Family::Shadowing
    }

    fn summary(&self) -> &'static str {
        "a role is configured, but SDKs take a key or a file before they ask for it"
    }

    fn page(&self) -> &'static str {
        include_str!("role_shadowed.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for examined in &subject.containers {
            let identity = &examined.identity;
            findings.extend(identity.held().and_then(|held| self.about(examined, held, identity)));
        }
    }
}

impl RoleShadowed {
    fn about(&self, examined: &Examined<'_>, held: &Held, identity: &Identity) -> Option<Finding> {
        if examined.is_bare(Bare::OfKeys) {
            return None;
        }
        let trace = examined.trace();
        let ceiling = |ending: &Ending| taken(ending).and_then(|source| ceiling(examined, source));
        let highest = trace.endings().iter().filter_map(ceiling).max()?;
        let first = trace.endings().iter().find(|ending| ceiling(ending).is_some())?;
        let vote = Vote::on(trace.endings(), |ending| ceiling(ending).is_some());
        let level = if vote.is_unanimous() { highest } else { Level::Warn };
        let (at, what) = winner(examined.container, first);
        let message = format!(
            "{}: {what} is taken before {} by {}; delete it, or the role is never used",
            wording::container(examined.container),
            held.called(),
            vote.names(),
        );
        let finding = Finding::new(self.name(), level, at, message)
            .in_container(&examined.container.name)
            .about(&what)
            .because_of(vote.proof())
            .fixed_by(Fix::manual(format!("delete {what}; {} takes over", held.called())));
        Some(wording::with_role(finding, identity))
    }
}

/// What an SDK takes that is neither a role nor the node's.
fn taken(ending: &Ending) -> Option<&Source> {
    let outcome = &ending.outcome;
    let source = outcome.source.as_ref().filter(|_| outcome.kind == OutcomeKind::Credentials)?;
    is_standing(source).then_some(source)
}

/// Keys, files and what they lead to. Other roles are for two-identities, the node's for instance-role-fallback.
pub(super) fn is_standing(source: &Source) -> bool {
    match source {
        Source::AssumeRole(from) => is_standing(from),
        Source::WebIdentity
        | Source::ContainerRelative
        | Source::ContainerFull
        | Source::PodIdentity
        | Source::Metadata
        | Source::MetadataAlternative => false,
        _ => true,
    }
}

/// The highest level that this source deserves: what opens no door of AWS, or is still to be filled in, none.
fn ceiling(examined: &Examined<'_>, source: &Source) -> Option<Level> {
    let carrier = match source {
        Source::Env | Source::EnvAlias => Carrier::Variable,
        Source::SystemProperties => Carrier::SystemProperty,
        _ => return Some(Level::Deny),
    };
    let read = |set: &&KeySet| set.reader == Reader::Sdk && set.parts().any(|part| part.carrier == carrier);
    examined.keys.iter().filter(read).filter_map(ceiling_of_key).max()
}

fn ceiling_of_key(set: &KeySet) -> Option<Level> {
    match Case::of(set) {
        Case::Unfilled | Case::Silent | Case::Lacks(_) => None,
        Case::StandIn if set.sibling_emulator => None,
        Case::StandIn => delivered_gravity(set).map(|level| level.min(Level::Warn)),
        _ => delivered_gravity(set),
    }
}

/// What is taken, and where it stands.
fn winner(container: &Container, ending: &Ending) -> (At, String) {
    let named = ending.at.and_then(|at| wording::name_at(container, at));
    let reached = || ending.outcome.source.as_ref().map_or("it".to_owned(), called);
    let what = named.map_or_else(reached, String::from);
    (ending.at.unwrap_or(container.at), what)
}

fn called(source: &Source) -> String {
    match source {
        Source::File(profile) => format!("profile {profile} of the shared credentials file"),
        Source::Config(profile) => format!("profile {profile} of the shared config file"),
        Source::SystemProperties => "the key in Java system properties".to_owned(),
        Source::Process => "a credential_process".to_owned(),
        Source::Sso => "an IAM Identity Center session".to_owned(),
        _ => "the key in the environment".to_owned(),
    }
}
