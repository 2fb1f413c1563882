//! The JSON report, version 1. Its structs are its own: the engine may change without it.

use std::io::{self, Write};

use policyctl_policies::credential::safe_name;
use policyctl_policies::finding::{Level, Located, LocatedEvidence};
use policyctl_policies::fix::{Applicability, Fix};
use policyctl_policies::verdict::{ContainerVerdict, Decision, Excepted};
use policyctl_policies::workload::WorkloadId;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Run, wording};
use crate::run::NotRead;

/// The version of this report's form. It grows when a reader of the former would break.
const SCHEMA_VERSION: u32 = 1;

/// The report of one run of `policyctl check`.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "policyctl report")]
struct Report {
    /// The version of this form.
    schema_version: u32,
    /// One for every container looked at, and for every object about which something was found.
    verdicts: Vec<VerdictEntry>,
    /// Warnings and denials.
    findings: Vec<Entry>,
    /// What is worth knowing and needs no action.
    notes: Vec<Entry>,
    /// Warnings and denials that an exception silences.
    excepted: Vec<Entry>,
    /// Inputs, or documents in them, that could not be read.
    unreadable: Vec<UnreadableEntry>,
    /// The policy in force.
    policy: PolicyEntry,
    /// Counts.
    summary: Summary,
}

/// What was decided about one container.
#[derive(Serialize, JsonSchema)]
struct VerdictEntry {
    /// The input.
    file: String,
    /// Its workload, or the object.
    workload: Workload,
    /// Its name; null for an object.
    container: Option<String>,
    /// What was decided.
    verdict: Word,
}

/// A workload or an object.
#[derive(Serialize, JsonSchema)]
struct Workload {
    /// `Deployment`, `TaskDefinition`, `Secret`, ...
    kind: String,
    /// Null when none is written.
    namespace: Option<String>,
    /// The name; a task definition's family.
    name: String,
}

/// What was decided.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Word {
    Pass,
    Warn,
    Deny,
}

/// How grave something is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Gravity {
    Note,
    Warn,
    Deny,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
struct Entry {
    /// The rule's name.
    rule: &'static str,
    /// How grave it is under the policy in force.
    level: Gravity,
    /// One line that stands alone.
    message: String,
    /// The input.
    file: String,
    /// The workload; null when the input as a whole is concerned.
    workload: Option<Workload>,
    /// The container; null when all of the workload are concerned.
    container: Option<String>,
    /// Where, as a JSON pointer within its document.
    pointer: String,
    /// Where, counted from 1.
    line: u32,
    /// Where, in characters, counted from 1.
    column: u32,
    /// What leads to the finding.
    evidence: Vec<EvidenceEntry>,
    /// What to do about it.
    fix: Option<FixEntry>,
    /// The same for the same finding when lines move.
    fingerprint: String,
    /// The exception that silences it; only among the excepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<ExceptionEntry>,
}

/// What leads to a finding.
#[derive(Serialize, JsonSchema)]
struct EvidenceEntry {
    /// A short clause.
    says: String,
    /// The input; null where the evidence is that something is absent.
    file: Option<String>,
    /// Where, as a JSON pointer within its document.
    pointer: Option<String>,
    /// Where, counted from 1.
    line: Option<u32>,
    /// Where, in characters, counted from 1.
    column: Option<u32>,
}

/// What to do about a finding.
#[derive(Serialize, JsonSchema)]
struct FixEntry {
    /// An imperative sentence.
    title: String,
    /// How far it may be trusted.
    applicability: Trust,
}

/// How far a fix may be trusted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Trust {
    /// A person must decide.
    Manual,
    /// It does what it says, and may alter who the program is.
    Unsafe,
    /// It cannot break a working container.
    Safe,
}

/// The exception that silences a finding.
#[derive(Serialize, JsonSchema)]
struct ExceptionEntry {
    /// Its name, or where it stands.
    name: String,
    /// The last day on which it holds.
    expires: String,
}

/// What could not be read.
#[derive(Serialize, JsonSchema)]
struct UnreadableEntry {
    /// The input.
    file: String,
    /// Where reading stopped; null when it could not begin.
    line: Option<u32>,
    /// Where reading stopped; null when it could not begin.
    column: Option<u32>,
    /// Why.
    reason: String,
}

/// The policy in force.
#[derive(Serialize, JsonSchema)]
struct PolicyEntry {
    /// Its name.
    name: String,
    /// `sha256:` and the hash of its text.
    digest: String,
}

/// Counts.
#[derive(Serialize, JsonSchema)]
struct Summary {
    /// Files that hold something of ours.
    files: usize,
    /// Task definitions and Kubernetes workloads.
    workloads: usize,
    /// Containers.
    containers: usize,
    /// Verdicts by what was decided.
    verdicts: ByDecision,
    /// Findings by level.
    findings: ByLevel,
    /// Findings that an exception silences.
    excepted: usize,
    /// What could not be read.
    unreadable: usize,
}

/// Verdicts by what was decided.
#[derive(Serialize, JsonSchema)]
struct ByDecision {
    pass: usize,
    warn: usize,
    deny: usize,
}

