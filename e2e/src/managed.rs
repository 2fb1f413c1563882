//! Two replicas that make their certificates themselves, each behind a webhook of its own.
//!
//! Each pod of a namespace labelled `managed` passes both webhooks, and neither may fail: an API server that did not
//! trust what a replica serves would refuse the pod. The replicas have the permissions that the documentation names.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::api::Api;
use crate::cluster::free_port;
use crate::configurations;
use crate::process::Running;
use crate::wait::until;
use crate::webhook::health;
use crate::world::World;

/// The user that the replicas are, and their configuration.
const NAME: &str = "policyctl-managed";

/// The namespace of the Secret and the Lease.
const HOME: &str = "policyctl-managed";

const CONFIGURATIONS: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/// Two replicas, and what they share.
pub(crate) struct Managed {
    /// The replicas; one that was killed leaves its place empty.
    pub(crate) replicas: [Replica; 2],
    configuration: Value,
    api: Api,
}

/// One replica.
pub(crate) struct Replica {
    name: &'static str,
    listen: SocketAddr,
    health: SocketAddr,
    kubeconfig: PathBuf,
    program: PathBuf,
    folder: PathBuf,
    running: Option<Running>,
}

impl Managed {
    /// Starts both replicas and installs their configuration without a `caBundle`; ready when both are.
    pub(crate) async fn start(world: &World) -> Result<Self> {
        let plan = &world.webhook()?.plan;
        let kubeconfig = world.cluster.kubeconfig_for(NAME, &world.authority, &plan.folder)?;
        permit(&world.api).await?;
        let mut replicas =
            [Replica::new("replica-0", world, &kubeconfig)?, Replica::new("replica-1", world, &kubeconfig)?];
        for replica in &mut replicas {
            replica.start()?;
        }
        let addresses = [replicas[0].listen, replicas[1].listen];
        let configuration = configurations::unpublished(NAME, &addresses);
        world.api.post(CONFIGURATIONS, &configuration).await?.object()?;
        let mut managed = Self { replicas, configuration, api: world.api.clone() };
        managed.ready().await?;
        Ok(managed)
    }

    /// Waits until both are ready.
    pub(crate) async fn ready(&mut self) -> Result<()> {
        for replica in &mut self.replicas {
            replica.ready().await?;
        }
        Ok(())
    }

    /// Writes the configuration as its author wrote it, without a `caBundle`, as an upgrade may.
    pub(crate) async fn install_again(&self) -> Result<()> {
        let path = format!("{CONFIGURATIONS}/{NAME}");
        let stored = self.api.get(&path).await?.object()?;
        let mut written = self.configuration.clone();
        written["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"].clone();
        self.api.put(&path, &written).await?.object()?;
        Ok(())
    }

    /// The `caBundle` of each webhook.
    pub(crate) async fn bundles(&self) -> Result<Vec<Value>> {
        let stored = self.api.get(&format!("{CONFIGURATIONS}/{NAME}")).await?.object()?;
        let webhooks = stored["webhooks"].as_array().context("no webhooks")?;
        Ok(webhooks.iter().map(|webhook| webhook["clientConfig"]["caBundle"].clone()).collect())
    }

    /// Asks for a new authority, in the words of the documentation.
    pub(crate) async fn ask_for_an_authority(&self) -> Result<()> {
        let wish = json!({"metadata": {"annotations": {"policyctl.dev/rotate": "authority"}}});
        self.api.patch(&secret_path(), &wish).await?.object()?;
        Ok(())
    }

    /// What is stored under a key of the Secret; null when there is none.
    pub(crate) async fn stored(&self, key: &str) -> Result<Value> {
        Ok(self.api.get(&secret_path()).await?.body["data"][key].clone())
    }

    /// Deletes the Secret.
    pub(crate) async fn delete_secret(&self) -> Result<()> {
        self.api.delete(&secret_path()).await?.object()?;
        Ok(())
    }

    /// Waits until another leaf than this one is stored, and each replica has swapped what it serves once more.
    pub(crate) async fn serves_instead_of(&self, leaf: &Value, swaps: [usize; 2]) -> Result<()> {
        until("another leaf is stored", async || {
            let stored = self.stored("tls.crt").await?;
            Ok(!stored.is_null() && stored != *leaf)
        })
        .await?;
        until("both replicas serve it", async || {
            let now = self.swaps()?;
            Ok(now[0] > swaps[0] && now[1] > swaps[1])
        })
        .await
    }

    /// How often each replica has begun to serve a certificate.
    pub(crate) fn swaps(&self) -> Result<[usize; 2]> {
        let count = |replica: &Replica| {
            Ok::<_, anyhow::Error>(replica.log()?.matches("serving another certificate").count())
        };
        Ok([count(&self.replicas[0])?, count(&self.replicas[1])?])
    }

