//! `policyctl-webhook` in front of a real API server, checked from outside.
//!
//! ```text
//! main -> cluster (etcd, kube-apiserver) -> webhook (the binary) -> checks, one after the other
//!              certificates                  configurations          api, objects, kubectl
//!                                            peer (a stand-in for EKS's own webhook)
//! ```
//! Everything listens on 127.0.0.1, on ports that were free. There is no node: pods are admitted and stored,
//! and never run. Each check has a namespace of its own and a name that says what is promised.

mod api;
mod caller;
mod certificates;
mod checks;
mod cluster;
mod configurations;
mod kubectl;
mod managed;
mod objects;
mod peer;
mod process;
mod runner;
mod volume;
mod wait;
mod webhook;
mod world;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::world::{Programs, World};

/// Checks policyctl-webhook in front of a real API server.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    programs: Programs,
    /// Run only checks whose name contains this
    #[arg(long, default_value = "", hide_default_value = true)]
    only: String,
    /// Keep the folder of logs, certificates and data also after success
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let folder = std::env::temp_dir().join(format!("policyctl-e2e-{}", std::process::id()));
    // Dropping the run on a signal stops what it started.
    let passed = tokio::select! {
        passed = run(&arguments, &folder) => passed,
        signalled = told_to_end() => signalled.map(|()| false),
    };
    ended(passed, &arguments, &folder)
}

async fn run(arguments: &Arguments, folder: &std::path::Path) -> Result<bool> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut world = World::start(&arguments.programs, folder).await?;
    let tally = runner::run(&mut world, &arguments.only).await?;
    world.stop().await?;
    Ok(tally)
}

async fn told_to_end() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn ended(passed: Result<bool>, arguments: &Arguments, folder: &PathBuf) -> ExitCode {
    let succeeded = matches!(passed, Ok(true));
    let mut stderr = std::io::stderr().lock();
    if let Err(error) = passed {
        let _ = writeln!(stderr, "e2e: {error:#}");
    }
    if succeeded && !arguments.keep {
        let _ = std::fs::remove_dir_all(folder);
    } else {
        let _ = writeln!(stderr, "logs are in {}", folder.display());
    }
    if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
