//! Judging: what was found, under a policy, at a door, on a day.

mod exceptions;
mod inline;

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use inline::Inline;

use crate::check::{self, Case, Concern};
use crate::document::Document;
use crate::facts::Facts;
use crate::finding::{Evidence, Finding, Level, Located, LocatedEvidence, Place};
use crate::policy::{Day, Door, Policy};
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
    pub file: Arc<str>,
    /// Its workload, or the object.
    pub workload: Arc<WorkloadId>,
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

    /// Leaves out what was found about a service account where the workloads that run as it tell the same of the
    /// same place.
    pub fn drop_told_by_workloads(&mut self) {
        let is_account =
            |finding: &Located| finding.workload.as_ref().is_some_and(|id| id.kind == "ServiceAccount");
        let place = |finding: &Located| {
            (finding.rule, Arc::clone(&finding.place.file), finding.place.pointer.clone())
        };
        let told: BTreeSet<_> =
            self.findings.iter().filter(|finding| !is_account(finding)).map(place).collect();
        self.findings.retain(|finding| !is_account(finding) || !told.contains(&place(finding)));
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
    pub fn document<F: Borrow<Facts>>(
        &self,
        document: &Document,
        contents: &Contents,
        facts: impl Fn(&Workload) -> F,
    ) -> Verdict {
        self.cases(document, check::document(document, contents, facts, self.policy))
    }

    /// Judges what was found in one document.
    pub fn cases<'a>(&self, document: &Document, cases: impl IntoIterator<Item = Case<'a>>) -> Verdict {
        let mut verdict = Verdict::default();
        let mut inline = Vec::new();
        if self.door == Door::Cli {
            let (read, wrong) = inline::read(document);
            inline = read;
            for finding in wrong {
                self.add(finding, &mut verdict);
            }
        }
        let mut excuses = Excuses { judge: self, document, inline, used: BTreeSet::new() };
        for case in cases {
            verdict.absorb(excuses.judge_case(case));
        }
        excuses.inline_leftovers(&mut verdict);
        verdict
    }
}

/// One document before the judge, with what may excuse findings in it.
struct Excuses<'a> {
    judge: &'a Judge<'a>,
    document: &'a Document,
    inline: Vec<Inline>,
    used: BTreeSet<usize>,
}

impl Excuses<'_> {
    fn judge_case(&mut self, case: Case<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        let id = id_of(&case.concern);
        for finding in case.findings {
            if let Some(level) = self.judge.policy.level_of(&finding, self.judge.door) {
                self.sort((&case.concern, id.as_ref()), level, finding, &mut verdict);
            }
        }
        verdict.containers = decisions(self.document, &case.concern, id.as_ref(), &verdict.findings);
        verdict
    }

    fn sort(
        &mut self,
        (concern, id): (&Concern<'_>, Option<&Arc<WorkloadId>>),
        level: Level,
        finding: Finding,
        verdict: &mut Verdict,
    ) {
        let excuse = if level > Level::Note { self.excuse(concern, &finding) } else { None };
        let finding = self.locate(id, level, finding);
        match excuse {
            Some((exception, expires)) => verdict.excepted.push(Excepted { finding, exception, expires }),
            None if level == Level::Note => verdict.notes.push(finding),
            None => verdict.findings.push(finding),
        }
    }

    fn locate(&self, id: Option<&Arc<WorkloadId>>, level: Level, finding: Finding) -> Located {
        let resolve = |place: Place| match place {
            Place::Here(at) => self.document.resolve(at),
            Place::Elsewhere(place) => *place,
        };
        let evidence =
            |evidence: Evidence| LocatedEvidence { place: evidence.place.map(resolve), says: evidence.says };
        // An answer at admission has no room for it.
        let shown = if self.judge.door == Door::Webhook { Vec::new() } else { finding.evidence };
        Located {
            rule: finding.rule,
            level,
            message: finding.message,
            workload: id.cloned(),
            container: finding.container,
            variable: finding.variable,
            place: resolve(finding.place),
            evidence: shown.into_iter().map(evidence).collect(),
            fix: finding.fix,
        }
    }

    /// The name and the last day of the exception that holds for a finding.
    fn excuse(&mut self, concern: &Concern<'_>, finding: &Finding) -> Option<(String, Day)> {
        let covers =
            |inline: &Inline| inline.until >= self.judge.day && inline.covers(self.document, finding);
        if let Some(n) = self.inline.iter().position(covers) {
            self.used.insert(n);
            return Some((self.inline[n].name(), self.inline[n].until));
        }
        let exception = self.judge.exception(concern, finding)?;
        Some((exception.name.clone(), exception.expires))
    }

    fn inline_leftovers(&self, verdict: &mut Verdict) {
        for (n, inline) in self.inline.iter().enumerate() {
            if inline.until < self.judge.day {
                self.judge.add(inline.expired(), verdict);
            } else if !self.used.contains(&n) {
                self.judge.add(inline.unused(), verdict);
            }
        }
    }
}

/// Whom a case concerns, shared by all that is found about it.
fn id_of(concern: &Concern<'_>) -> Option<Arc<WorkloadId>> {
    match concern {
        Concern::Workload(workload) => Some(Arc::new(workload.id.clone())),
        Concern::Object(id) => Some(Arc::new(id.clone())),
        Concern::Document => None,
    }
}

fn decisions(
    document: &Document,
    concern: &Concern<'_>,
    id: Option<&Arc<WorkloadId>>,
    findings: &[Located],
) -> Vec<ContainerVerdict> {
    let Some(id) = id else { return Vec::new() };
    let entry = |container: Option<&str>| {
        let counts =
            |finding: &&Located| finding.container.is_none() || finding.container.as_deref() == container;
        ContainerVerdict {
            file: document.name().clone(),
            workload: Arc::clone(id),
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
            workload.containers.iter().map(|container| entry(Some(&container.name))).collect()
        }
        Concern::Object(_) => vec![entry(None)],
        Concern::Document => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
