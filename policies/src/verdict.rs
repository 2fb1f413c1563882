//! Judging: what was found, under a policy.

use serde::Serialize;

/// What is to become of a container, a workload or an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing to say.
    Pass,
    /// Something to say.
    Warn,
    /// Refused.
    Deny,
}
