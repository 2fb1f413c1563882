//! The command line.

mod ecs;

use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use policyctl_policies::policy::Day;

pub(crate) use ecs::{Audit, Ecs, Examination, Named, Output, Register, Registered, Tag};

/// Says which AWS credentials a container will really use, before it runs
#[derive(Debug, Parser)]
#[command(name = "policyctl", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Also show notes, and which files were passed over
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,

    /// Leave out the summary; twice: show nothing, the exit status tells
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "verbose")]
    quiet: u8,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  nothing at or above the level of --fail-on
  1  findings at or above it
  2  wrong usage or configuration, or an input that could not be read
  3  nothing to check";

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Nothing.
    Silent,
    /// Findings without the summary.
    Quiet,
    /// Findings and the summary.
    Normal,
    /// Notes and passed over files too.
    Verbose,
}

impl Arguments {
    pub(crate) fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (0, 0) => Verbosity::Normal,
            (0, _) => Verbosity::Verbose,
            (1, _) => Verbosity::Quiet,
            _ => Verbosity::Silent,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find problems in task definitions and manifests
    Check(Box<Check>),
    /// Show what every SDK's default credential chain will do in a container
    Trace(Box<Trace>),
    /// Explain a rule: what it finds, why it matters, how to fix it
    Explain {
        /// The rule's name
        rule: String,
    },
    /// List the rules
    Rules {
        /// How to list them
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Check a policy file, or show what is in force
    #[command(subcommand)]
    Policy(Policy),
    /// Examine what goes to the ECS API, and what an account holds
    #[command(subcommand)]
    Ecs(Ecs),
    /// Print a JSON Schema
    Schema {
        /// Of what
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print a completion script
    Completion {
        /// For which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the man pages into a folder, or print the first
    Man {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

/// `policyctl check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) policy: PolicyChoice,

    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Also write a report to a file; may be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub(crate) report: Vec<ReportFile>,

    /// A bill of materials (CycloneDX or SPDX, JSON): names the SDKs, and finds those too old. It counts for the
    /// containers of the image that it names, or that NAME, a container or an image, says; may be given several times
    #[arg(long, value_name = "[NAME=]FILE")]
    pub(crate) sbom: Vec<String>,

    /// The least level that makes the exit status 1
    #[arg(long, value_enum, default_value_t = FailOn::Deny, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
}

/// `policyctl trace`.
#[derive(Debug, Args)]
pub(crate) struct Trace {
    /// A task definition or manifest, or a folder of them; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Only this container
    #[arg(short, long, value_name = "NAME", requires = "file")]
    pub(crate) container: Option<String>,

    /// Only these SDKs, such as boto3,java-v2; without it, the current AWS SDKs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) sdk: Vec<String>,

    /// A bill of materials (CycloneDX or SPDX, JSON) that tells which SDKs there are, in the containers of the image
    /// that it names, or that NAME, a container or an image, says; may be given several times
    #[arg(long, value_name = "[NAME=]FILE")]
    pub(crate) sbom: Vec<String>,

    /// A recorded environment instead: variables, files, and how each endpoint answers
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub(crate) environment: Option<PathBuf>,

    /// This process's own variables and files instead; no endpoint is asked, no value is printed
    #[arg(long, conflicts_with_all = ["file", "environment"])]
    pub(crate) here: bool,

    /// How to write it
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub(crate) format: TraceFormat,

    #[command(flatten)]
    pub(crate) policy: PolicyChoice,
}

/// How a trace is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// A table, for people
    Text,
    /// Every SDK and provider, for programs
    Json,
    /// A Mermaid flow chart
    Mermaid,
    /// A picture
    Svg,
}

/// Which policy, on which day, over how much.
#[derive(Debug, Args)]
pub(crate) struct PolicyChoice {
    /// The policy file, or a bundle: advisory, baseline, strict. Without it, the nearest policyctl.yaml
    /// upwards from the inputs
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// The inputs are everything that runs in the cluster: what they lack is not there
    #[arg(long)]
    pub(crate) complete: bool,

    /// Judge as on this day, UTC, instead of today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Day>,
}

/// `policyctl policy`.
#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Say what is wrong with a policy file
    Check {
        /// The file; without it, the one that `policyctl check` would find from here
        file: Option<PathBuf>,
    },
    /// Show what is in force, for the workloads in some files or for all
    Show {
        /// Files and folders; `-` is standard input
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        policy: PolicyChoice,
    },
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With excerpts, for people
    Text,
    /// A line for each finding
    Concise,
    /// Versioned; `policyctl schema report` describes it
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// The committed reference
    Markdown,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The policy file
    Policy,
    /// The JSON report
    Report,
}

/// The least level that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Denials
    Deny,
    /// Warnings and denials
    Warn,
    /// Nothing
    Never,
}

/// When escapes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// When a terminal listens
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A report's format and its file.
#[derive(Debug, Clone)]
pub(crate) struct ReportFile {
    pub(crate) format: Format,
    pub(crate) file: PathBuf,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) =
            text.split_once('=').ok_or("expected FORMAT=FILE, such as sarif=report.sarif")?;
        let format = Format::from_str(format, false).map_err(|_| {
            format!("no format is called `{format}`: expected text, concise, json, sarif or github")
        })?;
        if file.is_empty() {
            return Err("the file's name is missing".to_owned());
        }
        Ok(Self { format, file: file.into() })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
