//! `serve`: answers admission reviews until told to end.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use policyctl_webhook::serve;
use policyctl_webhook::settings::Given;

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
            let given = start.settings(*given)?;
            super::runtime(given.threads)?.block_on(serve::run(given.settle()?))
        })
    }
}
