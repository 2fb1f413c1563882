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
use crate::kubeconfig;
use crate::kubectl::Kubectl;
use crate::objects::{CHECKOUT, MAPPED, PLAIN, ROLE, items, service_account, text};
use crate::room::Room;
use crate::runner::{NotHere, Witness, say};

/// The cluster, and what is installed in it.
pub(crate) struct World {
    /// Calls as an administrator.
    pub(crate) api: Api,
    /// For what a person sees.
    pub(crate) kubectl: Kubectl,
    /// Installs the chart.
    pub(crate) helm: Helm,
    /// Issues certificates.
    pub(crate) authority: Authority,
    own: Option<Own>,
    folder: PathBuf,
    rooms: Vec<String>,
}

/// What only a cluster of our own has.
pub(crate) struct Own {
    /// The cluster's parts.
    pub(crate) machine: Machine,
    /// What pods talk to.
    pub(crate) standins: Standins,
}

impl World {
    /// Starts a cluster, unless there is one to use.
    pub(crate) async fn start(options: &Options, folder: &Path) -> Result<Self> {
        let authority = Authority::new(folder)?;
        let (own, kubeconfig) = match &options.kubeconfig {
            Some(kubeconfig) => (None, kubeconfig.clone()),
            None => own(options, &authority, folder).await?,
        };
        Ok(Self {
            api: Api::new(kubeconfig::client(&kubeconfig).await?),
            kubectl: Kubectl::new(&options.programs.join("kubectl"), &kubeconfig, folder),
            helm: Helm::new(&options.programs.join("helm"), &options.chart, &kubeconfig, folder),
            authority,
            own,
            folder: folder.to_owned(),
            rooms: Vec::new(),
        })
    }

    /// What only a cluster of our own has; where there is none, the check says nothing.
    pub(crate) fn own(&mut self) -> Result<&mut Own> {
        self.own.as_mut().ok_or_else(|| NotHere("this cluster is not ours").into())
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
        // The folder's name is of this run alone.
        let run = self.folder.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let name = format!("{run}-{}", self.rooms.len());
        let room = Room::make(&self.api, name, labels).await?;
        self.rooms.push(room.name.clone());
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

    /// Ends our own cluster; takes from another what was put there.
    pub(crate) async fn stop(self) -> Result<()> {
        if let Some(own) = self.own {
            return own.machine.stop().await;
        }
        for room in self.rooms {
            self.api.delete(&format!("/api/v1/namespaces/{room}")).await?.object()?;
        }
        Ok(())
    }
}

async fn own(options: &Options, authority: &Authority, folder: &Path) -> Result<(Option<Own>, PathBuf)> {
    let archives: Vec<_> = [&options.image, &options.pods].into_iter().flatten().cloned().collect();
    let machine = Machine::start(&options.programs, &archives, authority, folder).await?;
    say("the node is ready")?;
    let kubeconfig = machine.cluster.kubeconfig.clone();
    Ok((Some(Own { machine, standins: Standins::start().await? }), kubeconfig))
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
