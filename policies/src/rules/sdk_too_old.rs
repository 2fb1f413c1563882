//! An SDK that is older than the way in which its role is given, or lacks the module for it.

use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::{Held, Means};
use crate::trace::bom::{Mechanism, TooOld};

/// The rule.
pub(super) struct SdkTooOld;

impl Rule for SdkTooOld {
    fn name(&self) -> &'static str {
        "sdk-too-old"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "an SDK of the bill of materials does not know the way in which the role is given"
    }

    fn page(&self) -> &'static str {
        include_str!("sdk_too_old.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let Some(bom) = &subject.facts.bom else { return };
        let old = bom.too_old();
        for examined in &subject.containers {
            let Some(held) = examined.identity.held() else { continue };
            let concerned = old.iter().filter(|old| mechanism(held.means) == Some(old.mechanism));
            findings.extend(concerned.map(|old| self.about(examined, held, old)));
        }
    }
}

impl SdkTooOld {
    fn about(&self, examined: &Examined<'_>, held: &Held, old: &TooOld) -> Finding {
        let remedy = match old.since {
            Some(since) => format!("take {since} or later"),
            None => "add its STS module".to_owned(),
        };
        let who = wording::container(examined.container);
        let message = format!("{who}: {old}, so {} is never asked for; {remedy}", held.called());
        let finding = Finding::new(self.name(), Level::Warn, examined.container.at, message)
            .in_container(&examined.container.name)
            .about(&old.package.name)
            .fixed_by(Fix::manual(remedy));
        wording::with_role(finding, &examined.identity)
    }
}

fn mechanism(means: Means) -> Option<Mechanism> {
    match means {
        Means::WebIdentity => Some(Mechanism::WebIdentity),
        Means::PodIdentity => Some(Mechanism::PodIdentity),
        Means::TaskRole | Means::Endpoint => None,
    }
}