    /// Which replica holds the Lease.
    pub(crate) async fn holder(&self) -> Result<Option<usize>> {
        let path = format!("/apis/coordination.k8s.io/v1/namespaces/{HOME}/leases/policyctl");
        let lease = self.api.get(&path).await?.body;
        let identity = lease["spec"]["holderIdentity"].as_str().unwrap_or_default();
        Ok(self.replicas.iter().position(|replica| identity.starts_with(&format!("{}_", replica.name))))
    }

    /// Ends both, and takes away what is left.
    pub(crate) async fn stop(mut self) -> Result<()> {
        for replica in &mut self.replicas {
            replica.kill().await?;
        }
        self.api.delete(&format!("{CONFIGURATIONS}/{NAME}")).await?.object()?;
        self.delete_secret().await
    }
}

impl Replica {
    fn new(name: &'static str, world: &World, kubeconfig: &std::path::Path) -> Result<Self> {
        let plan = &world.webhook()?.plan;
        let free = || Ok::<_, anyhow::Error>(SocketAddr::from(([127, 0, 0, 1], free_port()?)));
        Ok(Self {
            name,
            listen: free()?,
            health: free()?,
            kubeconfig: kubeconfig.to_owned(),
            program: plan.program.clone(),
            folder: plan.folder.clone(),
            running: None,
        })
    }

    /// Starts it, without waiting.
    pub(crate) fn start(&mut self) -> Result<()> {
        let pairs = [
            ("--kubeconfig", self.kubeconfig.display().to_string()),
            ("--listen", self.listen.to_string()),
            ("--metrics-listen", self.health.to_string()),
            ("--tls", "managed".to_owned()),
            ("--tls-names", "127.0.0.1".to_owned()),
            ("--tls-configurations", NAME.to_owned()),
            ("--tls-settle", "2".to_owned()),
            ("--namespace", HOME.to_owned()),
            // Connections end soon, so that new ones meet each certificate.
            ("--connection-age", "1".to_owned()),
            ("--lookup-budget", "800".to_owned()),
        ];
        let arguments = pairs.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]);
        let arguments = std::iter::once("serve".to_owned()).chain(arguments);
        let environment = [("HOSTNAME", self.name)];
        self.running =
            Some(Running::start_in(self.name, &self.program, arguments, &environment, &self.folder)?);
        Ok(())
    }

    /// What readiness says.
    pub(crate) async fn readiness(&self) -> Result<(u16, String)> {
        health(self.health, "/readyz").await
    }

    /// The metrics.
    pub(crate) async fn metrics(&self) -> Result<String> {
        Ok(health(self.health, "/metrics").await?.1)
    }

    /// Its log so far.
    pub(crate) fn log(&self) -> Result<String> {
        self.running.as_ref().context("it is not running")?.printed()
    }

    /// Ends it at once, without a word.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        match self.running.take() {
            Some(mut running) => running.end().await,
            None => Ok(()),
        }
    }

    /// Waits until it is ready.
    pub(crate) async fn ready(&mut self) -> Result<()> {
        until("a replica is ready", async || {
            self.running.as_mut().context("it is not running")?.still_running()?;
            Ok(self.readiness().await.is_ok_and(|(code, _)| code == 200))
        })
        .await
    }
}

fn secret_path() -> String {
    format!("/api/v1/namespaces/{HOME}/secrets/policyctl-tls")
}

/// What `docs/admission.md` says that a webhook with managed certificates must be permitted.
async fn permit(api: &Api) -> Result<()> {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME}});
    if api.get(&format!("/api/v1/namespaces/{HOME}")).await?.is_ok() {
        return Ok(());
    }
    api.post("/api/v1/namespaces", &namespace).await?.object()?;
    let group = "/apis/rbac.authorization.k8s.io/v1";
    for (path, object) in [
        (
            format!("{group}/clusterroles"),
            role(
                "ClusterRole",
                &json!([
                    {"apiGroups": [""], "resources": ["serviceaccounts", "namespaces"], "verbs": ["get", "list", "watch"]},
                    {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": ["get", "list", "watch"]},
                    {"apiGroups": ["admissionregistration.k8s.io"],
                     "resources": ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
                     "resourceNames": [NAME], "verbs": ["get", "list", "watch", "patch"]},
                ]),
            ),
        ),
        (format!("{group}/clusterrolebindings"), binding("ClusterRole")),
        (
            format!("{group}/namespaces/{HOME}/roles"),
            role(
                "Role",
                &json!([
                    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
                    {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["policyctl-tls"],
                     "verbs": ["get", "list", "watch", "update"]},
                    {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]},
                    {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "resourceNames": ["policyctl"],
                     "verbs": ["get", "update"]},
                ]),
            ),
        ),
        (format!("{group}/namespaces/{HOME}/rolebindings"), binding("Role")),
    ] {
        api.post(&path, &object).await?.object()?;
    }
    Ok(())
}

fn role(kind: &str, rules: &Value) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": NAME}, "rules": rules,
    })
}

fn binding(kind: &str) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": format!("{kind}Binding"), "metadata": {"name": NAME},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": NAME},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": NAME}],
    })
}
