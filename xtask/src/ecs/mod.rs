//! `cargo xtask ecs`: real AWS clients in front of the ECS gateway, and AWS's schemas over the templates.
//!
//! Clients, and the server that stands for the API, are installed at fixed versions into a cache outside the tree.

mod bench;
mod install;
mod server;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{cache, cargo, root, run};

/// Runs the clients, or measures what the gateway adds to a call.
pub(crate) fn run_ecs(bench: bool) -> Result<()> {
    if bench { bench::overhead() } else { clients() }
}

fn clients() -> Result<()> {
    let folder = cache()?.join("ecs-clients");
    install::clients(&folder)?;
    templates(&folder)?;
    let server = server::Server::moto(&folder)?;
    let mut tests = cargo(&[
        "test",
        "--locked",
        // The one test of this name, with the features of all: it is compiled already.
        "--workspace",
        "--test",
        "api",
        "--",
        "--ignored",
        "--test-threads=2",
    ]);
    tests.env("POLICYCTL_ECS_CLIENTS", &folder).env("POLICYCTL_ECS_MOTO", server.address().to_string());
    run(&mut tests)
}

/// Holds the templates for each hook against the schemas of their resources.
fn templates(clients: &Path) -> Result<()> {
    let folder = root().join("examples/aws/hooks");
    let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let files: Vec<_> = files.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    run(Command::new(clients.join("bin/cfn-lint")).args(["--regions", "eu-west-1", "--"]).args(files))
}
