//! `cargo xtask ecs`: real AWS clients in front of the ECS gateway, and the examples held by the tools that read them.
//!
//! Clients, and the server that stands for the API, are installed at fixed versions into a cache outside the tree.

mod bench;
mod examples;
mod install;
mod server;

use anyhow::Result;

use crate::shell::{cache, cargo, run};

/// Runs the clients, or measures what the gateway adds to a call.
pub(crate) fn run_ecs(bench: bool) -> Result<()> {
    if bench { bench::overhead() } else { clients() }
}

fn clients() -> Result<()> {
    let folder = cache()?.join("ecs-clients");
    install::clients(&folder)?;
    let server = server::Server::moto(&folder)?;
    examples::held(&folder, server.address())?;
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
