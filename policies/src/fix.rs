//! A fix: a title, how far it may be trusted, and the changes that make it.

use serde::Serialize;

pub use crate::document::Change;

/// How far a fix may be applied without a person's judgement. The order is the order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// A person must decide; no change is offered.
    Manual,
    /// The change does what it says but alters who the program is, or may.
    Unsafe,
    /// The change cannot break a working container.
    Safe,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// An imperative sentence.
    pub title: String,
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// The changes, in the order in which they apply; empty when [`Applicability::Manual`].
    pub changes: Vec<Change>,
}

impl Eq for Fix {}

impl Fix {
    /// Advice without a change.
    pub fn manual(title: impl Into<String>) -> Self {
        Self { title: title.into(), applicability: Applicability::Manual, changes: Vec::new() }
    }
}
