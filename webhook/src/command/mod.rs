//! The subcommands: each a module with its arguments and a `run` that gives the process's exit code.
//!
//! To add one: a module here, its arguments as a variant of [`Command`], and its line in [`Command::run`].

mod check;
mod gateway;
pub(crate) mod lambda;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use policyctl_serving::settings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::error;
use tracing_subscriber::EnvFilter;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answers admission reviews
    Serve(serve::Arguments),
    /// Asks the API server for a pod, and tells whether the webhook answered: 0 yes, 1 no, 2 it could not be asked
    Check(check::Arguments),
    /// Answers the hooks that AWS calls, within a Lambda function
    Lambda(lambda::Arguments),
    /// Stands in front of the ECS API and examines what its callers register and run
    Gateway(gateway::Arguments),
}

impl Command {
    /// Runs to its end; an error ends the process with code 1.
    pub(crate) fn run(self) -> Result<ExitCode> {
        rustls::crypto::aws_lc_rs::default_provider()
            .install_default()
            .map_err(|_| anyhow!("a TLS provider is installed already"))?;
        match self {
            Self::Serve(arguments) => arguments.run(),
            Self::Check(arguments) => arguments.run(),
            Self::Lambda(arguments) => arguments.run(),
            Self::Gateway(arguments) => arguments.run(),
        }
    }
}

/// What every server is started with.
#[derive(Debug, Args)]
struct Start {
    /// A YAML file with the same settings as the flags, in camelCase
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What is logged: error, warn, info, debug
    #[arg(long, default_value = "info", env = "POLICYCTL_LOG")]
    log: String,
}

impl Start {
    /// The flags, over what the file says.
    fn settings<T: Serialize + DeserializeOwned + Default>(&self, flags: T) -> Result<T> {
        match &self.config {
            Some(file) => settings::over(&flags, &settings::read(file)?),
            None => Ok(flags),
        }
    }

    /// Serves to the end; what keeps it from serving is in the log.
    fn run(&self, serve: impl FnOnce() -> Result<()>) -> Result<ExitCode> {
        log(&self.log)?;
        match serve() {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(problem) => {
                error!(error = format!("{problem:#}"), "cannot serve");
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

/// Logs as JSON lines on standard output, as a `--log` asks.
fn log(level: &str) -> Result<()> {
    let filter = EnvFilter::try_new(level).context("--log is not understood")?;
    tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).init();
    Ok(())
}

/// What asynchronous parts run on.
fn runtime(threads: Option<usize>) -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = threads {
        builder.worker_threads(threads.max(1));
    }
    builder.enable_all().build().context("cannot start the runtime")
}
