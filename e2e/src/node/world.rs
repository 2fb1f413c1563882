//! What checks on the node share.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
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
use crate::process::Running;
use crate::room::Room;
use crate::runner::{NotHere, Witness, say};
use crate::wait::until;

/// The cluster, and what is installed in it.
pub(crate) struct World {
    /// Calls as an administrator.
    pub(crate) api: Api,
    /// For what a person sees.
    pub(crate) kubectl: Kubectl,
    /// Installs the chart.
    pub(crate) helm: Helm,
    /// Another version of it.
    helm_3: Option<Helm>,
    /// Where the chart of the release before this one is.
    previous: Option<PathBuf>,
    /// Issues certificates.
    pub(crate) authority: Authority,
    own: Option<Own>,
    folder: PathBuf,
    programs: PathBuf,
    /// The release's namespace was there before us.
    was_there: bool,
    rooms: Vec<String>,
}

/// The release's namespace.
const HOME: &str = "/api/v1/namespaces/policyctl";

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
        let helm = |program: &Path| Helm::new(program, &options.chart, &kubeconfig, folder);
        let api = Api::new(kubeconfig::client(&kubeconfig).await?);
        let was_there = api.get(HOME).await?.is_ok();
        Ok(Self {
            api,
            kubectl: Kubectl::new(&options.programs.join("kubectl"), &kubeconfig, folder),
            helm: helm(&options.programs.join("helm")),
            helm_3: options.helm_3.as_deref().map(helm),
            previous: options.previous.as_ref().map(|folder| folder.join("chart")),
            was_there,
            authority,
            own,
            folder: folder.to_owned(),
            programs: options.programs.clone(),
            rooms: Vec::new(),
        })
    }

    /// What only a cluster of our own has; where there is none, the check says nothing.
    pub(crate) fn own(&mut self) -> Result<&mut Own> {
        self.own.as_mut().ok_or_else(|| NotHere("this cluster is not ours").into())
    }

    /// Helm 3, in a full run.
    pub(crate) fn helm_3(&self) -> Result<&Helm> {
        self.helm_3.as_ref().ok_or_else(|| NotHere("only with --full").into())
    }

    /// Helm, for the chart of the release before this one, in a full run.
    pub(crate) fn previous(&self) -> Result<Helm> {
        let chart = self.previous.as_ref().ok_or(NotHere("only with --full"))?;
        Ok(self.helm.with_chart(chart))
    }

    /// Takes the release away, if there is one.
    pub(crate) async fn without_release(&self) -> Result<()> {
        if self.helm.is_installed().await { self.helm.uninstall().await } else { Ok(()) }
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

    /// The webhook's pods, those that are about to end included.
    pub(crate) async fn replicas(&self) -> Result<Vec<Value>> {
        let path = format!("/api/v1/namespaces/{}/pods?labelSelector={}", release::NAME, release::SELECTOR);
        Ok(items(&self.api.get(&path).await?.object()?["items"]).to_vec())
    }

    /// How often the kubelet has started the replicas again, together.
    pub(crate) async fn restarts(&self) -> Result<u64> {
        let pods = self.replicas().await?;
        let counts = pods.iter().map(|pod| pod["status"]["containerStatuses"][0]["restartCount"].as_u64());
        Ok(counts.map(Option::unwrap_or_default).sum())
    }

    /// Waits until two replicas serve.
    pub(crate) async fn both_serve(&self) -> Result<()> {
        until("two replicas serve", async || {
            Ok(self.replicas().await?.iter().filter(|pod| release::serves(pod)).count() == 2)
        })
        .await
    }

    /// The metrics of each replica, as the API server passes them on.
    pub(crate) async fn metrics(&self) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for pod in self.replicas().await? {
            let name = text(&pod["metadata"]["name"]);
            let path = format!("/api/v1/namespaces/{}/pods/{name}:9090/proxy/metrics", release::NAME);
            texts.push(text(&self.api.get(&path).await?.body).to_owned());
        }
        Ok(texts)
    }

    /// How often each replica has begun to serve a certificate.
    pub(crate) async fn swaps(&self) -> Result<Vec<usize>> {
        let mut counts = Vec::new();
        let stay = |pod: &Value| pod["metadata"]["deletionTimestamp"].is_null();
        for pod in self.replicas().await?.into_iter().filter(stay) {
            let name = text(&pod["metadata"]["name"]);
            let log = self.api.get(&format!("/api/v1/namespaces/{}/pods/{name}/log", release::NAME)).await?;
            let says = |words| text(&log.body).matches(words).count();
            // The first when it issues certificates itself, the second when somebody else does.
            counts.push(says("serving another certificate") + says("certificate reloaded"));
        }
        Ok(counts)
    }

    /// Waits until each replica has begun to serve another certificate.
    pub(crate) async fn swapped_since(&self, before: &[usize]) -> Result<()> {
        until("both replicas serve another certificate", async || {
            let now = self.swaps().await?;
            Ok(now.len() == before.len() && now.iter().zip(before).all(|(now, before)| now > before))
        })
        .await
    }

    /// The `caBundle` of every webhook of ours.
    pub(crate) async fn bundles(&self) -> Result<Vec<Value>> {
        let mut bundles = Vec::new();
        for kind in ["validating", "mutating"] {
            let path = format!("/apis/admissionregistration.k8s.io/v1/{kind}webhookconfigurations/policyctl");
            let stored = self.api.get(&path).await?.object()?;
            bundles
                .extend(items(&stored["webhooks"]).iter().map(|one| one["clientConfig"]["caBundle"].clone()));
        }
        Ok(bundles)
    }

    /// An authority that has nothing to do with the cluster's.
    pub(crate) fn another_authority(&self, name: &str) -> Result<Authority> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Authority::new(&folder)
    }

    /// Starts cert-manager, once its kinds are known.
    pub(crate) async fn start_cert_manager(&mut self) -> Result<()> {
        self.own()?;
        // With a slash at the end: kubectl does not follow a link to a folder.
        let kinds = format!("{}/", self.programs.join("cert-manager-kinds").display());
        let printed = self.kubectl.call("default", &["apply", "--server-side", "--filename", &kinds])?;
        ensure!(printed.succeeded, "{}", printed.stderr);
        until("cert-manager's kinds are served", async || {
            Ok(self.api.get("/apis/cert-manager.io/v1/certificates").await?.is_ok())
        })
        .await?;
        let program = self.programs.join("cert-manager");
        let folder = self.folder.clone();
        let machine = &mut self.own()?.machine;
        let cluster = format!("--cluster={}", machine.cluster.kubeconfig.display());
        machine.parts.push(Running::start("cert-manager", &program, [cluster], &folder)?);
        Ok(())
    }

    /// Ends our own cluster; takes from another what was put there.
    pub(crate) async fn stop(self) -> Result<()> {
        if let Some(own) = self.own {
            return own.machine.stop().await;
        }
        self.without_release().await?;
        let home = (!self.was_there).then(|| HOME.to_owned());
        for path in self.rooms.iter().map(|room| format!("/api/v1/namespaces/{room}")).chain(home) {
            self.api.delete(&path).await?;
        }
        Ok(())
    }
}

async fn own(options: &Options, authority: &Authority, folder: &Path) -> Result<(Option<Own>, PathBuf)> {
    let before = options.previous.as_ref().map(|folder| folder.join("image.tar"));
    let archives: Vec<_> = [&options.image, &options.pods, &before].into_iter().flatten().cloned().collect();
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
