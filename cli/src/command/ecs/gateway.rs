//! `policyctl ecs gateway`: an endpoint for AWS's tools on this machine.

use std::io;

use policyctl_ecs::gateway::settings::{Given, Settings};
use policyctl_ecs::gateway::{Gateway, Listening};
use policyctl_serving::policy::InForce;
use policyctl_serving::signals::told_to_end;
use tokio::runtime::Builder;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::command::Error;
use crate::console::{complain, tell};
use crate::policy::today;
use crate::status::Status;

pub(super) fn run(given: &Given) -> Result<Status, Error> {
    log();
    let mut settings = given.clone().settle().map_err(|error| Error::Usage(error.to_string()))?;
    settings.iam = policyctl_ecs::iam_endpoint();
    let policy = policy(&settings)?;
    let mut builder = Builder::new_multi_thread();
    settings.threads.map(|threads| builder.worker_threads(threads.max(1)));
    let runtime = builder.enable_all().build().map_err(Error::Start)?;
    runtime.block_on(async {
        let listening = listen(settings, policy).await?;
        let url = listening.url().map_err(Error::Start)?;
        tell(&format!("policyctl: listening on {url}, in front of {}", listening.upstreams().join(", ")));
        listening
            .serve(async {
                if let Err(error) = told_to_end().await {
                    complain(&format!("cannot wait for signals: {error}"));
                }
            })
            .await;
        Ok(Status::Clean)
    })
}

/// The policy that `check` would choose here; a file's is read again when it changes.
fn policy(settings: &Settings) -> Result<InForce, Error> {
    let chosen = super::chosen(settings.policy.as_deref(), &[])?;
    match chosen.file {
        Some(file) => InForce::read(file).map_err(|error| Error::Usage(format!("{error:#}"))),
        None => Ok(chosen.policy.into()),
    }
}

async fn listen(settings: Settings, policy: InForce) -> Result<Listening, policyctl_ecs::gateway::Error> {
    let region = settings.regions.first().cloned();
    let surroundings = policyctl_ecs::surroundings(region, None).await;
    Gateway::new(settings, policy, today, &surroundings).await?.listen().await
}

/// Our own lines alone: what libraries log may hold requests.
fn log() {
    let ours = Targets::new().with_target("policyctl_ecs", LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false);
    tracing_subscriber::registry().with(lines.with_filter(ours)).init();
}
