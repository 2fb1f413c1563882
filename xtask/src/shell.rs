//! Running other programs: each is shown, and a failure names it.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, PathBuf::from)
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// `cargo` with arguments, in the workspace's root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// A program of the workspace, built as `cargo test` builds it: after the tests, nothing is left to compile.
///
/// The features of dependencies hang on what is selected: the whole workspace, and with `--examples` also what only
/// tests depend on (Cargo Book, "Features", resolver version 2).
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    run(&mut cargo(&["build", "--quiet", "--locked", "--workspace", "--bins", "--examples"]))?;
    Ok(target().join("debug").join(name))
}

/// `policyctl`, in the workspace's root.
pub(crate) fn policyctl() -> Result<Command> {
    let mut command = Command::new(program("policyctl")?);
    command.current_dir(root());
    Ok(command)
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command to its end whatever its exit status, and gives its standard output.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().with_context(|| format!("cannot start {}", shown(command)))?;
    Ok(output.stdout)
}

/// Where what is installed for chores is kept between runs.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(base.join("policyctl"))
}

/// Installs a cargo subcommand at a version, unless it is there.
pub(crate) fn ensure_cargo_tool(name: &str, version: &str) -> Result<()> {
    let probe = name.strip_prefix("cargo-").unwrap_or(name);
    let found = cargo(&[probe, "--version"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    run(&mut cargo(&["install", "--locked", "--version", version, name]))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
