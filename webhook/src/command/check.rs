//! `check`: whether the webhook answers, asked through the API server.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use policyctl_webhook::check::{self, Outcome, Question};
use policyctl_webhook::connect::connect;
use policyctl_webhook::settings::{ClusterAccess, Given, usual_configurations};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The namespace to ask in: one whose pods go to the webhook. Nothing is created there
    #[arg(long = "in", value_name = "NAMESPACE", default_value = "default")]
    namespace: String,
    /// The settings of `serve`, for the names of the configurations and the way to the API server
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The webhook configurations [default: policyctl]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    configurations: Option<Vec<String>>,
    /// How to reach the API server from outside a cluster
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Seconds to go on asking until the webhook answers
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let outcome = super::runtime(Some(1))?
            .block_on(self.ask())
            .unwrap_or_else(|error| Outcome::Unasked(format!("{error:#}")));
        write!(std::io::stdout().lock(), "{outcome}")?;
        Ok(ExitCode::from(outcome.code()))
    }

    async fn ask(self) -> Result<Outcome> {
        let file = self.config.as_deref().map(Given::from_file).transpose()?.unwrap_or_default();
        let kubeconfig = self.kubeconfig.or(file.kubeconfig);
        let access = kubeconfig.map_or(ClusterAccess::Default, ClusterAccess::Kubeconfig);
        let client = connect(&access).await?.context("no cluster to ask")?;
        let question = Question {
            namespace: self.namespace,
            configurations: self
                .configurations
                .or(file.tls_configurations)
                .unwrap_or_else(usual_configurations),
            patience: Duration::from_secs(self.wait),
        };
        check::run(&client, &question).await
    }
}