/// Findings by level.
#[derive(Serialize, JsonSchema)]
struct ByLevel {
    note: usize,
    warn: usize,
    deny: usize,
}

pub(super) fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &report(run))?;
    writeln!(out)
}

/// The JSON Schema of this report.
pub(crate) fn schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}

fn report(run: &Run<'_>) -> Report {
    let verdict = &run.outcome.verdict;
    Report {
        schema_version: SCHEMA_VERSION,
        verdicts: verdict.containers.iter().map(VerdictEntry::from).collect(),
        findings: verdict.findings.iter().map(Entry::from).collect(),
        notes: verdict.notes.iter().map(Entry::from).collect(),
        excepted: verdict.excepted.iter().map(Entry::from).collect(),
        unreadable: run.outcome.unreadable.iter().map(UnreadableEntry::from).collect(),
        policy: PolicyEntry { name: run.policy.name.clone(), digest: run.policy.digest.clone() },
        summary: summary(run),
    }
}

fn summary(run: &Run<'_>) -> Summary {
    let (verdict, counts) = (&run.outcome.verdict, run.outcome.counts);
    let decided = |what: Decision| verdict.containers.iter().filter(|entry| entry.decision == what).count();
    Summary {
        files: counts.files,
        workloads: counts.task_definitions + counts.workloads,
        containers: verdict.containers.iter().filter(|entry| entry.container.is_some()).count(),
        verdicts: ByDecision {
            pass: decided(Decision::Pass),
            warn: decided(Decision::Warn),
            deny: decided(Decision::Deny),
        },
        findings: ByLevel {
            note: verdict.notes.len(),
            warn: run.count(Level::Warn),
            deny: run.count(Level::Deny),
        },
        excepted: verdict.excepted.len(),
        unreadable: run.outcome.unreadable.len(),
    }
}

impl From<&ContainerVerdict> for VerdictEntry {
    fn from(entry: &ContainerVerdict) -> Self {
        Self {
            file: entry.file.to_string(),
            workload: (&*entry.workload).into(),
            container: entry.container.as_deref().map(safe),
            verdict: match entry.decision {
                Decision::Pass => Word::Pass,
                Decision::Warn => Word::Warn,
                Decision::Deny => Word::Deny,
            },
        }
    }
}

impl From<&WorkloadId> for Workload {
    fn from(id: &WorkloadId) -> Self {
        Self { kind: safe(&id.kind), namespace: id.namespace.as_deref().map(safe), name: safe(&id.name) }
    }
}

impl From<&Located> for Entry {
    fn from(finding: &Located) -> Self {
        Self {
            rule: finding.rule,
            level: match finding.level {
                Level::Note => Gravity::Note,
                Level::Warn => Gravity::Warn,
                Level::Deny => Gravity::Deny,
            },
            message: finding.message.clone(),
            file: finding.place.file.to_string(),
            workload: finding.workload.as_deref().map(Workload::from),
            container: finding.container.as_deref().map(safe),
            pointer: wording::safe_pointer(&finding.place.pointer),
            line: finding.place.position.line,
            column: finding.place.position.column,
            evidence: finding.evidence.iter().map(EvidenceEntry::from).collect(),
            fix: finding.fix.as_ref().map(FixEntry::from),
            fingerprint: finding.fingerprint(),
            exception: None,
        }
    }
}

impl From<&Excepted> for Entry {
    fn from(excepted: &Excepted) -> Self {
        let (name, expires) = (excepted.exception.clone(), excepted.expires.to_string());
        Self { exception: Some(ExceptionEntry { name, expires }), ..Self::from(&excepted.finding) }
    }
}

impl From<&LocatedEvidence> for EvidenceEntry {
    fn from(evidence: &LocatedEvidence) -> Self {
        let place = evidence.place.as_ref();
        Self {
            says: evidence.says.clone(),
            file: place.map(|place| place.file.to_string()),
            pointer: place.map(|place| wording::safe_pointer(&place.pointer)),
            line: place.map(|place| place.position.line),
            column: place.map(|place| place.position.column),
        }
    }
}

impl From<&Fix> for FixEntry {
    fn from(fix: &Fix) -> Self {
        Self {
            title: fix.title.clone(),
            applicability: match fix.applicability {
                Applicability::Manual => Trust::Manual,
                Applicability::Unsafe => Trust::Unsafe,
                Applicability::Safe => Trust::Safe,
            },
        }
    }
}

impl From<&NotRead> for UnreadableEntry {
    fn from(lost: &NotRead) -> Self {
        Self {
            file: lost.file.to_string(),
            line: lost.position.map(|position| position.line),
            column: lost.position.map(|position| position.column),
            reason: lost.reason.clone(),
        }
    }
}

fn safe(name: &str) -> String {
    safe_name(name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_the_one_in_force() {
        let published = include_str!("../../../schemas/report.schema.json");
        let published: serde_json::Value = serde_json::from_str(published).unwrap();
        assert!(published == schema(), "run `policyctl schema report > schemas/report.schema.json`");
    }
}
