//! What a rule says: one sentence about one place, with its evidence and its fix.

use serde::Serialize;

use crate::document::{At, Resolved};
use crate::fix::Fix;

/// How grave a finding is. The order is the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Said only on request, counted in the summary.
    Note,
    /// Someone should act on it; nothing is stopped.
    Warn,
    /// The deploy is refused.
    Deny,
}

/// A place in the inputs: in the document under examination, or in another that gave a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A node of the document under examination.
    Here(At),
    /// Already resolved, because it lies in another document.
    Elsewhere(Box<Resolved>),
}

impl From<At> for Place {
    fn from(at: At) -> Self {
        Self::Here(at)
    }
}

/// Why a rule says what it says: a place and a sentence, never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Where it stands; `None` when the evidence is an absence.
    pub place: Option<Place>,
    /// A short clause that reads beside the excerpt.
    pub says: String,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// The level of this case in the `baseline` policy.
    pub level: Level,
    /// The level of this case in `strict`, where it differs.
    pub strict: Option<Level>,
    /// One line that stands alone: container, variable, consequence, remedy.
    pub message: String,
    /// The container's name; `None` when it concerns the whole workload.
    pub container: Option<String>,
    /// The variable concerned, part of the fingerprint.
    pub variable: Option<String>,
    /// Where the reader should look first.
    pub place: Place,
    /// Everything else that leads to the finding.
    pub evidence: Vec<Evidence>,
    /// What to do about it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding at its least: the builders below add the rest.
    pub fn new(
        rule: &'static str,
        level: Level,
        place: impl Into<Place>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            level,
            strict: None,
            message: message.into(),
            container: None,
            variable: None,
            place: place.into(),
            evidence: Vec::new(),
            fix: None,
        }
    }

    /// Raises the level under the `strict` policy.
    #[must_use]
    pub fn strict(mut self, level: Level) -> Self {
        self.strict = Some(level);
        self
    }

    /// Names the container.
    #[must_use]
    pub fn in_container(mut self, name: &str) -> Self {
        self.container = Some(name.to_owned());
        self
    }

    /// Names the variable.
    #[must_use]
    pub fn about(mut self, variable: &str) -> Self {
        self.variable = Some(variable.to_owned());
        self
    }

    /// Adds evidence at a place.
    #[must_use]
    pub fn because(mut self, place: impl Into<Place>, says: impl Into<String>) -> Self {
        self.evidence.push(Evidence { place: Some(place.into()), says: says.into() });
        self
    }

    /// Adds evidence that has no place of its own.
    #[must_use]
    pub fn because_of(mut self, says: impl Into<String>) -> Self {
        self.evidence.push(Evidence { place: None, says: says.into() });
        self
    }

    /// Attaches the fix.
    #[must_use]
    pub fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}
