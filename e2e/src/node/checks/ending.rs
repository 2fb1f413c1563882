//! The end: what an uninstall leaves.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::super::load::during;
use super::super::pods::lasting;
use super::super::release::{NAME, values};
use super::super::world::World;
use crate::objects::{PLAIN, items, keyed, text};
use crate::runner::checks;
use crate::wait::until;

checks![
    an_uninstall_leaves_no_object_behind,
    helm_3_installs_upgrades_tests_and_uninstalls,
    an_upgrade_from_the_release_before_under_load_loses_no_review,
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
    nothing_left(world).await
}

async fn helm_3_installs_upgrades_tests_and_uninstalls(world: &mut World) -> Result<()> {
    let helm = world.helm_3()?.clone();
    world.without_release().await?;
    let version = helm.version().await?;
    ensure!(version.starts_with("v3."), "this is {version}");
    helm.install(&json!({})).await?;
    helm.install(&values()).await?;
    let room = world.enforcing_room().await?;
    room.dry_run("pods", &keyed(lasting(PLAIN))).await?.refused(403)?;
    let said = helm.test().await?;
    ensure!(said.contains("Succeeded") && said.contains("policyctl answered"), "{said}");
    helm.uninstall().await?;
    nothing_left(world).await
}

/// The reviews are answered by replicas of both releases in turn, under the certificate that the older one made.
async fn an_upgrade_from_the_release_before_under_load_loses_no_review(world: &mut World) -> Result<()> {
    let previous = world.previous()?;
    world.without_release().await?;
    let mut before = values();
    before["image"] = json!({"tag": "previous"});
    previous.install(&before).await?;
    let room = world.enforcing_room().await?;
    during(&room, world.helm.install(&values())).await?;
    room.dry_run("pods", &keyed(lasting(PLAIN))).await?.refused(403)?;
    world.helm.uninstall().await?;
    nothing_left(world).await
}

async fn nothing_left(world: &World) -> Result<()> {
    let mut left = Vec::new();
    let cleared = until("everything is gone", async || {
        left = remaining(world).await?;
        Ok(left.is_empty())
    })
    .await;
    cleared.with_context(|| format!("left: {left:?}"))
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
