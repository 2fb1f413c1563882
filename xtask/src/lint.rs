//! `cargo xtask lint`: formatting, lints, documentation, licences and bans.

use std::process::Command;

use anyhow::Result;

use crate::shell::{cargo, ensure_cargo_tool};

/// The last version that was tried.
const CARGO_DENY: &str = "0.20.2";

pub(crate) fn run() -> Result<()> {
    crate::shell::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    crate::shell::run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))?;
    crate::shell::run(&mut documentation())?;
    ensure_cargo_tool("cargo-deny", CARGO_DENY)?;
    crate::shell::run(&mut cargo(&["deny", "--locked", "check", "bans", "licenses", "sources"]))
}

/// What `cargo doc` takes by itself, since a program may not share its page with a library, and the examples, which bring
/// in what only tests depend on: so dependencies have the features that clippy checked them with.
fn documentation() -> Command {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--lib", "--examples"]);
    doc.args(["--bin", "policyctl", "--bin", "policyctl-e2e", "--bin", "xtask"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    doc
}
