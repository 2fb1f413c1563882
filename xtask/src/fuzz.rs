//! `cargo xtask fuzz`: every fuzz target for a while, from the committed seeds, side by side: each takes one core.

use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow};

use crate::shell::{ensure_cargo_tool, root, run as run_command};

/// The last version that was tried.
const CARGO_FUZZ: &str = "0.13.2";

/// The targets of `fuzz/`.
const TARGETS: &[&str] = &["document", "kubernetes", "ecs"];

pub(crate) fn run(seconds: u32) -> Result<()> {
    ensure_cargo_tool("cargo-fuzz", CARGO_FUZZ)?;
    run_command(&mut cargo_fuzz("build"))?;
    thread::scope(|scope| {
        let all: Vec<_> = TARGETS.iter().map(|target| scope.spawn(|| fuzz(target, seconds))).collect();
        let ended = all.into_iter().map(|one| one.join().map_err(|_| anyhow!("a target was not run"))?);
        ended.fold(Ok(()), Result::and)
    })
}

fn fuzz(target: &str, seconds: u32) -> Result<()> {
    let grown = root().join("target/fuzz-corpus").join(target);
    fs::create_dir_all(&grown).with_context(|| format!("cannot create {}", grown.display()))?;
    let seeds = root().join("fuzz/seeds").join(target);
    let limit = format!("-max_total_time={seconds}");
    let mut command = cargo_fuzz("run");
    command.arg(target).arg(&grown).arg(&seeds).args(["--", &limit, "-rss_limit_mb=2048", "-timeout=10"]);
    run_command(&mut command)
}

/// The cargo that runs this chore cannot change toolchains; rustup can.
fn cargo_fuzz(subcommand: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", "fuzz", subcommand]).current_dir(root());
    for inherited in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(inherited);
    }
    command
}
