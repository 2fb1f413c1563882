//! Reports: one file for each format, all over the same verdict.

mod concise;
mod diff;
mod excerpt;
mod github;
pub(crate) mod json;
mod mask;
mod sarif;
mod source;
mod text;
mod wording;

use std::io::{self, Write};
use std::time::Duration;

use policyctl_policies::finding::{Level, Located};
use policyctl_policies::policy::Policy;

pub(crate) use diff::diff;
pub(crate) use source::Sources;

use crate::arguments::{Format, Verbosity};
use crate::run::Outcome;

/// All that a report may tell.
pub(crate) struct Run<'a> {
    pub(crate) outcome: &'a Outcome,
    pub(crate) policy: &'a Policy,
    /// For excerpts.
    pub(crate) sources: &'a Sources<'a>,
    /// How long it took.
    pub(crate) elapsed: Duration,
    pub(crate) verbosity: Verbosity,
}

impl Run<'_> {
    /// Warnings and denials, and the notes when they are asked for.
    fn told(&self) -> impl Iterator<Item = &Located> {
        let notes = if self.verbosity == Verbosity::Verbose { &self.outcome.verdict.notes[..] } else { &[] };
        self.outcome.verdict.findings.iter().chain(notes)
    }

    fn count(&self, level: Level) -> usize {
        self.outcome.verdict.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// Writes a report.
pub(crate) fn write(run: &Run<'_>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(run, out),
        Format::Concise => concise::write(run, out),
        Format::Json => json::write(run, out),
        Format::Sarif => sarif::write(run, out),
        Format::Github => github::write(run, out),
    }
}
