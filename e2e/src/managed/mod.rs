//! Two replicas that make their certificates themselves, each behind a webhook of its own.
//!
//! Each pod of a namespace labelled `managed` passes both webhooks, and neither may fail: an API server that did not
//! trust what a replica serves would refuse the pod. The replicas have the permissions that the documentation names.

mod permissions;
mod replica;

use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::api::Api;
use crate::certificates::Pair;
use crate::configurations;
use crate::objects::text;
use crate::wait::until;
use crate::world::World;
use replica::Replica;

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

impl Managed {
    /// Starts both replicas and installs their configuration without a `caBundle`; ready when both are.
    pub(crate) async fn start(world: &World) -> Result<Self> {
        let kubeconfig = world.cluster.kubeconfig_for(NAME, "e2e", &world.authority)?;
        permissions::grant(&world.api).await?;
        make_empty(&world.api).await?;
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

    /// Asks for a rotation, in the words of the documentation: `authority`, `leaf` or `discard`.
    pub(crate) async fn ask_for(&self, what: &str) -> Result<()> {
        let wish = json!({"metadata": {"annotations": {"policyctl.dev/rotate": what}}});
        self.api.patch(&secret_path(), &wish).await?.object()?;
        Ok(())
    }

    /// What is stored under a key of the Secret; null when there is none.
    pub(crate) async fn stored(&self, key: &str) -> Result<Value> {
        Ok(self.api.get(&secret_path()).await?.body["data"][key].clone())
    }

    /// Writes the stored leaf and its key to files of a folder.
    pub(crate) async fn stored_pair(&self, folder: &Path) -> Result<Pair> {
        std::fs::create_dir_all(folder)?;
        let pair = Pair { certificate: folder.join("tls.crt"), key: folder.join("tls.key") };
        for (key, file) in [("tls.crt", &pair.certificate), ("tls.key", &pair.key)] {
            std::fs::write(file, STANDARD.decode(text(&self.stored(key).await?))?)?;
        }
        Ok(pair)
    }

    /// Takes from the replicas, or gives back, what they may do with the Secret and the Lease.
    pub(crate) async fn permit_home(&self, yes: bool) -> Result<()> {
        permissions::permit_home(&self.api, yes).await
    }

    /// Lets the replicas create what they do not find.
    pub(crate) async fn permit_creation(&self) -> Result<()> {
        permissions::grant_creation(&self.api).await
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
        let lease = self.api.get(&lease_path()).await?.body;
        let identity = lease["spec"]["holderIdentity"].as_str().unwrap_or_default();
        Ok(self.replicas.iter().position(|replica| identity.starts_with(&format!("{}_", replica.name))))
    }

    /// Ends both, and takes away what is left.
    pub(crate) async fn stop(mut self) -> Result<()> {
        for replica in &mut self.replicas {
            replica.kill().await?;
        }
        self.api.delete(&format!("{CONFIGURATIONS}/{NAME}")).await?.object()?;
        self.api.delete(&lease_path()).await?.object()?;
        self.delete_secret().await
    }
}

fn secret_path() -> String {
    format!("/api/v1/namespaces/{HOME}/secrets/policyctl-tls")
}

fn lease_path() -> String {
    format!("/apis/coordination.k8s.io/v1/namespaces/{HOME}/leases/policyctl")
}

/// As a chart makes them, for the replicas to fill.
async fn make_empty(api: &Api) -> Result<()> {
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "policyctl-tls"}, "type": "Opaque"});
    let lease =
        json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "policyctl"}});
    api.post(secret_path().trim_end_matches("/policyctl-tls"), &secret).await?.object()?;
    api.post(lease_path().trim_end_matches("/policyctl"), &lease).await?.object()?;
    Ok(())
}
