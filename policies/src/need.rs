//! Does this container need AWS? Evidence with weights, and counter-evidence.

use crate::document::At;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Workload};

/// How sure it is that a container needs AWS. The order is the order of certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Fewer than 30 points: nothing to speak of.
    None,
    /// From 30 points: enough for a warning.
    Likely,
    /// From 60 points: needed for a denial.
    Certain,
}

/// A reason for or against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Where; `None` for the policy's word.
    pub at: Option<At>,
    /// A clause: `BUCKET names an S3 bucket`. Never a value that may be secret.
    pub says: String,
    /// Points for (positive) or against (negative).
    pub points: i32,
}

/// What speaks for and against a container's need for AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The reasons, heaviest first.
    pub reasons: Vec<Reason>,
    /// The grade, after declarations by policy, annotation, label or tag.
    pub grade: Grade,
}

/// Weighs the evidence for one container.
pub fn of_container(workload: &Workload, container: &Container, facts: &Facts, policy: &Policy) -> Need {
    let _ = (workload, container, facts, policy);
    Need { reasons: Vec::new(), grade: Grade::None }
}
