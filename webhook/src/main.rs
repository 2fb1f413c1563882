//! `policyctl-webhook`: the Kubernetes admission controller, and the ECS gateway as a service.

mod command;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The Kubernetes admission controller of policyctl, and its ECS gateway as a service.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    Arguments::parse_from(command::lambda::command_line()).command.run().unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
        ExitCode::FAILURE
    })
}
