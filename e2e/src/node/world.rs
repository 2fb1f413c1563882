//! What checks on the node share.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use super::Options;
use super::machine::Machine;
use super::release::{self, Helm};
use super::standins::Standins;
use crate::api::Api;
use crate::certificates::Authority;
use crate::configurations::MODE;
use crate::kubectl::Kubectl;
use crate::objects::{CHECKOUT, MAPPED, PLAIN, ROLE, items, service_account, text};
use crate::room::Room;
use crate::runner::{Witness, say};

/// The cluster, and what is installed in it.
pub(crate) struct World {
    /// Calls as an administrator.
    pub(crate) api: Api,
    /// For what a person sees.
    pub(crate) kubectl: Kubectl,
    /// Installs the chart.
    pub(crate) helm: Helm,
    /// The cluster's parts.
    pub(crate) machine: Machine,
    /// Who issued the cluster's certificates.
    pub(crate) authority: Authority,
    /// What pods talk to.
    pub(crate) standins: Standins,
    folder: PathBuf,
    rooms: u32,
}

impl World {
    /// Starts everything, and installs the chart with its own defaults.
    pub(crate) async fn start(options: &Options, folder: &Path) -> Result<Self> {
        let authority = Authority::new(folder)?;
        let archives = [options.image.clone(), options.pods.clone()];
        let machine = Machine::start(&options.programs, &archives, &authority, folder).await?;
        say("the node is ready")?;
        let kubeconfig = machine.cluster.kubeconfig.clone();
        let world = Self {
            api: machine.cluster.api.clone(),
            kubectl: Kubectl::new(&options.programs.join("kubectl"), &kubeconfig, folder),
            helm: Helm::new(&options.programs.join("helm"), &options.chart, &kubeconfig, folder),
            machine,
            authority,
            standins: Standins::start().await?,
            folder: folder.to_owned(),
            rooms: 0,
        };
        Ok(world)
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
        let room = Room::make(&self.api, format!("room-{}", self.rooms), labels).await?;
        for (account, role) in [(CHECKOUT, Some(ROLE)), (MAPPED, None), (PLAIN, None)] {
            room.create("serviceaccounts", &service_account(account, role)).await?.object()?;
        }
        Ok(room)
    }

    /// The webhook's pods.
    pub(crate) async fn replicas(&self) -> Result<Vec<Value>> {
        let path = format!("/api/v1/namespaces/{}/pods?labelSelector={}", release::NAME, release::SELECTOR);
        Ok(items(&self.api.get(&path).await?.object()?["items"]).to_vec())
    }

    /// How often each replica has begun to serve a certificate.
    pub(crate) async fn swaps(&self) -> Result<Vec<usize>> {
        let mut counts = Vec::new();
        for pod in self.replicas().await? {
            let name = text(&pod["metadata"]["name"]);
            let log = self.api.get(&format!("/api/v1/namespaces/{}/pods/{name}/log", release::NAME)).await?;
            let says = |words| text(&log.body).matches(words).count();
            // The first when it issues certificates itself, the second when somebody else does.
            counts.push(says("serving another certificate") + says("certificate reloaded"));
        }
        Ok(counts)
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
        let webhook = ["--namespace", release::NAME, "--selector", "app.kubernetes.io/component=webhook"];
        for (file, arguments) in [
            ("events.txt", &["get", "events", "--all-namespaces", "--sort-by=.lastTimestamp"][..]),
            ("pods.txt", &["get", "pods", "--all-namespaces", "--output=wide"]),
            ("pods.yaml", &["get", "pods", "--all-namespaces", "--output=yaml"]),
            ("webhook.log", &[&["logs", "--prefix", "--tail=-1"], &webhook[..]].concat()),
        ] {
            let printed = self.kubectl.call("default", arguments)?;
            std::fs::write(folder.join(file), printed.stdout + &printed.stderr)?;
        }
        Ok(())
    }
}
