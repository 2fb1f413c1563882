//! What only the admission webhook reads: `spec.admission`.

use super::matching::{Match, Target};
use crate::workload::WorkloadId;

/// What a denial becomes at admission. The order is the order of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Mode {
    /// It is recorded.
    Audit,
    /// It is said.
    #[default]
    Warn,
    /// It is refused.
    Enforce,
}

/// Modes by namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admission {
    /// Where nothing else is said.
    pub mode: Mode,
    /// Namespaces with modes of their own; the last match wins.
    pub namespaces: Vec<(Match, Mode)>,
}

impl Admission {
    /// The mode of a namespace: a floor, which the namespace's label may raise.
    pub fn mode_of(&self, namespace: &str) -> Mode {
        if self.namespaces.is_empty() {
            return self.mode;
        }
        let id = WorkloadId {
            kind: "Namespace".into(),
            namespace: Some(namespace.into()),
            name: namespace.into(),
        };
        let target = Target::object(&id);
        let own = self.namespaces.iter().rev().find(|(matches, _)| matches.matches(&target));
        own.map_or(self.mode, |(_, mode)| *mode)
    }
}
