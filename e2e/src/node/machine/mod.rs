//! A cluster of one real node, inside namespaces of its own.
//!
//! ```text
//! network -> containers (containerd) -> etcd, kube-apiserver -> controllers, proxy, kubelet
//! ```
//! Each part ends before those that it needs.

pub(crate) mod cgroups;
pub(crate) mod containers;
mod controllers;
mod kubelet;
pub(crate) mod network;
pub(crate) mod processes;
mod proxy;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Result;

use self::network::{KUBERNETES, NODE, SERVICES};
use crate::certificates::Authority;
use crate::cluster::{Cluster, Shape};
use crate::objects::items;
use crate::process::Running;
use crate::wait::until;

/// What parts are started with.
struct Context<'a> {
    programs: &'a Path,
    cluster: &'a Cluster,
    authority: &'a Authority,
    folder: &'a Path,
}

/// The running cluster.
pub(crate) struct Machine {
    /// The control plane.
    pub(crate) cluster: Cluster,
    folder: PathBuf,
    /// In the order in which they end.
    pub(crate) parts: Vec<Running>,
    runtime: Running,
}

impl Machine {
    /// Starts everything and waits until pods can run.
    pub(crate) async fn start(
        programs: &Path,
        archives: &[PathBuf],
        authority: &Authority,
        folder: &Path,
    ) -> Result<Self> {
        network::lay_out().await?;
        let runtime = containers::start(programs, folder).await?;
        for archive in archives {
            containers::import(archive).await?;
        }
        let (etcd, server) = (programs.join("etcd"), programs.join("kube-apiserver"));
        let cluster = Cluster::start(&etcd, &server, shape(authority)?, authority, folder).await?;
        let context = Context { programs, cluster: &cluster, authority, folder };
        let parts = vec![
            kubelet::start(&context)?,
            proxy::start(&context)?,
            controllers::start_scheduler(&context)?,
            controllers::start_manager(&context)?,
        ];
        let mut machine = Self { cluster, folder: folder.to_owned(), parts, runtime };
        machine.ready().await?;
        Ok(machine)
    }

    /// Ends everything.
    pub(crate) async fn stop(mut self) -> Result<()> {
        for part in &mut self.parts {
            part.end().await?;
        }
        self.cluster.stop().await?;
        self.runtime.end().await?;
        network::unmount_below(&self.folder).await
    }

    async fn ready(&mut self) -> Result<()> {
        let Self { cluster, parts, .. } = self;
        until("the node is ready", async || {
            for part in parts.iter_mut() {
                part.still_running()?;
            }
            let nodes = cluster.api.get("/api/v1/nodes").await?.object()?;
            let conditions =
                items(&nodes["items"]).iter().flat_map(|node| items(&node["status"]["conditions"]));
            Ok(conditions.into_iter().any(|one| one["type"] == "Ready" && one["status"] == "True"))
        })
        .await
    }
}

/// An API server that pods reach, and that reaches pods and the kubelet.
fn shape(authority: &Authority) -> Result<Shape> {
    let kubelet_client = authority.user("kubelet-client", "system:masters")?;
    let names = [KUBERNETES, "kubernetes.default.svc", "kubernetes.default", "127.0.0.1"];
    Ok(Shape {
        listen: SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 6443),
        reached_at: IpAddr::from(NODE),
        names: names.into_iter().map(str::to_owned).chain([NODE.to_string()]).collect(),
        services: SERVICES,
        arguments: vec![
            format!("--advertise-address={NODE}"),
            "--allow-privileged=true".to_owned(),
            // As EKS does: the API server calls pods at their own addresses.
            "--enable-aggregator-routing=true".to_owned(),
            format!("--kubelet-client-certificate={}", kubelet_client.certificate.display()),
            format!("--kubelet-client-key={}", kubelet_client.key.display()),
            "--kubelet-preferred-address-types=InternalIP".to_owned(),
        ],
    })
}
