//! How callers reach an API server.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::json;

use crate::certificates::{Authority, Pair};

/// A client that calls as a kubeconfig says.
pub(crate) async fn client(kubeconfig: &Path) -> Result<Client> {
    let read = Kubeconfig::read_from(kubeconfig)?;
    let config = Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await?;
    Client::try_from(config).context("cannot make a client")
}

/// Writes a kubeconfig for a user whom a certificate identifies.
pub(crate) fn write(
    user: &str,
    address: &str,
    authority: &Authority,
    pair: &Pair,
    folder: &Path,
) -> Result<PathBuf> {
    let path = folder.join(format!("{user}.kubeconfig"));
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "e2e", "cluster": {"server": address, "certificate-authority": authority.path()}}],
        "users": [{"name": user, "user": {"client-certificate": pair.certificate, "client-key": pair.key}}],
        "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": user}}],
        "current-context": "e2e",
    });
    std::fs::write(&path, serde_json::to_vec_pretty(&config)?)?;
    Ok(path)
}
