//! Temporary credentials in a document that outlives them.

use super::key_case::{Case, cases, gravity};
use super::{Examined, Family, Rule, Subject, removal, wording};
use crate::credential::KeySet;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) struct PastedSessionToken;

impl Rule for PastedSessionToken {
    fn name(&self) -> &'static str {
        "pasted-session-token"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "temporary credentials are written out: they expire and nothing refreshes them"
    }

    fn page(&self) -> &'static str {
        include_str!("pasted_session_token.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let pasted = cases(subject).filter(|(.., case)| *case == Case::Pasted);
        findings.extend(pasted.filter_map(|(examined, set, _)| self.about(subject, examined, set)));
    }
}

impl PastedSessionToken {
    fn about(&self, subject: &Subject<'_>, examined: &Examined<'_>, set: &KeySet) -> Option<Finding> {
        gravity(set)?;
        let first = set.parts().next()?;
        let identity = &examined.identity;
        let message = format!(
            "{}: {} is temporary and will expire, nothing refreshes it; {}",
            wording::container(examined.container),
            wording::part_name(first),
            wording::remedy(&wording::delete(set), identity.held(), subject.bearer()),
        );
        let finding = Finding::new(self.name(), Level::Warn, first.at, message)
            .in_container(&examined.container.name)
            .about(&first.name)
            .fixed_by(removal::of_keys(set, identity, subject.bearer()));
        Some(wording::with_parts(finding, set))
    }
}
