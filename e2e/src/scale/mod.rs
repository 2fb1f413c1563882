//! A large cluster: how soon the webhook is ready in it, and how much memory it holds, at rest and under load.
//!
//! ```text
//! run -> large (control plane, what it is filled with, the webhook as a process) -> checks
//!        memory (what the kernel accounts to the process), load (h2load), reviews
//! ```
//! The webhook is the release build, and what is measured is the whole process. Bounds are of this project's own
//! choosing; a check fails when one is broken, and says the figures either way.

mod checks;
mod fill;
mod large;
mod load;
mod memory;
mod reviews;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::runner;
use large::Large;

/// The programs that a run needs.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// etcd
    #[arg(long, value_name = "FILE")]
    etcd: PathBuf,
    /// kube-apiserver
    #[arg(long, value_name = "FILE")]
    kube_apiserver: PathBuf,
    /// policyctl-webhook, the release build
    #[arg(long, value_name = "FILE")]
    webhook: PathBuf,
    /// How many reviews the load is
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
}

/// Measures everything. True when all bounds held.
pub(crate) async fn run(options: &Options, only: &str, folder: &Path) -> Result<bool> {
    let mut large = Large::start(options, folder).await?;
    let passed = runner::run(&mut large, checks::CHECKS.iter(), only).await?;
    large.stop().await?;
    Ok(passed)
}
