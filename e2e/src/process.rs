//! Programs that run beside the checks. Each ends when its handle is dropped, whatever else went wrong.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::{Child, Command};

use crate::wait::GO_PATIENCE;

/// A running program and its log.
#[derive(Debug)]
pub(crate) struct Running {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts a program; what it prints goes to `NAME.log` in the folder, after what is there.
    pub(crate) fn start<A: AsRef<OsStr>>(
        name: &'static str,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
    ) -> Result<Self> {
        Self::start_in(name, program, arguments, &[], folder)
    }

    /// The same, with more variables in its environment.
    pub(crate) fn start_in<A: AsRef<OsStr>>(
        name: &'static str,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        environment: &[(&str, &str)],
        folder: &Path,
    ) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let output = File::options().create(true).append(true).open(&log)?;
        let child = Command::new(program)
            .args(arguments)
            .envs([GO_PATIENCE].iter().chain(environment).copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // Ctrl-C is for us: we end the others in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Self { name, child, log })
    }

    /// Fails when the program has ended of its own accord.
    pub(crate) fn still_running(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("{} ended with {status}; see {}", self.name, self.log.display()),
            None => Ok(()),
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> Result<u32> {
        self.child.id().with_context(|| format!("{} has ended", self.name))
    }

    /// Everything it has printed.
    pub(crate) fn printed(&self) -> Result<String> {
        std::fs::read_to_string(&self.log).with_context(|| format!("cannot read {}", self.log.display()))
    }

    /// Sends a signal by name, such as `STOP`.
    pub(crate) async fn signal(&self, signal: &str) -> Result<()> {
        let id = self.id()?.to_string();
        let status = Command::new("kill").arg(format!("-{signal}")).arg(id).status().await?;
        ensure!(status.success(), "cannot send {signal} to {}", self.name);
        Ok(())
    }

    /// Ends the program at once, and waits for its end.
    pub(crate) async fn end(&mut self) -> Result<()> {
        self.child.kill().await.with_context(|| format!("cannot end {}", self.name))
    }
}
