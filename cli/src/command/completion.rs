//! `policyctl completion`: scripts for shells.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use super::{Error, print};
use crate::arguments::Arguments;
use crate::status::Status;

pub(crate) fn run(shell: Shell) -> Result<Status, Error> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "policyctl", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Status::Clean)
}
