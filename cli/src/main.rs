//! `policyctl`: which AWS credentials will this container really use?

use std::process::ExitCode;

use clap::Parser;

/// Says which AWS credentials a container will really use, before it runs.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {}

fn main() -> ExitCode {
    Arguments::parse();
    ExitCode::SUCCESS
}
