//! An SDK that is older than the way in which its role is given, or lacks the module for it.

use super::sole_identity::{has_file, has_key};
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::Held;
use crate::need::Grade;
use crate::trace::bom::{Made, Mechanism, TooOld};

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
        let Some(bills) = &subject.facts.bills else { return };
        for examined in &subject.containers {
            let Some(made) = bills.of(examined.container) else { continue };
            findings.extend(self.within(examined, &made));
        }
    }
}

impl SdkTooOld {
    /// One finding for each SDK, however many packages it is made of.
    fn within(&self, examined: &Examined<'_>, made: &Made) -> Vec<Finding> {
        let Some(held) = examined.identity.held() else { return Vec::new() };
        let Some(mechanism) = Mechanism::of(held.means) else { return Vec::new() };
        let is_doomed = is_doomed(examined, made, mechanism);
        let mut old = made.bom.too_old(mechanism);
        let mut told = Vec::new();
        old.retain(|old| {
            let first = !told.contains(&old.package.sdk);
            told.push(old.package.sdk);
            first
        });
        old.iter().map(|old| self.about(examined, held, old, is_doomed)).collect()
    }

    fn about(&self, examined: &Examined<'_>, held: &Held, old: &TooOld, is_doomed: bool) -> Finding {
        let remedy = match old.since {
            Some(since) => format!("take {since} or later"),
            None => "add its STS module".to_owned(),
        };
        let who = wording::container(examined.container);
        let nothing = if is_doomed { ", and nothing else gives credentials" } else { "" };
        let message = format!("{who}: {old} and cannot get {}{nothing}; {remedy}", held.called());
        let level = if is_doomed { Level::Deny } else { Level::Warn };
        let finding = Finding::new(self.name(), level, examined.container.at, message)
            .in_container(&examined.container.name)
            .about(&old.package.name)
            .fixed_by(Fix::manual(remedy));
        wording::with_role(finding, &examined.identity)
    }
}

/// The program is certain to fail: it needs AWS, a bill of its own image has no SDK that could get the role, and
/// no key, file or metadata service stands in for it.
fn is_doomed(examined: &Examined<'_>, made: &Made, mechanism: Mechanism) -> bool {
    made.is_named
        && made.bom.knows_none(mechanism)
        && examined.need().grade == Grade::Certain
        && examined.network().metadata.is_no()
        && !has_key(examined)
        && !has_file(examined)
}
