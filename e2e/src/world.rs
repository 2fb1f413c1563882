//! Everything that checks share: the cluster, the webhook, its peer, and rooms of their own.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use crate::api::Api;
use crate::certificates::Authority;
use crate::cluster::{Cluster, Shape};
use crate::configurations::{self, Door, MODE};
use crate::kubectl::Kubectl;
use crate::objects::{CHECKOUT, MAPPED, PLAIN, ROLE, keyed, pod, service_account};
use crate::peer::{self, Peer};
use crate::room::Room;
use crate::runner::Witness;
use crate::wait::until;
use crate::webhook::{Plan, Webhook};

/// The programs that a run needs.
#[derive(Debug, Args)]
pub(crate) struct Programs {
    /// etcd
    #[arg(long, value_name = "FILE")]
    etcd: PathBuf,
    /// kube-apiserver
    #[arg(long, value_name = "FILE")]
    kube_apiserver: PathBuf,
    /// kubectl, for what a person sees
    #[arg(long, value_name = "FILE")]
    kubectl: PathBuf,
    /// policyctl-webhook, the program under test
    #[arg(long, value_name = "FILE")]
    webhook: PathBuf,
}

/// What checks share.
pub(crate) struct World {
    /// Calls as an administrator.
    pub(crate) api: Api,
    /// For what a person sees.
    pub(crate) kubectl: Kubectl,
    /// The control plane.
    pub(crate) cluster: Cluster,
    /// Who issued every certificate.
    pub(crate) authority: Authority,
    webhook: Option<Webhook>,
    rooms: u32,
    peer: Peer,
}

impl World {
    /// Starts everything, and waits until reviews reach the webhook.
    pub(crate) async fn start(programs: &Programs, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let authority = Authority::new(folder)?;
        let cluster = Cluster::start(
            &programs.etcd,
            &programs.kube_apiserver,
            Shape::on_loopback()?,
            &authority,
            folder,
        )
        .await?;
        let api = cluster.api.clone();
        permit_webhook(&api).await?;
        let kubeconfig = cluster.kubeconfig_for("policyctl-webhook", "e2e", &authority)?;
        let plan = Plan::new(&programs.webhook, kubeconfig, &authority, folder)?;
        let webhook = plan.start().await?;
        let door = Door { address: webhook.plan.admission, bundle: authority.bundle() };
        let peer = Peer::start(&authority, api.clone()).await?;
        let peer_door = Door { address: peer.address, bundle: authority.bundle() };
        install(&api, &door, &peer_door).await?;
        let kubectl = Kubectl::new(&programs.kubectl, &cluster.kubeconfig, folder);
        let mut world = Self { api, kubectl, cluster, authority, webhook: Some(webhook), rooms: 0, peer };
        world.reached().await?;
        Ok(world)
    }

    /// The webhook; an error while it is killed.
    pub(crate) fn webhook(&self) -> Result<&Webhook> {
        self.webhook.as_ref().context("the webhook is not running")
    }

    /// Ends the webhook at once.
    pub(crate) async fn kill_webhook(&mut self) -> Result<Plan> {
        self.webhook.take().context("the webhook is not running")?.kill().await
    }

    /// Starts it again.
    pub(crate) async fn start_webhook(&mut self, plan: Plan) -> Result<()> {
        self.webhook = Some(plan.start().await?);
        Ok(())
    }

    /// A namespace without a mode of its own.
    pub(crate) async fn room(&mut self) -> Result<Room> {
        self.room_with("room", &json!({})).await
    }

    /// A namespace that enforces.
    pub(crate) async fn enforcing_room(&mut self) -> Result<Room> {
        self.room_with("room", &json!({MODE: "enforce"})).await
    }

    /// A namespace with labels.
    pub(crate) async fn room_with(&mut self, prefix: &str, labels: &Value) -> Result<Room> {
        self.rooms += 1;
        let room = Room::make(&self.api, format!("{prefix}-{}", self.rooms), labels).await?;
        for (account, role) in [("default", None), (CHECKOUT, Some(ROLE)), (MAPPED, None), (PLAIN, None)] {
            room.create("serviceaccounts", &service_account(account, role)).await?.object()?;
        }
        Ok(room)
    }

    /// Ends everything, in order.
    pub(crate) async fn stop(self) -> Result<()> {
        if let Some(webhook) = self.webhook {
            webhook.kill().await?;
        }
        self.cluster.stop().await
    }

    /// The API server learns of webhook configurations a moment after they are stored.
    async fn reached(&mut self) -> Result<()> {
        let enforcing = self.enforcing_room().await?;
        until("reviews reach the webhook", async || {
            Ok(enforcing.dry_run("pods", &keyed(pod(PLAIN))).await?.code == 403)
        })
        .await?;
        for name in peer::NAMES {
            let room = self.room_with("peered", &json!({"peer": name})).await?;
            until("reviews reach the peer", async || {
                room.dry_run("pods", &pod(PLAIN)).await?.object()?;
                Ok(self.peer.was_called(name))
            })
            .await?;
        }
        Ok(())
    }
}

impl Witness for World {
    /// The logs have it all.
    async fn failed(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

/// What the webhook may do: watch three kinds, and read the objects whose keys' names it was told to look at.
pub(crate) async fn permit_webhook(api: &Api) -> Result<()> {
    let group = "/apis/rbac.authorization.k8s.io/v1";
    let reads = ["get", "list", "watch"];
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "policyctl"},
        "rules": [
            {"apiGroups": [""], "resources": ["serviceaccounts", "namespaces"], "verbs": reads},
            {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": reads},
            {"apiGroups": [""], "resources": ["secrets", "configmaps"], "verbs": ["get"]},
            {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create"]},
            {"apiGroups": ["admissionregistration.k8s.io"],
             "resources": ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
             "resourceNames": [configurations::NAME], "verbs": ["get"]},
        ],
    });
    api.post(&format!("{group}/clusterroles"), &role).await?.object()?;
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "policyctl"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "policyctl"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "policyctl-webhook"}],
    });
    api.post(&format!("{group}/clusterrolebindings"), &binding).await?.object()?;
    Ok(())
}

async fn install(api: &Api, door: &Door, peer_door: &Door) -> Result<()> {
    let group = "/apis/admissionregistration.k8s.io/v1";
    let (validating, mutating) = (configurations::validating(door), configurations::mutating(door));
    api.post(&format!("{group}/validatingwebhookconfigurations"), &validating).await?.object()?;
    let path = format!("{group}/mutatingwebhookconfigurations");
    api.post(&path, &mutating).await?.object()?;
    for name in peer::NAMES {
        api.post(&path, &configurations::peer(name, peer_door)).await?.object()?;
    }
    Ok(())
}
