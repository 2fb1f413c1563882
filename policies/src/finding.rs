//! What a rule says: one sentence about one place, with its evidence and its fix.

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::document::{At, Resolved};
use crate::fix::Fix;
use crate::workload::{Text, WorkloadId};

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
    pub container: Option<Text>,
    /// The variable concerned, part of the fingerprint.
    pub variable: Option<Text>,
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
        self.container = Some(name.into());
        self
    }

    /// Names the variable.
    #[must_use]
    pub fn about(mut self, variable: &str) -> Self {
        self.variable = Some(variable.into());
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

/// A finding as it is reported: judged, with places that outlive their document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The rule's name.
    pub rule: &'static str,
    /// Its level under the policy in force.
    pub level: Level,
    /// One line that stands alone.
    pub message: String,
    /// The workload or object concerned; `None` when the input as a whole is.
    pub workload: Option<Arc<WorkloadId>>,
    /// The container's name; `None` when it concerns all of them.
    pub container: Option<Text>,
    /// The variable concerned.
    pub variable: Option<Text>,
    /// Where the reader should look first.
    pub place: Resolved,
    /// Everything else that leads to the finding; nothing at admission, where an answer has no room for it.
    pub evidence: Vec<LocatedEvidence>,
    /// What to do about it. Its changes name nodes of the document that was examined.
    pub fix: Option<Fix>,
}

/// Evidence with its place, if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocatedEvidence {
    /// Where it stands.
    pub place: Option<Resolved>,
    /// A short clause.
    pub says: String,
}

impl Located {
    /// A finding about an input as a whole, or about the policy itself.
    pub fn about_input(
        rule: &'static str,
        level: Level,
        place: Resolved,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            level,
            message: message.into(),
            workload: None,
            container: None,
            variable: None,
            place,
            evidence: Vec::new(),
            fix: None,
        }
    }

    /// Sixteen hexadecimal digits that stay the same when lines move: a hash of the rule, the workload's
    /// kind, namespace and name, the container and the variable; of the file's name where there is no workload.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update(part.as_bytes());
            hash.update([0]);
        };
        add(self.rule);
        match &self.workload {
            Some(id) => [&id.kind, id.namespace.as_deref().unwrap_or("default"), &id.name].map(&mut add),
            None => ["", "", &self.place.file].map(&mut add),
        };
        add(self.container.as_deref().unwrap_or_default());
        add(self.variable.as_deref().unwrap_or_default());
        hex(&hash.finalize()[..8])
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Located {
        let place = Resolved {
            file: "pod.yaml".into(),
            pointer: "/spec".into(),
            position: crate::document::Position::default(),
            span: crate::document::Span::default(),
        };
        let id = WorkloadId { kind: "Pod".into(), namespace: None, name: "web".into() };
        let finding = Located::about_input("static-access-key", Level::Deny, place, "a key");
        Located { workload: Some(Arc::new(id)), variable: Some("AWS_ACCESS_KEY_ID".into()), ..finding }
    }

    #[test]
    fn a_fingerprint_survives_moved_lines_and_moved_files() {
        let mut moved = finding();
        moved.place.file = "other.yaml".into();
        moved.place.position.line = 99;
        moved.message = "said otherwise".into();
        assert_eq!(moved.fingerprint(), finding().fingerprint());
        assert_eq!(moved.fingerprint().len(), 16);
    }

    #[test]
    fn a_fingerprint_tells_apart_what_is_apart() {
        let other = Located { variable: Some("AWS_SECRET_ACCESS_KEY".into()), ..finding() };
        assert_ne!(other.fingerprint(), finding().fingerprint());
        let shifted = Located { container: other.variable.clone(), variable: None, ..finding() };
        assert_ne!(shifted.fingerprint(), other.fingerprint());
    }

    #[test]
    fn no_namespace_is_the_namespace_default() {
        let mut spelled = finding();
        let id = spelled.workload.as_mut().map(Arc::make_mut);
        id.unwrap().namespace = Some("default".into());
        assert_eq!(spelled.fingerprint(), finding().fingerprint());
    }
}
