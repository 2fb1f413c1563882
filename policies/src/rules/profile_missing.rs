//! A profile is named that no mounted file has: one SDK stops, the next takes what comes later.

use super::voters::stopped;
use super::{Examined, Family, Rule, Subject, wording};
use crate::document::find_mark;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::trace::{Source, State};
use crate::workload::EnvVar;

/// The rule.
pub(super) struct ProfileMissing;

impl Rule for ProfileMissing {
    fn name(&self) -> &'static str {
        "profile-missing"
    }

    fn family(&self) -> Family {
        Family::Shadowing
    }

    fn summary(&self) -> &'static str {
        "AWS_PROFILE names a profile that no mounted file has"
    }

    fn page(&self) -> &'static str {
        include_str!("profile_missing.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let containers = subject.containers.iter();
        findings.extend(containers.filter_map(|examined| self.about(subject, examined)));
    }
}

impl ProfileMissing {
    fn about(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Option<Finding> {
        let named = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
        let var = named.iter().find_map(|name| examined.container.filled(name))?;
        if names_none_yet(subject, var) || has_file(examined) {
            return None;
        }
        let message = format!(
            "{}: {} names a profile that no mounted file has; SDKs stop there or ignore it, delete it",
            wording::container(examined.container),
            var.name,
        );
        Some(
            Finding::new(self.name(), Level::Warn, var.at, message)
                .in_container(&examined.container.name)
                .about(&var.name)
                .because_of(stopped(examined.trace()).tells("the chain stops there in"))
                .fixed_by(Fix::manual(format!(
                    "delete {}, or mount the file that has the profile",
                    var.name
                ))),
        )
    }
}

/// Every SDK does without the default profile, and a template mark may become it, or nothing.
fn names_none_yet(subject: &Subject<'_>, var: &EnvVar) -> bool {
    let text = var.literal().and_then(|_| subject.document.node(var.value_at).text());
    text.is_some_and(|text| text == "default" || find_mark(text).is_some())
}

/// A mounted file has the profile, or may have it.
fn has_file(examined: &Examined<'_>) -> bool {
    let mounts = &examined.container.mounts;
    examined.trace().sdks().flat_map(|walk| &walk.chain).any(|link| {
        let profile = matches!(link.source, Some(Source::File(_) | Source::Config(_)));
        let mounted = link.at.is_some_and(|at| mounts.iter().any(|mount| mount.at == at));
        profile && mounted && matches!(link.state, State::Offered | State::Unknown)
    })
}
