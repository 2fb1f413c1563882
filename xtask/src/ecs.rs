//! `cargo xtask ecs`: real AWS clients in front of the ECS gateway.

use std::process::Command;

use anyhow::Result;

use crate::shell::{cache, cargo, run};

/// What was tried together.
const CLIENTS: [&str; 2] = ["awscli==1.46.3", "boto3==1.44.8"];

pub(crate) fn run_clients() -> Result<()> {
    let folder = cache()?.join("ecs-clients");
    let programs = folder.join("bin");
    if !programs.join("python").is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    run(Command::new(programs.join("pip")).args(["install", "--quiet"]).args(CLIENTS))?;
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
    run(tests.env("POLICYCTL_ECS_CLIENTS", &programs))
}
