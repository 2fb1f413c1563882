//! `cargo xtask oracle`: installs the real SDKs, asks them again, and shows what changed.

use std::process::Command;

use anyhow::Result;

use crate::shell::{root, run as run_command};

/// Records the clients that match, or all; `anew` also what is recorded already.
pub(crate) fn run(clients: &[String], anew: bool) -> Result<()> {
    let mut record = python();
    record.arg("--install");
    for client in clients {
        record.args(["--client", client]);
    }
    if anew {
        record.arg("--all");
    }
    run_command(&mut record)?;
    run_command(python().arg("--agreement"))?;
    let mut changed = Command::new("git");
    changed.args(["diff", "--stat", "--", "oracle/recordings", "oracle/AGREEMENT.md"]);
    run_command(changed.current_dir(root()))
}

fn python() -> Command {
    let mut command = Command::new("python3");
    command.arg("oracle/record.py").current_dir(root());
    command
}
