//! `policyctl-webhook`: the Kubernetes admission controller.

use std::process::ExitCode;

use clap::Parser;

/// The Kubernetes admission controller of policyctl.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {}

fn main() -> ExitCode {
    Arguments::parse();
    ExitCode::SUCCESS
}
