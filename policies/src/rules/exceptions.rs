//! What is said about exceptions. The judge says it, who alone knows what was excused; here they have their
//! names and pages, as every rule.

use super::{Family, Rule, Subject};
use crate::finding::Finding;

/// An exception whose last day is over.
pub(super) static EXPIRED: AboutExceptions = AboutExceptions {
    name: "exception-expired",
    summary: "an exception is past its last day and no longer applies",
    page: include_str!("exception_expired.md"),
};

/// An exception that excused nothing.
pub(super) static UNUSED: AboutExceptions = AboutExceptions {
    name: "exception-unused",
    summary: "an exception excused nothing among these inputs",
    page: include_str!("exception_unused.md"),
};

/// An exception in a comment that lacks what it must have.
pub(super) static INVALID: AboutExceptions = AboutExceptions {
    name: "exception-invalid",
    summary: "an exception in a comment lacks a rule, an owner, a reason or a last day",
    page: include_str!("exception_invalid.md"),
};

/// A rule about exceptions.
pub(super) struct AboutExceptions {
    name: &'static str,
    summary: &'static str,
    page: &'static str,
}

impl Rule for AboutExceptions {
    fn name(&self) -> &'static str {
        self.name
    }

    fn family(&self) -> Family {
        Family::Input
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn page(&self) -> &'static str {
        self.page
    }

    fn check(&self, _subject: &Subject<'_>, _findings: &mut Vec<Finding>) {}
}
