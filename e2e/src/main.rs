//! The admission controller in a real cluster, checked from outside. Each check has a namespace of its own and a
//! name that says what is promised.
//!
//! ```text
//! main -> control-plane: world -> cluster (etcd, kube-apiserver) -> webhook (the binary) -> checks
//!                        peer (a stand-in for EKS's own webhook), configurations
//!      -> node: node::machine (that control plane, and a node) -> node::release (Helm, the image) -> node::checks
//!      -> scale: that control plane, filled -> the release build as a process -> scale::checks
//! all:    runner, api, objects, room, kubectl, certificates, process, wait
//! ```
//! In front of a control plane alone, everything listens on 127.0.0.1, on ports that were free; pods are admitted
//! and stored, and never run. On the node they run.

mod api;
mod caller;
mod certificates;
mod checks;
mod cluster;
mod configurations;
mod kubeconfig;
mod kubectl;
mod managed;
mod node;
mod objects;
mod peer;
mod process;
mod room;
mod runner;
mod scale;
mod volume;
mod wait;
mod webhook;
mod world;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::world::{Programs, World};

/// How a run's folder is called, and what is named for it.
const PREFIX: &str = "policyctl-e2e-";

/// Checks the admission controller in a real cluster.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    place: Place,
    /// Run only checks whose name contains this
    #[arg(long, global = true, default_value = "", hide_default_value = true)]
    only: String,
    /// Keep the folder of logs, certificates and data also after success
    #[arg(long, global = true)]
    keep: bool,
}

#[derive(Debug, Subcommand)]
enum Place {
    /// The webhook's binary in front of an API server, without a node
    ControlPlane(Programs),
    /// The chart and the image, on a node that runs pods
    Node(node::Options),
    /// The webhook's binary in front of an API server that holds a large cluster's objects
    Scale(scale::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match tempfile::Builder::new().prefix(PREFIX).tempdir() {
        Ok(folder) => ended(until_told(&arguments, folder.path()).await, &arguments, folder),
        Err(error) => failed(&error.into()),
    }
}

/// Dropping the run on a signal stops what it started.
async fn until_told(arguments: &Arguments, folder: &Path) -> Result<bool> {
    let passed = tokio::select! {
        passed = run(arguments, folder) => passed,
        signalled = told_to_end() => signalled.map(|()| false),
    };
    node::clear_away();
    passed
}

async fn run(arguments: &Arguments, folder: &Path) -> Result<bool> {
    match &arguments.place {
        Place::ControlPlane(programs) => {
            let mut world = World::start(programs, folder).await?;
            let passed = runner::run(&mut world, checks::all(), &arguments.only).await?;
            world.stop().await?;
            Ok(passed)
        }
        Place::Node(options) => node::run(options, &arguments.only, folder).await,
        Place::Scale(options) => scale::run(options, &arguments.only, folder).await,
    }
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

fn ended(passed: Result<bool>, arguments: &Arguments, folder: tempfile::TempDir) -> ExitCode {
    if matches!(passed, Ok(true)) && !arguments.keep {
        return match folder.close().context("cannot clear away") {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        };
    }
    let _ = writeln!(std::io::stderr(), "logs are in {}", folder.keep().display());
    match passed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "e2e: {error:#}");
    ExitCode::FAILURE
}
