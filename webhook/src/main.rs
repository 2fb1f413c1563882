//! `policyctl-webhook`: the Kubernetes admission controller.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use policyctl_webhook::serve;
use policyctl_webhook::settings::Given;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The Kubernetes admission controller of policyctl.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answers admission reviews
    Serve {
        /// A YAML file with the same settings as the flags, in camelCase
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// What is logged: error, warn, info, debug
        #[arg(long, default_value = "info", env = "POLICYCTL_LOG")]
        log: String,
        #[command(flatten)]
        given: Box<Given>,
    },
}

fn main() -> ExitCode {
    let Command::Serve { config, log, given } = Arguments::parse().command;
    match start(config.as_deref(), &log, *given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "cannot serve");
            ExitCode::FAILURE
        }
    }
}

fn start(config: Option<&Path>, log: &str, given: Given) -> Result<()> {
    let filter = EnvFilter::try_new(log).context("--log is not understood")?;
    tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).init();
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("a TLS provider is installed already"))?;
    let file = config.map(Given::from_file).transpose()?.unwrap_or_default();
    let given = given.or(file);
    let threads = given.threads;
    runtime(threads)?.block_on(serve::run(given.settle()?))
}

fn runtime(threads: Option<usize>) -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = threads {
        builder.worker_threads(threads.max(1));
    }
    builder.enable_all().build().context("cannot start the runtime")
}
