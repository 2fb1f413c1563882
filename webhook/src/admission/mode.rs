//! Modes: what a denial becomes. A namespace's label may raise the policy's, never lower it.

use policyctl_policies::policy::Mode;

/// The label of a namespace.
pub(super) const LABEL: &str = "policyctl.dev/mode";

/// A mode's name.
pub(super) fn parse(text: &str) -> Option<Mode> {
    match text {
        "audit" => Some(Mode::Audit),
        "warn" => Some(Mode::Warn),
        "enforce" => Some(Mode::Enforce),
        _ => None,
    }
}

/// As labels, metrics and logs spell it.
pub(super) fn name(mode: Mode) -> &'static str {
    match mode {
        Mode::Audit => "audit",
        Mode::Warn => "warn",
        Mode::Enforce => "enforce",
    }
}
