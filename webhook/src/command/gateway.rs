//! `gateway`: the ECS gateway as a service.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use policyctl_ecs::gateway::Gateway;
use policyctl_ecs::gateway::settings::{Given, Settings};
use policyctl_policies::policy::Policy;
use policyctl_serving::policy::{InForce, today};
use policyctl_serving::signals::told_to_end;
use tracing::{error, info};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    start: super::Start,
    #[command(flatten)]
    given: Box<Given>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let Self { start, given } = self;
        start.run(|| {
            let mut settings = start.settings(*given)?.settle()?;
            settings.iam = policyctl_ecs::iam_endpoint();
            super::runtime(settings.threads)?.block_on(serve(settings))
        })
    }
}

async fn serve(settings: Settings) -> Result<()> {
    let policy = match &settings.policy {
        Some(file) => InForce::read(file.clone())?,
        None => Policy::default().into(),
    };
    let surroundings = policyctl_ecs::surroundings(settings.regions.first().cloned(), None).await;
    let listening = Gateway::new(settings, policy, today, &surroundings).await?.listen().await?;
    let metrics = listening.health().map(|address| address.to_string());
    info!(listen = listening.url()?, upstream = listening.upstreams().join(","), metrics, "serving");
    listening
        .serve(async {
            if let Err(problem) = told_to_end().await {
                error!(%problem, "cannot wait for signals");
            }
        })
        .await;
    Ok(())
}
