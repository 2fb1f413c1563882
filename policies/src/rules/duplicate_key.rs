//! Two members of one mapping with the same key: programs differ in which they take.

use super::{Family, Rule, Subject};
use crate::document::{Document, DuplicateKey};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::read::Contents;

/// The rule.
pub(super) struct DuplicateMember;

impl Rule for DuplicateMember {
    fn name(&self) -> &'static str {
        "duplicate-key"
    }

    fn family(&self) -> Family {
        Family::Input
    }

    fn summary(&self) -> &'static str {
        "a member is written twice: programs differ in which they take"
    }

    fn page(&self) -> &'static str {
        include_str!("duplicate_key.md")
    }

    fn check(&self, _subject: &Subject<'_>, _findings: &mut Vec<Finding>) {}

    fn check_document(&self, document: &Document, contents: &Contents, findings: &mut Vec<Finding>) {
        if contents.is_empty() {
            return;
        }
        findings.extend(document.duplicates().iter().map(|twice| self.about(document, *twice)));
    }
}

impl DuplicateMember {
    fn about(&self, document: &Document, twice: DuplicateKey) -> Finding {
        let pointer = document.pointer(twice.second);
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let (remedy, why) = remedy(document, &pointer, name);
        let message = format!("`{name}` is written twice in one mapping; {remedy}, {why}");
        Finding::new(self.name(), Level::Warn, twice.second, message)
            .about(name)
            .because(twice.first, "written here first")
            .fixed_by(Fix::manual(remedy))
    }
}

/// What to do about it, and why.
fn remedy(document: &Document, pointer: &str, name: &str) -> (String, &'static str) {
    let glued = document.objects().len() > 1 && matches!(pointer, "/apiVersion" | "/kind");
    if glued {
        (format!("put `---` before this `{name}`"), "programs see the later object alone")
    } else {
        ("keep one".to_owned(), "programs differ in which they take")
    }
}
