//! `policyctl ecs gateway`: an endpoint for AWS's tools on this machine.

use std::fmt::Display;
use std::io;
use std::path::Path;

use policyctl_ecs::gateway::{Bounds, Callers, Listening};
use tokio::runtime::Builder;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::arguments::Gateway;
use crate::command::Error;
use crate::console::tell;
use crate::policy::today;
use crate::status::Status;

pub(super) fn run(gateway: &Gateway) -> Result<Status, Error> {
    log();
    let chosen = super::chosen(gateway.policy.as_deref(), &[])?;
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(Error::Start)?;
    let callers = gateway.callers.as_deref().map(callers).transpose()?;
    runtime.block_on(async {
        let listening = listen(gateway, chosen.policy, callers).await?;
        let address = listening.address().map_err(Error::Start)?;
        tell(&format!("policyctl: listening on http://{address}, in front of {}", listening.upstream()));
        listening.serve(told_to_end()).await;
        Ok(Status::Clean)
    })
}

async fn listen(
    gateway: &Gateway,
    policy: policyctl_policies::policy::Policy,
    callers: Option<Callers>,
) -> Result<Listening, policyctl_ecs::gateway::Error> {
    let surroundings = policyctl_ecs::surroundings(gateway.region.clone(), None).await;
    let upstream = gateway.upstream.as_deref();
    let bounds = Bounds::default();
    let made = policyctl_ecs::gateway::Gateway::new(policy, today, &surroundings, upstream, bounds);
    let made = made.await?;
    let made = match callers {
        Some(callers) => made.called_by(callers),
        None => made,
    };
    made.listen(gateway.listen).await
}

fn callers(file: &Path) -> Result<Callers, Error> {
    let wrong = |reason: &dyn Display| Error::Usage(format!("{}: {reason}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error.kind()))?;
    Callers::read(&text).map_err(|error| wrong(&error))
}

/// Our own lines alone: what libraries log may hold requests.
fn log() {
    let ours = Targets::new().with_target("policyctl_ecs", LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false);
    tracing_subscriber::registry().with(lines.with_filter(ours)).init();
}

#[cfg(unix)]
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_end() {
    drop(tokio::signal::ctrl_c().await);
}
