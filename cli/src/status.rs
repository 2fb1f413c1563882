//! Exit status.

use std::process::ExitCode;

/// How the program ends. The order is the order of precedence, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Nothing at or above the level asked for.
    Clean,
    /// Nothing of ours among the inputs, or an input that is empty.
    Nothing,
    /// Wrong usage or configuration, or an input that could not be read.
    Trouble,
    /// AWS could not be called, or refused.
    Refused,
    /// Findings at or above the level asked for.
    Findings,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Trouble => 2,
            Status::Nothing => 3,
            Status::Refused => 4,
        })
    }
}
