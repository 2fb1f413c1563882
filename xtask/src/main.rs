//! The project's own chores: `cargo xtask NAME`.
//!
//! Each sets up what it needs on a bare machine and says what it runs. `.ci/run` and the workflow call these and
//! nothing else.

mod bench;
mod browser;
mod chart;
mod debian;
mod e2e;
mod ecs;
mod fuzz;
mod generate;
mod go;
mod image;
mod lint;
mod load;
mod oracle;
mod previous;
mod sarif;
mod scale;
mod shell;
mod test;
mod unpacked;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Runs every test of the workspace.
    Test,
    /// Checks formatting, lints, documentation, licences and bans.
    Lint,
    /// Rewrites what is generated and committed: schemas, help, the rule reference.
    Generate {
        /// Only says whether something would change.
        #[arg(long)]
        check: bool,
    },
    /// Measures whole processes on inputs it makes.
    Bench,
    /// Looks at the trace's drawing in a real browser, light and dark.
    Browser,
    /// Checks the Helm chart, its alerts and its dashboard, without a cluster.
    Chart {
        /// Rewrites the committed renderings.
        #[arg(long)]
        update: bool,
    },
    /// Measures the admission server against a constant answer.
    Load,
    /// Installs the real SDKs, asks them again, and shows what changed.
    Oracle {
        /// Only clients that match this pattern, such as `java-*`; repeatable.
        #[arg(long)]
        client: Vec<String>,
        /// Also what is recorded already.
        #[arg(long)]
        all: bool,
    },
    /// Checks the admission controller in front of a real API server, and in a cluster with a node.
    E2e(e2e::Options),
    /// Builds the image of both programs, without a container engine.
    Image,
    /// Runs real AWS clients against the ECS gateway.
    Ecs {
        /// Measures what the gateway adds to a call instead.
        #[arg(long)]
        bench: bool,
    },
    /// Fuzzes every target for a while.
    Fuzz {
        /// Seconds for each target.
        #[arg(long, default_value_t = 20)]
        seconds: u32,
    },
    /// Holds the admission server to its bounds on readiness and memory, in a large cluster and under load.
    Scale(scale::Options),
    /// Holds SARIF output against Microsoft's validator.
    Sarif,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().chore {
        Chore::Test => test::run(),
        Chore::Lint => lint::run(),
        Chore::Generate { check } => generate::run(check),
        Chore::Bench => bench::run(),
        Chore::Browser => browser::run(),
        Chore::Chart { update } => chart::run(update),
        Chore::Load => load::run(),
        Chore::Oracle { client, all } => oracle::run(&client, all),
        Chore::E2e(options) => e2e::run(&options),
        Chore::Image => image::build(image::RELEASED).map(drop),
        Chore::Ecs { bench } => ecs::run_ecs(bench),
        Chore::Fuzz { seconds } => fuzz::run(seconds),
        Chore::Scale(options) => scale::run(&options),
        Chore::Sarif => sarif::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
