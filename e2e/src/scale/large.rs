//! The control plane, and the webhook beside it as an operator would start it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::Options;
use super::fill::Filled;
use super::memory::Memory;
use crate::certificates::Authority;
use crate::cluster::{Cluster, Shape};
use crate::process::Running;
use crate::runner::Witness;
use crate::wait::until;
use crate::webhook::{health, local_address};
use crate::world::permit_webhook;

const NAME: &str = "policyctl-webhook";

/// Between two looks at a start.
const PAUSE: Duration = Duration::from_millis(5);

/// How long a start is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// What checks share.
pub(crate) struct Large {
    /// The control plane.
    pub(crate) cluster: Cluster,
    /// How many reviews the load is.
    pub(crate) requests: u64,
    program: PathBuf,
    kubeconfig: PathBuf,
    /// Where logs and reviews go.
    pub(crate) folder: PathBuf,
    filled: Filled,
}

/// A webhook that is ready.
pub(crate) struct Started {
    /// From its start to readiness.
    pub(crate) after: Duration,
    /// Where reviews are answered.
    pub(crate) admission: SocketAddr,
    health: SocketAddr,
    running: Running,
    /// How long the log was before.
    logged: usize,
}

impl Large {
    /// Starts an empty cluster.
    pub(crate) async fn start(options: &Options, folder: &Path) -> Result<Self> {
        let authority = Authority::new(folder)?;
        let shape = Shape::on_loopback()?;
        let cluster =
            Cluster::start(&options.etcd, &options.kube_apiserver, shape, &authority, folder).await?;
        permit_webhook(&cluster.api).await?;
        let filled = Filled::default();
        filled.reviewed(&cluster.api).await?;
        Ok(Self {
            kubeconfig: cluster.kubeconfig_for("policyctl-webhook", "e2e", &authority)?,
            cluster,
            requests: options.requests,
            program: options.webhook.clone(),
            folder: folder.to_owned(),
            filled,
        })
    }

    /// Fills the cluster, so that it holds so many service accounts and network policies.
    pub(crate) async fn hold(&mut self, accounts: usize, policies: usize) -> Result<()> {
        self.filled.up_to(&self.cluster.api, accounts, policies).await
    }

    /// Starts the webhook, and waits until it is ready.
    pub(crate) async fn webhook(&self) -> Result<Started> {
        let (admission, health) = (local_address()?, local_address()?);
        let arguments = self.arguments(admission, health);
        let logged = std::fs::metadata(self.folder.join(format!("{NAME}.log"))).map_or(0, |file| file.len());
        let logged = usize::try_from(logged)?;
        let start = Instant::now();
        let running = Running::start(NAME, &self.program, arguments, &self.folder)?;
        let mut started = Started { after: Duration::ZERO, admission, health, running, logged };
        while !started.is_ready().await {
            started.running.still_running()?;
            ensure!(start.elapsed() < PATIENCE, "it is not ready");
            tokio::time::sleep(PAUSE).await;
        }
        started.after = start.elapsed();
        Ok(started)
    }

    fn arguments(&self, admission: SocketAddr, health: SocketAddr) -> Vec<String> {
        let kubeconfig = self.kubeconfig.display().to_string();
        let (admission, health) = (admission.to_string(), health.to_string());
        let words = ["serve", "--kubeconfig", &kubeconfig, "--tls", "self-signed"];
        let addresses = ["--listen", &admission, "--metrics-listen", &health];
        words.into_iter().chain(addresses).map(str::to_owned).collect()
    }

    /// Ends everything.
    pub(crate) async fn stop(self) -> Result<()> {
        self.cluster.stop().await
    }
}

impl Started {
    /// Memory of the process.
    pub(crate) fn memory(&self) -> Result<Memory> {
        Memory::of(self.running.id()?)
    }

    /// How many objects of a kind it has in memory, by its own metrics.
    pub(crate) async fn cached(&self, kind: &str) -> Result<usize> {
        let (_, text) = health(self.health, "/metrics").await?;
        let start = format!("policyctl_cached_objects{{what=\"{kind}\"}} ");
        let count = text.lines().find_map(|line| line.strip_prefix(&start)).context("it does not say")?;
        Ok(count.parse()?)
    }

    /// Waits until it has listed every kind so often.
    pub(crate) async fn listed(&self, times: usize) -> Result<()> {
        until("everything is listed again", async || {
            let log = self.running.printed()?.split_off(self.logged);
            let listings =
                |kind| log.lines().filter(|line| line.contains("listed") && line.contains(kind)).count();
            Ok(["serviceaccounts", "namespaces", "networkpolicies"]
                .into_iter()
                .all(|kind| listings(kind) >= times))
        })
        .await
    }

    /// Ends it.
    pub(crate) async fn end(mut self) -> Result<()> {
        self.running.end().await
    }

    async fn is_ready(&self) -> bool {
        health(self.health, "/readyz").await.is_ok_and(|(code, _)| code == 200)
    }
}

impl Witness for Large {
    /// The logs have it all.
    async fn failed(&self, _: &str) -> Result<()> {
        Ok(())
    }
}
