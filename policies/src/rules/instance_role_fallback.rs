//! When the role fails, some SDKs go on without a word and act as the instance or the node.

use super::asked_for::is_asked_for;
use super::voters::Vote;
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::{Applicability, Change, Fix};
use crate::identity::Held;
use crate::trace::{Ending, Fault, Link, OutcomeKind, SdkTrace, Source, Then, chains};
use crate::workload::Container;

/// Turns the metadata service off in every current AWS SDK; the only spelling that all of them take.
const SWITCH: &str = "AWS_EC2_METADATA_DISABLED";

/// The rule.
pub(super) struct InstanceRoleFallback;

impl Rule for InstanceRoleFallback {
    fn name(&self) -> &'static str {
        "instance-role-fallback"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "a role that fails would silently become the instance's or the node's"
    }

    fn page(&self) -> &'static str {
        include_str!("instance_role_fallback.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let asked = is_asked_for(subject, self.name());
        for examined in &subject.containers {
            let identity = &examined.identity;
            findings.extend(identity.held().and_then(|held| self.about(examined, held, asked)));
        }
    }
}

impl InstanceRoleFallback {
    fn about(&self, examined: &Examined<'_>, held: &Held, asked: bool) -> Option<Finding> {
        let endings = if examined.is_without_instance() { &[] } else { examined.trace().endings() };
        let fallen = Vote::on(endings, has_fallen);
        let (vote, when) = if fallen.yes.is_empty() {
            (
                asked.then(|| Vote::on(examined.trace().voting(), |walk| would_fall(walk, held)))?,
                "if it ever fails",
            )
        } else {
            (fallen, "for it cannot be reached")
        };
        if vote.yes.is_empty() {
            return None;
        }
        let message = format!(
            "{}: {} gives way to the instance's in {}, {when}; set {SWITCH}=true",
            wording::container(examined.container),
            held.called(),
            vote.names(),
        );
        Some(
            Finding::new(self.name(), Level::Warn, examined.container.at, message)
                .in_container(&examined.container.name)
                .because_of(vote.proof())
                .fixed_by(fix(examined.container)),
        )
    }
}

/// It has a role, and acts as the instance all the same.
fn has_fallen(ending: &Ending) -> bool {
    let outcome = &ending.outcome;
    outcome.kind == OutcomeKind::Credentials && outcome.source == Some(Source::Metadata)
}

/// A refusal of the role sends it on, and the metadata service would answer.
fn would_fall(walk: &SdkTrace, held: &Held) -> bool {
    let Some(chain) = chains::chain(walk.sdk) else { return false };
    let is_role = |link: &Link| link.source.as_ref().is_some_and(|source| held.gives(source));
    let answers = |link: &Link| link.source == Some(Source::Metadata) && link.fault.is_none();
    let mut links = chain.links.iter().zip(&walk.chain).skip_while(|(_, walked)| !is_role(walked));
    let goes_on = links.next().is_some_and(|(link, _)| link.then(Fault::Denied) == Then::Next);
    goes_on && links.any(|(_, walked)| answers(walked))
}

fn fix(container: &Container) -> Fix {
    let title = format!("set {SWITCH}=true, so that a failing role is an error");
    match container.env_at {
        Some(env) if container.var(SWITCH).is_none() => Fix {
            title,
            applicability: Applicability::Unsafe,
            changes: vec![Change::Append(env, serde_json::json!({"name": SWITCH, "value": "true"}).into())],
        },
        _ => Fix::manual(title),
    }
}
