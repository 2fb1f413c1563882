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
    /// A folder with etcd, the parts of Kubernetes, containerd, kubectl and helm
    #[arg(long, value_name = "FOLDER")]
    programs: PathBuf,
    /// The image of both programs, an OCI archive
    #[arg(long, value_name = "FILE")]
    image: PathBuf,
    /// The image of what the scenarios' pods run, an OCI archive
    #[arg(long, value_name = "FILE")]
    pods: PathBuf,
    /// The chart
    #[arg(long, value_name = "FOLDER")]
    chart: PathBuf,
}

/// Runs the checks whose names contain a text. True when all passed.
pub(crate) async fn run(options: &Options, only: &str, folder: &Path) -> Result<bool> {
    let mut world = World::start(options, folder).await?;
    let passed = runner::run(&mut world, checks::all(), only).await;
    world.stop().await?;
    passed
}
