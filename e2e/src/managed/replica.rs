//! One replica that manages its certificate with the others.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{HOME, NAME};
use crate::process::Running;
use crate::wait::until;
use crate::webhook::{health, local_address};
use crate::world::World;

/// One replica.
pub(crate) struct Replica {
    pub(super) name: &'static str,
    /// Where it is called.
    pub(crate) listen: SocketAddr,
    health: SocketAddr,
    kubeconfig: PathBuf,
    program: PathBuf,
    folder: PathBuf,
    running: Option<Running>,
}

impl Replica {
    pub(super) fn new(name: &'static str, world: &World, kubeconfig: &std::path::Path) -> Result<Self> {
        let plan = &world.webhook()?.plan;
        Ok(Self {
            name,
            listen: local_address()?,
            health: local_address()?,
            kubeconfig: kubeconfig.to_owned(),
            program: plan.program.clone(),
            folder: plan.folder.clone(),
            running: None,
        })
    }

    /// Starts it, without waiting.
    pub(crate) fn start(&mut self) -> Result<()> {
        let pairs = [
            ("--kubeconfig", self.kubeconfig.display().to_string()),
            ("--listen", self.listen.to_string()),
            ("--metrics-listen", self.health.to_string()),
            ("--tls", "managed".to_owned()),
            ("--tls-names", "127.0.0.1".to_owned()),
            ("--tls-configurations", NAME.to_owned()),
            ("--tls-settle", "2".to_owned()),
            ("--namespace", HOME.to_owned()),
            // Connections end soon, so that new ones meet each certificate.
            ("--connection-age", "1".to_owned()),
            ("--lookup-budget", "800".to_owned()),
        ];
        let arguments = pairs.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]);
        let arguments = std::iter::once("serve".to_owned()).chain(arguments);
        let environment = [("HOSTNAME", self.name)];
        self.running =
            Some(Running::start_in(self.name, &self.program, arguments, &environment, &self.folder)?);
        Ok(())
    }

    /// What readiness says.
    pub(crate) async fn readiness(&self) -> Result<(u16, String)> {
        health(self.health, "/readyz").await
    }

    /// The metrics.
    pub(crate) async fn metrics(&self) -> Result<String> {
        Ok(health(self.health, "/metrics").await?.1)
    }

    /// Its log so far.
    pub(crate) fn log(&self) -> Result<String> {
        self.running.as_ref().context("it is not running")?.printed()
    }

    /// Ends it at once, without a word.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        match self.running.take() {
            Some(mut running) => running.end().await,
            None => Ok(()),
        }
    }

    /// Waits until it is ready.
    pub(crate) async fn ready(&mut self) -> Result<()> {
        until("a replica is ready", async || {
            self.running.as_mut().context("it is not running")?.still_running()?;
            Ok(self.readiness().await.is_ok_and(|(code, _)| code == 200))
        })
        .await
    }
}
