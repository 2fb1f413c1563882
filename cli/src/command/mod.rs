//! The commands, one in each file.

pub(crate) mod check;
pub(crate) mod completion;
pub(crate) mod ecs;
pub(crate) mod explain;
pub(crate) mod man;
pub(crate) mod policy;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod trace;

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Writing to standard output failed.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// Writing a file failed.
    #[error("cannot write {}: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// There is no policy.
    #[error(transparent)]
    Policy(#[from] crate::policy::Error),
    /// No rule has this name.
    #[error("no rule is called `{0}`{1}")]
    UnknownRule(String, String),
    /// What runs requests, or what they arrive at, cannot be had.
    #[error("cannot start: {0}")]
    Start(io::Error),
    /// There is no gateway.
    #[error(transparent)]
    Gateway(#[from] policyctl_ecs::gateway::Error),
    /// Something else, said in full.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// Whoever reads the output went away.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == ErrorKind::BrokenPipe)
    }
}

/// Writes a text to standard output.
fn print(text: &str) -> Result<(), Error> {
    let mut out = anstream::stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
