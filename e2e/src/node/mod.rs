//! The chart and the image, on a node that really runs pods.
//!
//! ```text
//! world -> machine (the cluster), release (helm), pods (what the scenarios run), standins (STS, the Pod Identity agent)
//! checks -> one promise each
//! ```

mod checks;
mod load;
mod machine;
mod pods;
mod release;
mod standins;
mod world;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use self::world::World;
use crate::runner;

/// What a run needs.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A folder with kubectl and helm and, for a cluster of our own, etcd, the parts of Kubernetes and containerd
    #[arg(long, value_name = "FOLDER")]
    programs: PathBuf,
    /// A cluster to use in place of our own; its nodes hold both images already
    #[arg(long, value_name = "FILE", conflicts_with_all = ["image", "pods"])]
    kubeconfig: Option<PathBuf>,
    /// The image of both programs, an OCI archive
    #[arg(long, value_name = "FILE", required_unless_present = "kubeconfig")]
    image: Option<PathBuf>,
    /// The image of what the scenarios' pods run, an OCI archive
    #[arg(long, value_name = "FILE", required_unless_present = "kubeconfig")]
    pods: Option<PathBuf>,
    /// The chart
    #[arg(long, value_name = "FOLDER")]
    chart: PathBuf,
    /// A folder with `chart` and `image.tar` of the release before this one
    #[arg(long, value_name = "FOLDER", conflicts_with = "kubeconfig")]
    previous: Option<PathBuf>,
    /// Helm 3
    #[arg(long, value_name = "FILE")]
    helm_3: Option<PathBuf>,
    /// Keep the cluster until told to end, and check nothing
    #[arg(long, conflicts_with = "kubeconfig")]
    stay: bool,
}

/// Runs the checks whose names contain a text. True when all passed.
pub(crate) async fn run(options: &Options, only: &str, folder: &Path) -> Result<bool> {
    let mut world = World::start(options, folder).await?;
    if options.stay {
        return stay(&mut world).await;
    }
    if !only.is_empty() {
        // Otherwise a check does it, and those after it build on that.
        world.helm.install(&release::values()).await?;
    }
    let passed = runner::run(&mut world, checks::all(), only).await;
    world.stop().await?;
    passed
}

/// Says how to reach the cluster, and waits for the signal that ends the run.
async fn stay(world: &mut World) -> Result<bool> {
    let kubeconfig = world.own()?.machine.cluster.kubeconfig.display().to_string();
    runner::say("a shell in the cluster's network; Ctrl-C here ends the cluster:")?;
    let target = "\"$(pgrep --newest --full 'policyctl-e2e node')\"";
    runner::say(&format!("  sudo nsenter --target {target} --net env KUBECONFIG={kubeconfig} bash"))?;
    std::future::pending().await
}

/// Takes away what would outlive a run, however it ended.
pub(crate) fn clear_away() {
    machine::cgroups::clear();
}
