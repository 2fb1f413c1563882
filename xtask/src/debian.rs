//! What Debian and its kin package, installed when it is absent.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::go::on_path;
use crate::shell::run;

/// Installs a package unless a program of its is there.
pub(crate) fn ensure(program: &str, package: &str) -> Result<()> {
    if on_path(program).is_some() {
        return Ok(());
    }
    install(package).with_context(|| format!("`{program}` is needed"))
}

/// Installs a package.
pub(crate) fn install(package: &str) -> Result<()> {
    update()?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends", package];
    run(privileged("apt-get").args(install).env("DEBIAN_FRONTEND", "noninteractive"))
        .with_context(|| format!("cannot install the package `{package}`"))
}

/// Downloads packages into a folder; nothing is installed.
pub(crate) fn download(packages: &[&str], folder: &Path) -> Result<()> {
    update()?;
    run(Command::new("apt-get").args(["download", "--quiet"]).args(packages).current_dir(folder))
}

/// A new machine knows of no packages, an old one of some that are no more.
fn update() -> Result<()> {
    run(privileged("apt-get").args(["update", "--quiet"]))
}

/// A command that takes root, which `sudo` gives to those who are not.
pub(crate) fn privileged(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["--non-interactive", program]);
    command
}

/// Source: `proc(5)`: a process's own folder belongs to its effective user.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
