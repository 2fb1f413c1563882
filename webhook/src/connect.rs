//! How the API server is reached.

use anyhow::{Context, Result};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::settings::ClusterAccess;

/// A client of the API server; `None` when decisions do without one.
pub async fn connect(access: &ClusterAccess) -> Result<Option<Client>> {
    let config = match access {
        ClusterAccess::None => return Ok(None),
        ClusterAccess::Default => {
            Config::infer().await.context("no cluster; --no-cluster decides without one")?
        }
        ClusterAccess::Kubeconfig(path) => {
            let kubeconfig = Kubeconfig::read_from(path)?;
            Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?
        }
    };
    Client::try_from(config).context("cannot talk to the API server").map(Some)
}
