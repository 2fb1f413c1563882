//! Words that several formats share.

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use policyctl_policies::credential::safe_name;
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::workload::WorkloadId;

/// A level's name.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warn => "warn",
        Level::Deny => "deny",
    }
}

/// A number and its noun.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A pointer without what has the shape of a key: a label's name may.
pub(super) fn safe_pointer(pointer: &str) -> String {
    let segments: Vec<_> = pointer.split('/').map(safe_name).collect();
    segments.join("/")
}

/// `Deployment payments/checkout`, `TaskDefinition checkout`.
pub(super) fn workload(id: &WorkloadId) -> String {
    let namespace = id.namespace.as_ref().map_or_else(String::new, |name| format!("{}/", safe_name(name)));
    format!("{} {namespace}{}", safe_name(&id.kind), safe_name(&id.name))
}

/// The workload of a finding, where a line and a column do not show it to a person: far out in a minified document.
pub(super) fn far_out(finding: &Located) -> Option<String> {
    let far = finding.place.position.column as usize > DEFAULT_TERM_WIDTH;
    finding.workload.as_deref().filter(|_| far).map(workload)
}

/// A finding's message for formats of one line.
pub(super) fn line(finding: &Located) -> String {
    let home = far_out(finding).map(|workload| format!(" ({workload})")).unwrap_or_default();
    format!("{}{home}", finding.message)
}
