//! `cargo xtask lint`: formatting, lints, documentation, licences and bans.

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
    crate::shell::run(
        cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    ensure_cargo_tool("cargo-deny", CARGO_DENY)?;
    crate::shell::run(&mut cargo(&["deny", "--locked", "check", "bans", "licenses", "sources"]))
}
