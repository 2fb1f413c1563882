//! The command line of `policyctl ecs`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum, value_parser};
use policyctl_policies::policy::Day;

use super::{FailOn, Format, ReportFile};

/// `policyctl ecs`.
#[derive(Debug, Subcommand)]
pub(crate) enum Ecs {
    /// Examine a task definition, patch it where the policy says so, and register it
    #[command(after_help = EXIT_STATUS)]
    Register(Box<Register>),
    /// Find problems in task definitions that are registered
    #[command(after_help = ACCOUNT_STATUS)]
    Check(Box<Named>),
    /// Find problems in everything that is registered, or that runs in clusters
    #[command(after_help = ACCOUNT_STATUS)]
    Audit(Box<Audit>),
    /// Stand in front of the ECS API and examine what its callers register and run
    Gateway(Box<policyctl_ecs::gateway::settings::Given>),
}

const EXIT_STATUS: &str = "\
Exit status:
  0  registered, or would be
  1  findings at or above the level of --fail-on: nothing was registered
  2  wrong usage or configuration, or an input that could not be read
  4  ECS, or IAM with --read-roles, could not be called, or refused";

const ACCOUNT_STATUS: &str = "\
Exit status:
  0  nothing at or above the level of --fail-on
  1  findings at or above it
  2  wrong usage or configuration, or something that could not be read
  3  nothing to check
  4  ECS could not be called, or refused everything";

/// `policyctl ecs register`.
#[derive(Debug, Args)]
pub(crate) struct Register {
    /// The task definition, in any form that `policyctl check` reads; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Do everything but register
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Tags to add, or to set in the place of the file's
    #[arg(long, value_name = "KEY=VALUE", value_delimiter = ',')]
    pub(crate) tags: Vec<Tag>,

    /// The least level at which nothing is registered
    #[arg(long, value_enum, default_value_t = FailOn::Deny, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,

    /// The policy file, or a bundle. Without it, the nearest policyctl.yaml upwards from the file
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// Ask IAM whether ECS tasks can assume the task role, too; it needs iam:GetRole
    #[arg(long)]
    pub(crate) read_roles: bool,

    /// What goes to standard output
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) format: Output,

    #[command(flatten)]
    pub(crate) place: Place,
}

/// `policyctl ecs check`.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// ARNs, families (their newest active revision), or families with a revision
    #[arg(value_name = "ARN|FAMILY[:REVISION]", required = true)]
    pub(crate) names: Vec<String>,

    #[command(flatten)]
    pub(crate) how: Examination,
}

/// `policyctl ecs audit`.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// What runs in this cluster, by name or ARN, in the place of what is registered: the definitions of
    /// services, deployments, daemons and tasks, and the overrides of tasks. May be given several times
    #[arg(long, value_name = "CLUSTER")]
    pub(crate) cluster: Vec<String>,

    /// What runs in every cluster
    #[arg(long, conflicts_with = "cluster")]
    pub(crate) all_clusters: bool,

    /// Only families whose name begins so
    #[arg(long, value_name = "PREFIX")]
    pub(crate) family_prefix: Option<String>,

    /// Only revisions of this status
    #[arg(long, value_enum, default_value_t = Registered::Active, conflicts_with_all = ["cluster", "all_clusters"])]
    pub(crate) status: Registered,

    /// Every revision of a family instead of its newest
    #[arg(long, conflicts_with_all = ["cluster", "all_clusters"])]
    pub(crate) every_revision: bool,

    /// The task definitions of daemons too
    #[arg(long, conflicts_with_all = ["cluster", "all_clusters"])]
    pub(crate) daemons: bool,

    #[command(flatten)]
    pub(crate) how: Examination,
}

/// The status of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Registered {
    /// It can be run
    Active,
    /// It was deregistered; what has it goes on with it
    Inactive,
    /// It is being deleted; likewise
    DeleteInProgress,
}

/// How what is read from an account is examined and told.
#[derive(Debug, Args)]
pub(crate) struct Examination {
    /// The policy file, or a bundle. Without it, the nearest policyctl.yaml upwards from here
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// Judge as on this day, UTC, instead of today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Day>,

    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Also write a report to a file; may be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub(crate) report: Vec<ReportFile>,

    /// The least level that makes the exit status 1
    #[arg(long, value_enum, default_value_t = FailOn::Deny, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,

    /// Ask IAM whether ECS tasks can assume the task roles, too; it needs iam:GetRole
    #[arg(long)]
    pub(crate) read_roles: bool,

    /// Calls a second, over time. ECS allows an account 20 of a kind
    #[arg(long, value_name = "CALLS", default_value_t = 10, value_parser = value_parser!(u32).range(1..=1000))]
    pub(crate) rate: u32,

    #[command(flatten)]
    pub(crate) place: Place,
}

/// Which account's ECS.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The region; without it, as AWS's tools find it
    #[arg(long)]
    pub(crate) region: Option<String>,

    /// The API's endpoint; without it, as AWS's tools find it
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
}

/// What goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// The ARN; the report goes to standard error
    Text,
    /// The ARN, what was patched, and the report
    Json,
}

/// A tag.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl FromStr for Tag {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
        if key.is_empty() {
            Err("the key is missing")
        } else {
            Ok(Self { key: key.into(), value: value.into() })
        }
    }
}
