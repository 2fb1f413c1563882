//! A field whose shape is not what its platform says: it was not judged, so it is not a pass.

use super::{Family, Rule, Subject};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::workload::{Container, Problem};

/// The rule.
pub(super) struct UnreadableInput;

impl Rule for UnreadableInput {
    fn name(&self) -> &'static str {
        "unreadable-input"
    }

    fn family(&self) -> Family {
        Family::Input
    }

    fn summary(&self) -> &'static str {
        "a document or a field could not be read, so it was not judged"
    }

    fn page(&self) -> &'static str {
        include_str!("unreadable_input.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        findings.extend(subject.workload.problems.iter().map(|problem| self.about(subject, problem)));
    }
}

impl UnreadableInput {
    fn about(&self, subject: &Subject<'_>, problem: &Problem) -> Finding {
        let pointer = subject.document.pointer(problem.at);
        let expected = problem.expected;
        let message = format!("`{pointer}` should be {expected}; what it holds was not judged");
        let mut finding = Finding::new(self.name(), Level::Warn, problem.at, message)
            .about(&pointer)
            .fixed_by(Fix::manual(format!("write {expected} there")));
        finding.container = container_around(subject, &pointer).map(|container| container.name.clone());
        finding
    }
}

/// The container in which a place lies.
fn container_around<'s>(subject: &Subject<'s>, pointer: &str) -> Option<&'s Container> {
    let holds = |container: &&Container| {
        let rest = pointer.strip_prefix(&subject.document.pointer(container.at));
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    subject.workload.containers.iter().find(holds)
}
