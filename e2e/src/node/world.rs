//! What checks on the node share.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use super::Options;
use super::machine::Machine;
use crate::api::Api;
use crate::certificates::Authority;
use crate::configurations::MODE;
use crate::kubectl::Kubectl;
use crate::room::Room;
use crate::runner::{Witness, say};

/// The cluster, and what is installed in it.
pub(crate) struct World {
    /// Calls as an administrator.
    pub(crate) api: Api,
    /// For what a person sees.
    pub(crate) kubectl: Kubectl,
    machine: Machine,
    folder: PathBuf,
    rooms: u32,
}

impl World {
    /// Starts everything.
    pub(crate) async fn start(options: &Options, folder: &Path) -> Result<Self> {
        let authority = Authority::new(folder)?;
        let archives = [options.image.clone(), options.pods.clone()];
        let machine = Machine::start(&options.programs, &archives, &authority, folder).await?;
        let api = machine.cluster.api.clone();
        let kubectl = Kubectl::new(&options.programs.join("kubectl"), &machine.cluster.kubeconfig, folder);
        say("the node is ready")?;
        Ok(Self { api, kubectl, machine, folder: folder.to_owned(), rooms: 0 })
    }

    /// A namespace without a mode of its own.
    pub(crate) async fn room(&mut self) -> Result<Room> {
        self.room_with(&json!({})).await
    }

    /// A namespace that enforces.
    pub(crate) async fn enforcing_room(&mut self) -> Result<Room> {
        self.room_with(&json!({MODE: "enforce"})).await
    }

    async fn room_with(&mut self, labels: &Value) -> Result<Room> {
        self.rooms += 1;
        Room::make(&self.api, format!("room-{}", self.rooms), labels).await
    }

    /// Ends everything.
    pub(crate) async fn stop(self) -> Result<()> {
        self.machine.stop().await
    }
}

impl Witness for World {
    /// What the cluster says of itself at this moment.
    async fn failed(&self, check: &str) -> Result<()> {
        let folder = self.folder.join("failures").join(check);
        std::fs::create_dir_all(&folder)?;
        let everywhere = ["--all-namespaces"];
        for (file, arguments) in [
            ("events.txt", &["get", "events", "--sort-by=.lastTimestamp"][..]),
            ("pods.txt", &["get", "pods", "--output=wide"]),
            ("pods.yaml", &["get", "pods", "--output=yaml"]),
        ] {
            let printed = self.kubectl.call("default", &[arguments, &everywhere].concat())?;
            std::fs::write(folder.join(file), printed.stdout + &printed.stderr)?;
        }
        Ok(())
    }
}
