//! Judging: what was found, under a policy, at a door, on a day.

mod exceptions;

use serde::Serialize;

use crate::check::{self, Case, Concern};
use crate::document::Document;
use crate::facts::Facts;
use crate::finding::{Evidence, Finding, Level, Located, LocatedEvidence, Place};
use crate::policy::{Day, Door, Exception, Policy, Target};
use crate::read::Contents;
use crate::workload::{Workload, WorkloadId};

/// What is to become of a container, a workload or an input. The order is the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing to say.
    #[default]
    Pass,
    /// Something to say.
    Warn,
    /// Refused.
    Deny,
}

impl From<Level> for Decision {
    fn from(level: Level) -> Self {
        match level {
            Level::Note => Self::Pass,
            Level::Warn => Self::Warn,
            Level::Deny => Self::Deny,
        }
    }
}

/// What was decided.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// One entry for every container looked at, and for every object about which something was found.
    pub containers: Vec<ContainerVerdict>,
    /// Warnings and denials.
    pub findings: Vec<Located>,
    /// What is said only on request.
    pub notes: Vec<Located>,
    /// Warnings and denials that an exception silences.
    pub excepted: Vec<Excepted>,
}

/// What was decided about one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerVerdict {
    /// The input's name.
    pub file: std::sync::Arc<str>,
    /// Its workload, or the object.
    pub workload: WorkloadId,
    /// Its name; `None` for an object.
    pub container: Option<String>,
    /// The gravest of its findings and its workload's.
    pub decision: Decision,
}

/// A finding that an exception silences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excepted {
    /// The finding, at the level it would have had.
    pub finding: Located,
    /// The exception's name.
    pub exception: String,
    /// The last day on which the exception holds.
    pub expires: Day,
}

impl Verdict {
    /// The gravest level found.
    pub fn decision(&self) -> Decision {
        self.findings.iter().map(|finding| Decision::from(finding.level)).max().unwrap_or_default()
    }

    /// Adds another verdict's contents after this one's.
    pub fn absorb(&mut self, other: Self) {
        self.containers.extend(other.containers);
        self.findings.extend(other.findings);
        self.notes.extend(other.notes);
        self.excepted.extend(other.excepted);
    }
}

/// Judges under one policy, at one door, on one day.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'p> {
    /// The policy in force.
    pub policy: &'p Policy,
    /// The way in.
    pub door: Door,
    /// The day, UTC.
    pub day: Day,
}

impl Judge<'_> {
    /// Checks and judges one document. What every door calls.
    pub fn document(
        &self,
        document: &Document,
        contents: &Contents,
        facts: impl Fn(&Workload) -> Facts,
    ) -> Verdict {
        let mut verdict = Verdict::default();
        for case in check::document(document, contents, facts, self.policy) {
            verdict.absorb(self.case(document, case));
        }
        verdict
    }

    /// Judges what was found.
    pub fn case(&self, document: &Document, case: Case<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        for finding in case.findings {
            if let Some(level) = self.policy.level_of(&finding, self.door) {
                self.sort(document, &case.concern, level, finding, &mut verdict);
            }
        }
        verdict.containers = decisions(document, &case.concern, &verdict.findings);
        verdict
    }

    fn sort(
        &self,
        document: &Document,
        concern: &Concern<'_>,
        level: Level,
        finding: Finding,
        verdict: &mut Verdict,
    ) {
        let exception = self.exception(concern, &finding).filter(|_| level > Level::Note);
        let finding = locate(document, concern, level, finding);
        match exception {
            Some(exception) => verdict.excepted.push(Excepted {
                finding,
                exception: exception.name.clone(),
                expires: exception.expires,
            }),
            None if level == Level::Note => verdict.notes.push(finding),
            None => verdict.findings.push(finding),
        }
    }

    fn exception(&self, concern: &Concern<'_>, finding: &Finding) -> Option<&Exception> {
        let target = match concern {
            Concern::Workload(workload) => Target::workload(workload),
            Concern::Object(id) => Target::object(id),
            Concern::Document => return None,
        };
        let target = target.container(finding.container.as_deref());
        let holds = |exception: &&Exception| {
            !exception.is_expired(self.day) && exception.covers(finding.rule, &target)
        };
        self.policy.exceptions.iter().find(holds)
    }
}

fn decisions(document: &Document, concern: &Concern<'_>, findings: &[Located]) -> Vec<ContainerVerdict> {
    let entry = |workload: &WorkloadId, container: Option<&str>| {
        let counts =
            |finding: &&Located| finding.container.is_none() || finding.container.as_deref() == container;
        ContainerVerdict {
            file: document.name().clone(),
            workload: workload.clone(),
            container: container.map(str::to_owned),
            decision: findings
                .iter()
                .filter(counts)
                .map(|finding| finding.level.into())
                .max()
                .unwrap_or_default(),
        }
    };
    match concern {
        Concern::Workload(workload) => {
            workload.containers.iter().map(|container| entry(&workload.id, Some(&container.name))).collect()
        }
        Concern::Object(id) => vec![entry(id, None)],
        Concern::Document => Vec::new(),
    }
}

fn locate(document: &Document, concern: &Concern<'_>, level: Level, finding: Finding) -> Located {
    let workload = match concern {
        Concern::Workload(workload) => Some(workload.id.clone()),
        Concern::Object(id) => Some(id.clone()),
        Concern::Document => None,
    };
    let resolve = |place: Place| match place {
        Place::Here(at) => document.resolve(at),
        Place::Elsewhere(place) => *place,
    };
    let evidence =
        |evidence: Evidence| LocatedEvidence { place: evidence.place.map(resolve), says: evidence.says };
    Located {
        rule: finding.rule,
        level,
        message: finding.message,
        workload,
        container: finding.container,
        variable: finding.variable,
        place: resolve(finding.place),
        evidence: finding.evidence.into_iter().map(evidence).collect(),
        fix: finding.fix,
    }
}

#[cfg(test)]
mod tests;
