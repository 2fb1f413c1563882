//! Which credential is used depends on the SDK that happens to be in the image.

use super::asked_for::is_asked_for;
use super::sole_identity::{has_file, has_key};
use super::voters::{camps, with_camps};
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::trace::Bare;

/// The rule.
pub(super) struct SdkDisagreement;

impl Rule for SdkDisagreement {
    fn name(&self) -> &'static str {
        "sdk-disagreement"
    }

    fn family(&self) -> Family {
        Family::Shadowing
    }

    fn summary(&self) -> &'static str {
        "which credential is used depends on the SDK"
    }

    fn page(&self) -> &'static str {
        include_str!("sdk_disagreement.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let asked = is_asked_for(subject, self.name());
        let containers = subject.containers.iter();
        let concerned = containers.filter(|examined| asked || is_unspoken(examined));
        findings.extend(concerned.filter_map(|examined| self.about(examined)));
    }
}

impl SdkDisagreement {
    fn about(&self, examined: &Examined<'_>) -> Option<Finding> {
        if examined.is_bare(Bare::OfChoice) {
            return None;
        }
        let camps = camps(examined.trace().endings());
        let [(first, firsts), (second, seconds), ..] = &camps[..] else { return None };
        let message = format!(
            "{}: {} takes {first}, {} takes {second}; leave one credential, so that it does not depend on the SDK",
            wording::container(examined.container),
            firsts.first()?,
            seconds.first()?,
        );
        let finding = Finding::new(self.name(), Level::Warn, examined.container.at, message)
            .in_container(&examined.container.name)
            .fixed_by(Fix::manual("leave the role and take the others out"));
        Some(with_camps(finding, &camps))
    }
}

/// No role, key or file is there that has a finding of its own.
fn is_unspoken(examined: &Examined<'_>) -> bool {
    let held = examined.identity.held().is_some();
    !held && !has_key(examined) && !has_file(examined)
}
