//! Other certificates, and the end: what an uninstall leaves.

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::pods::lasting;
use super::super::release::NAME;
use super::super::world::World;
use crate::objects::{PLAIN, items, keyed, text};
use crate::runner::checks;
use crate::wait::until;

checks![
    an_uninstall_leaves_no_object_behind,
    a_certificate_of_the_operators_own_serves_and_each_replacement_is_served,
    after_both_uninstalls_pods_pass_in_enforcing_namespaces,
];

/// Kinds of which a release has objects, as the API server lists them.
const KINDS: [&str; 8] = [
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "/apis/rbac.authorization.k8s.io/v1/roles",
    "/apis/rbac.authorization.k8s.io/v1/rolebindings",
    "/api/v1/namespaces/policyctl/serviceaccounts",
    "/apis/apps/v1/deployments",
];

/// More kinds, of the release's namespace.
const OWN_KINDS: [&str; 7] = [
    "/api/v1/namespaces/policyctl/secrets",
    "/api/v1/namespaces/policyctl/configmaps",
    "/api/v1/namespaces/policyctl/services",
    "/api/v1/namespaces/policyctl/pods",
    "/apis/batch/v1/namespaces/policyctl/jobs",
    "/apis/coordination.k8s.io/v1/namespaces/policyctl/leases",
    "/apis/policy/v1/namespaces/policyctl/poddisruptionbudgets",
];

async fn an_uninstall_leaves_no_object_behind(world: &mut World) -> Result<()> {
    world.helm.uninstall().await?;
    let mut left = Vec::new();
    let cleared = until("everything is gone", async || {
        left = remaining(world).await?;
        Ok(left.is_empty())
    })
    .await;
    cleared.with_context(|| format!("left: {left:?}"))
}

async fn a_certificate_of_the_operators_own_serves_and_each_replacement_is_served(
    world: &mut World,
) -> Result<()> {
    let path = format!("/api/v1/namespaces/{NAME}/secrets");
    world.api.post(&path, &secret(world, 0)?).await?.object()?;
    let tls = json!({"mode": "existingSecret",
        "existingSecret": {"name": "own", "caBundle": world.authority.bundle()}});
    world.helm.install(&json!({"tls": tls, "settings": {"reloadInterval": 1}})).await?;
    let room = world.enforcing_room().await?;
    room.dry_run("pods", &keyed(lasting(PLAIN))).await?.refused(403)?;
    for generation in 1..=3 {
        let before = world.swaps().await?;
        world.api.patch(&format!("{path}/own"), &secret(world, generation)?).await?.object()?;
        until("the replacement is served", async || {
            let now = world.swaps().await?;
            Ok(now.len() == before.len() && now.iter().zip(&before).all(|(now, before)| now > before))
        })
        .await?;
        room.dry_run("pods", &keyed(lasting(PLAIN))).await?.refused(403)?;
    }
    world.helm.uninstall().await
}

async fn after_both_uninstalls_pods_pass_in_enforcing_namespaces(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    until("pods pass", async || Ok(room.dry_run("pods", &keyed(lasting(PLAIN))).await?.is_ok())).await
}

/// A serving certificate that was issued just now.
fn secret(world: &World, generation: u32) -> Result<Value> {
    let called = format!("{NAME}.{NAME}.svc");
    let pair = world.authority.server(&format!("own-{generation}"), [called])?;
    let file = |path| Ok::<_, anyhow::Error>(STANDARD.encode(std::fs::read(path)?));
    Ok(json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "own"}, "type": "kubernetes.io/tls",
        "data": {"tls.crt": file(&pair.certificate)?, "tls.key": file(&pair.key)?},
    }))
}

/// What is left of the release: by its label or, in its own namespace, at all.
async fn remaining(world: &World) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for kind in KINDS.iter().chain(&OWN_KINDS) {
        let list = world.api.get(kind).await?.object()?;
        let objects = items(&list["items"]).iter().map(|object| &object["metadata"]);
        let ours =
            objects.filter(|metadata| is_ours(metadata)).map(|one| format!("{kind}/{}", text(&one["name"])));
        left.extend(ours);
    }
    Ok(left)
}

fn is_ours(metadata: &Value) -> bool {
    let name = text(&metadata["name"]);
    let made_by_kubernetes = matches!(name, "default" | "kube-root-ca.crt");
    let labelled = metadata["labels"]["app.kubernetes.io/instance"] == NAME;
    labelled || name.starts_with(NAME) || (metadata["namespace"] == NAME && !made_by_kubernetes)
}
