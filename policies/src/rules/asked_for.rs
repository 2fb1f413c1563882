//! Rules that keep quiet about sound workloads, unless someone asks for them.

use super::Subject;
use crate::policy::Bundle;

/// `strict` asks for every rule; a policy file asks for those that it names.
pub(super) fn is_asked_for(subject: &Subject<'_>, rule: &str) -> bool {
    subject.policy.bundle == Bundle::Strict || subject.policy.levels.rules.contains_key(rule)
}
