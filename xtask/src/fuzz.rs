//! `cargo xtask fuzz`: every fuzz target for a while, from the committed seeds.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{ensure_cargo_tool, root, run as run_command};

/// The last version that was tried.
const CARGO_FUZZ: &str = "0.13.2";

/// The targets of `fuzz/`.
const TARGETS: &[&str] = &["document", "kubernetes", "ecs"];

pub(crate) fn run(seconds: u32) -> Result<()> {
    ensure_cargo_tool("cargo-fuzz", CARGO_FUZZ)?;
    TARGETS.iter().try_for_each(|target| fuzz(target, seconds))
}

fn fuzz(target: &str, seconds: u32) -> Result<()> {
    let grown = root().join("target/fuzz-corpus").join(target);
    fs::create_dir_all(&grown).with_context(|| format!("cannot create {}", grown.display()))?;
    let seeds = root().join("fuzz/seeds").join(target);
    let limit = format!("-max_total_time={seconds}");
    // The cargo that runs this chore cannot change toolchains; rustup can.
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", "fuzz", "run", target]).current_dir(root());
    command.arg(&grown).arg(&seeds).args(["--", &limit, "-rss_limit_mb=2048", "-timeout=10"]);
    for inherited in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(inherited);
    }
    run_command(&mut command)
}
