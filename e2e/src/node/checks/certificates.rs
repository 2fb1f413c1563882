//! Certificates from elsewhere: the operator's own, and cert-manager's.

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::load::during;
use super::super::pods::lasting;
use super::super::release::NAME;
use super::super::world::World;
use super::change::carries;
use crate::certificates::Authority;
use crate::objects::{PLAIN, items, keyed};
use crate::runner::checks;
use crate::wait::until;

checks![
    a_certificate_of_the_operators_own_serves_and_each_replacement_is_served,
    cert_manager_issues_publishes_and_renews_under_load,
    after_every_uninstall_pods_pass_in_enforcing_namespaces,
];

/// Of cert-manager, in the release's namespace.
const CERTIFICATE: &str = "/apis/cert-manager.io/v1/namespaces/policyctl/certificates/policyctl-issued";

/// Of the release's namespace.
const SECRETS: &str = "/api/v1/namespaces/policyctl/secrets";

async fn a_certificate_of_the_operators_own_serves_and_each_replacement_is_served(
    world: &mut World,
) -> Result<()> {
    world.api.post(SECRETS, &secret(world, 0)?).await?.object()?;
    let tls = json!({"mode": "existingSecret",
        "existingSecret": {"name": "own", "caBundle": world.authority.bundle()}});
    world.helm.install(&json!({"tls": tls, "settings": {"reloadInterval": 1}})).await?;
    let room = world.enforcing_room().await?;
    room.dry_run("pods", &keyed(lasting(PLAIN))).await?.refused(403)?;
    for generation in 1..=3 {
        let before = world.swaps().await?;
        world.api.patch(&format!("{SECRETS}/own"), &secret(world, generation)?).await?.object()?;
        world.swapped_since(&before).await?;
        room.dry_run("pods", &keyed(lasting(PLAIN))).await?.refused(403)?;
    }
    world.helm.uninstall().await
}

/// What cert-manager made, it keeps: only what Helm installed goes with an uninstall.
async fn cert_manager_issues_publishes_and_renews_under_load(world: &mut World) -> Result<()> {
    world.start_cert_manager().await?;
    let authority = issuer(world).await?;
    let reference = json!({"name": "internal", "kind": "Issuer"});
    let tls = json!({"mode": "certManager", "certManager": {"issuerRef": reference}});
    let settings = json!({"reloadInterval": 1, "lookupBudget": 800});
    world.helm.install(&json!({"tls": tls, "settings": settings})).await?;
    let room = world.enforcing_room().await?;
    room.dry_run("pods", &keyed(lasting(PLAIN))).await?.refused(403)?;
    // Beside it may stand what was published before: the cainjector leaves authorities that have not ended.
    let authority = json!(authority.bundle());
    until("its authority is published", async || {
        Ok(world.bundles().await?.iter().all(|bundle| carries(bundle, &authority)))
    })
    .await?;
    during(&room, renewed(world)).await?;
    world.helm.uninstall().await?;
    ensure!(world.api.get(CERTIFICATE).await?.code == 404, "the Certificate was left");
    world.api.delete(&format!("{SECRETS}/policyctl-issued")).await?.object()?;
    Ok(())
}

/// An Issuer of the release's namespace that signs with an authority of its own.
async fn issuer(world: &World) -> Result<Authority> {
    let authority = world.another_authority("internal")?;
    let file = |path| Ok::<_, anyhow::Error>(STANDARD.encode(std::fs::read(path)?));
    let pair = authority.own_pair()?;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "internal"}, "type": "kubernetes.io/tls",
        "data": {"tls.crt": file(&pair.certificate)?, "tls.key": file(&pair.key)?},
    });
    world.api.post(SECRETS, &secret).await?.object()?;
    let issuer = json!({
        "apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": "internal"},
        "spec": {"ca": {"secretName": "internal"}},
    });
    let path = format!("/apis/cert-manager.io/v1/namespaces/{NAME}/issuers");
    world.api.post(&path, &issuer).await?.object()?;
    Ok(authority)
}

/// Asks as `cmctl renew` does, and waits until both replicas serve what was issued.
///
/// Source: cert-manager documentation, "Certificate resource", renewal: the condition `Issuing`.
async fn renewed(world: &World) -> Result<()> {
    let before = world.swaps().await?;
    let stored = world.api.get(CERTIFICATE).await?.object()?;
    let mut conditions = items(&stored["status"]["conditions"]).to_vec();
    conditions.push(
        json!({"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "asked for"}),
    );
    let wish = json!({"status": {"conditions": conditions}});
    world.api.patch(&format!("{CERTIFICATE}/status"), &wish).await?.object()?;
    world.swapped_since(&before).await
}

async fn after_every_uninstall_pods_pass_in_enforcing_namespaces(world: &mut World) -> Result<()> {
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
