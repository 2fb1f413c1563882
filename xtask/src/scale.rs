//! `cargo xtask scale`: readiness and memory of the admission server in a large cluster, at rest and under load.
//!
//! Method: etcd and kube-apiserver are real and hold what a large cluster holds; the server is the program that the
//! image holds, a static release build, started as a process; figures are the kernel's. `e2e/src/scale` has the bounds,
//! and fails when one is broken.

use std::process::Command;

use anyhow::Result;

use crate::go::{ETCD, KUBE_APISERVER};
use crate::shell::{program, run as run_command};
use crate::{debian, e2e, image};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Run only checks whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// How many reviews the load is
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
    /// Keep the folder of logs also after success
    #[arg(long)]
    keep: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    debian::ensure("h2load", "nghttp2-client")?;
    let programs = image::compile("release")?;
    let mut checks = Command::new(program("policyctl-e2e")?);
    checks.arg("scale").arg("--etcd").arg(e2e::asset(&ETCD)?);
    checks.arg("--kube-apiserver").arg(e2e::asset(&KUBE_APISERVER)?);
    checks.arg("--webhook").arg(programs.join("policyctl-webhook"));
    checks.args(["--requests", &options.requests.to_string()]);
    checks.args(options.only.iter().flat_map(|only| ["--only", only]));
    run_command(checks.args(options.keep.then_some("--keep")))
}
