//! Addresses and folders of the namespaces that a run has to itself.
//!
//! Everything here vanishes with the last process of the namespaces, however that one ended.

use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// The node, and everything that runs on it outside of pods. Not loopback: endpoints of Services may not be.
pub(crate) const NODE: Ipv4Addr = Ipv4Addr::new(10, 244, 0, 1);

/// Where containers ask the EKS Pod Identity agent. Source: EKS User Guide, "EKS Pod Identity Agent".
pub(crate) const AGENT: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 23);

/// The pods' network.
pub(crate) const PODS: &str = "10.245.0.0/24";

/// The services' network.
pub(crate) const SERVICES: &str = "10.96.0.0/16";

/// The API server, as pods reach it: the first address of the services.
pub(crate) const KUBERNETES: &str = "10.96.0.1";

/// The bridge that pods hang on, before the first of them is there: services are reached through it.
const ADDRESSES: [&[&str]; 7] = [
    &["link", "set", "lo", "up"],
    &["address", "add", "10.244.0.1/32", "dev", "lo"],
    &["address", "add", "169.254.170.23/32", "dev", "lo"],
    &["link", "add", "cni0", "type", "bridge"],
    &["address", "add", "10.245.0.1/24", "dev", "cni0"],
    &["link", "set", "cni0", "up"],
    &["route", "add", "default", "dev", "cni0"],
];

/// Folders that programs insist on, and that a run before this one may have left things in.
const FRESH: [&str; 4] = ["/run", "/var/lib/cni", "/var/lib/kubelet", "/var/log/containers"];

/// Lays out both. Fails outside of namespaces that were made for this run.
pub(crate) async fn lay_out() -> Result<()> {
    ensure!(std::process::id() == 1, "a node takes namespaces of its own: run `cargo xtask e2e`");
    for folder in FRESH {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {folder}"))?;
        run("mount", &["-t", "tmpfs", "policyctl-e2e", folder]).await?;
    }
    for arguments in ADDRESSES {
        run("ip", arguments).await?;
    }
    Ok(())
}

/// Unmounts what was mounted below a folder, the last first.
pub(crate) async fn unmount_below(folder: &Path) -> Result<()> {
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    let places = mounts.lines().rev().filter_map(|line| line.split(' ').nth(1));
    for place in places.filter(|place| Path::new(place).starts_with(folder)) {
        run("umount", &["--lazy", place]).await?;
    }
    Ok(())
}

/// Runs a program to its end.
pub(crate) async fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).output().await;
    let output = output.with_context(|| format!("cannot start {program}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} {}: {}", arguments.join(" "), said.trim());
    Ok(())
}
