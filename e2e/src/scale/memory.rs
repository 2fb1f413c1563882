//! What the kernel accounts to a process.

use std::fmt;

use anyhow::{Context, Result};

/// Memory of a process, in KiB. Source: proc_pid_status(5).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Resident now: `VmRSS`.
    pub(crate) resident: u64,
    /// The most that was resident: `VmHWM`.
    pub(crate) peak: u64,
}

impl Memory {
    /// Of a process by its id.
    pub(crate) fn of(process: u32) -> Result<Self> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))
            .with_context(|| format!("process {process} is gone"))?;
        let field = |name| kibibytes(&status, name).with_context(|| format!("no {name} in its status"));
        Ok(Self { resident: field("VmRSS:")?, peak: field("VmHWM:")? })
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} resident, {} at most", Mebibytes(self.resident), Mebibytes(self.peak))
    }
}

/// KiB, shown in MiB.
pub(crate) struct Mebibytes(pub(crate) u64);

impl fmt::Display for Mebibytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{} MiB", self.0 / 1024, self.0 % 1024 * 10 / 1024)
    }
}

fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
