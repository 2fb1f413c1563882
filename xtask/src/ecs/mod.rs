//! `cargo xtask ecs`: real AWS clients in front of the ECS gateway.
//!
//! Clients, and the server that stands for the API, are installed at fixed versions into a cache outside the tree.

mod install;
mod moto;

use anyhow::Result;

use crate::shell::{cache, cargo, run};

pub(crate) fn run_clients() -> Result<()> {
    let folder = cache()?.join("ecs-clients");
    install::clients(&folder)?;
    let server = moto::Server::start(&folder)?;
    let mut tests = cargo(&[
        "test",
        "--package",
        "policyctl-ecs",
        "--test",
        "api",
        "--",
        "--ignored",
        "--test-threads=2",
    ]);
    tests.env("POLICYCTL_ECS_CLIENTS", &folder).env("POLICYCTL_ECS_MOTO", server.address().to_string());
    run(&mut tests)
}
