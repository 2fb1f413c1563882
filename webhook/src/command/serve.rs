//! `serve`: answers admission reviews until told to end.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use policyctl_webhook::serve;
use policyctl_webhook::settings::Given;
use tracing::error;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A YAML file with the same settings as the flags, in camelCase
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What is logged: error, warn, info, debug
    #[arg(long, default_value = "info", env = "POLICYCTL_LOG")]
    log: String,
    #[command(flatten)]
    given: Box<Given>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<ExitCode> {
        super::log(&self.log)?;
        match self.serve() {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(problem) => {
                error!(error = format!("{problem:#}"), "cannot serve");
                Ok(ExitCode::FAILURE)
            }
        }
    }

    fn serve(self) -> Result<()> {
        let file = self.config.as_deref().map(Given::from_file).transpose()?.unwrap_or_default();
        let given = self.given.or(file);
        super::runtime(given.threads)?.block_on(serve::run(given.settle()?))
    }
}
