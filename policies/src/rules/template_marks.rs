//! A key's slot that someone or something has yet to fill: what it will hold cannot be judged.

use super::key_case::{Case, cases, gravity, is_literal, is_unread};
use super::{Examined, Family, Rule, Subject, wording};
use crate::credential::{Class, KeySet, Sighting, Target};
use crate::finding::{Finding, Level};
use crate::fix::Fix;

/// The rule.
pub(super) struct TemplateMarks;

impl Rule for TemplateMarks {
    fn name(&self) -> &'static str {
        "template-marks"
    }

    fn family(&self) -> Family {
        Family::Input
    }

    fn summary(&self) -> &'static str {
        "a key's slot holds a template mark or a note to whoever fills it in"
    }

    fn page(&self) -> &'static str {
        include_str!("template_marks.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let unfilled = cases(subject).filter(|(.., case)| *case == Case::Unfilled);
        let told = unfilled.filter(|(_, set, _)| !is_of_sibling(subject, set));
        findings.extend(told.filter_map(|(examined, set, _)| self.about(examined, set)));
    }
}

impl TemplateMarks {
    fn about(&self, examined: &Examined<'_>, set: &KeySet) -> Option<Finding> {
        gravity(set).filter(|_| !is_unread(set))?;
        let first = set.parts().find(|part| is_literal(part) && what(part).is_some())?;
        let message = format!(
            "{}: {} {}; what will stand there is a static key, give it a role instead",
            wording::container(examined.container),
            wording::part_name(first),
            what(first)?,
        );
        let title = "render the document before it is checked, or delete the variable and use a role";
        Some(
            Finding::new(self.name(), Level::Warn, first.at, message)
                .in_container(&examined.container.name)
                .about(&first.name)
                .fixed_by(Fix::manual(title)),
        )
    }
}

/// An object server stands in the same file, and the endpoint, which is yet to be filled in too, will name that.
fn is_of_sibling(subject: &Subject<'_>, set: &KeySet) -> bool {
    subject.facts.emulator_in_file && matches!(set.target, Target::Unknown { .. })
}

fn what(part: &Sighting) -> Option<&'static str> {
    match part.class {
        Class::Placeholder => Some("asks someone to fill in a key"),
        Class::Unrendered => Some("holds a template mark"),
        _ => None,
    }
}
