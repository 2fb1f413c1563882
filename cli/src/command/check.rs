//! `policyctl check`: finds problems in task definitions and manifests.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use policyctl_policies::policy::Door;
use policyctl_policies::verdict::{Decision, Judge};

use super::Error;
use crate::arguments::{Check, FailOn, Format, ReportFile, Verbosity};
use crate::bills;
use crate::console::{complain, tell};
use crate::gather::Inputs;
use crate::policy;
use crate::report::{self, Run, Sources};
use crate::run::{self, Outcome};
use crate::status::Status;

pub(crate) fn run(check: &Check, verbosity: Verbosity) -> Result<Status, Error> {
    let started = Instant::now();
    let chosen = policy::choose(&check.policy, &check.paths)?;
    let inputs = Inputs::gather(&check.paths, chosen.file.as_deref());
    let judge = Judge { policy: &chosen.policy, door: Door::Cli, day: policy::day(&check.policy) };
    let bills = bills::read(&check.sbom)?;
    let outcome = run::run(&inputs, bills, &judge);
    let sources = Sources::new(&inputs, chosen.file.as_deref());
    let run = Run {
        outcome: &outcome,
        policy: &chosen.policy,
        sources: &sources,
        elapsed: started.elapsed(),
        verbosity,
    };
    conclude(
        &run,
        &Ending { format: check.format, reports: &check.report, fail_on: check.fail_on, nothing: NOTHING },
    )
}

const NOTHING: &str =
    "nothing to check: no task definition, Kubernetes object or Compose file among the inputs";

/// How a run is to be told.
pub(super) struct Ending<'a> {
    pub(super) format: Format,
    pub(super) reports: &'a [ReportFile],
    pub(super) fail_on: FailOn,
    /// What is said where there was nothing to check.
    pub(super) nothing: &'a str,
}

/// Writes the reports, says what went wrong, and gives the status.
pub(super) fn conclude(run: &Run<'_>, ending: &Ending<'_>) -> Result<Status, Error> {
    let status = status(run.outcome, ending.fail_on);
    for report in ending.reports {
        write_file(run, report)?;
    }
    tell_trouble(run, status, ending.nothing);
    match print_report(run, ending.format) {
        // Who read the output has seen enough; the status still tells.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(status),
        result => result.map(|()| status).map_err(Error::Output),
    }
}

fn status(outcome: &Outcome, fail_on: FailOn) -> Status {
    if reaches(outcome.verdict.decision(), fail_on) {
        Status::Findings
    } else if !outcome.unreadable.is_empty() {
        Status::Trouble
    } else if !outcome.empty.is_empty() || outcome.counts.files == 0 {
        Status::Nothing
    } else {
        Status::Clean
    }
}

/// Whether a decision is at or above the level asked for.
pub(super) fn reaches(decision: Decision, fail_on: FailOn) -> bool {
    match fail_on {
        FailOn::Deny => decision >= Decision::Deny,
        FailOn::Warn => decision >= Decision::Warn,
        FailOn::Never => false,
    }
}

fn print_report(run: &Run<'_>, format: Format) -> io::Result<()> {
    if run.verbosity == Verbosity::Silent {
        return Ok(());
    }
    let mut out = BufWriter::new(anstream::stdout());
    report::write(run, format, &mut out)?;
    out.flush()
}

/// Writes beside the file and renames, so that nobody ever reads half a report.
fn write_file(run: &Run<'_>, report: &ReportFile) -> Result<(), Error> {
    let folder =
        report.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut file =
            tempfile::Builder::new().prefix(".policyctl").permissions(readable()).tempfile_in(folder)?;
        let mut out = BufWriter::new(anstream::StripStream::new(file.as_file_mut()));
        report::write(run, report.format, &mut out)?;
        out.flush()?;
        drop(out);
        file.persist(&report.file)?;
        Ok(())
    };
    write().map_err(|error| Error::File(report.file.clone(), error))
}

#[cfg(unix)]
fn readable() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    // As any new file: the process's mask takes away what it must.
    std::fs::Permissions::from_mode(0o666)
}

fn tell_trouble(run: &Run<'_>, status: Status, nothing: &str) {
    let (outcome, verbosity) = (run.outcome, run.verbosity);
    if verbosity == Verbosity::Silent {
        return;
    }
    for lost in outcome.unreadable.iter().filter(|lost| lost.position.is_none()) {
        complain(&format!("{}: {}", lost.file, lost.reason));
    }
    if verbosity == Verbosity::Verbose {
        for (file, why) in &outcome.passed_over {
            tell(&format!("passed over {file}: {why}"));
        }
    }
    for file in &outcome.empty {
        complain(&format!("{file}: empty"));
    }
    if status == Status::Nothing && outcome.counts.files == 0 {
        complain(nothing);
    }
}
