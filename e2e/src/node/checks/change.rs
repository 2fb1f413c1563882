//! What operators change while reviews come without a pause: none may be lost.

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::load::during;
use super::super::pods::lasting;
use super::super::release::{NAME, serves, values};
use super::super::world::World;
use crate::objects::{PLAIN, keyed, text};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;

checks![
    an_edited_policy_reaches_the_process_under_load,
    three_rotations_of_the_authority_under_load_lose_no_review,
    a_rolling_restart_of_two_replicas_under_load_loses_no_review,
    an_upgrade_under_load_loses_no_review,
];

async fn an_edited_policy_reaches_the_process_under_load(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let path = format!("/api/v1/namespaces/{NAME}/configmaps/{NAME}-policy");
    let stored = world.api.get(&path).await?.object()?;
    let before = text(&stored["data"]["policy.yaml"]).to_owned();
    let after = format!("{before}\n{}", excepting(&room.name));
    during(&room, async {
        denied(&room, true).await?;
        world.api.patch(&path, &json!({"data": {"policy.yaml": after}})).await?.object()?;
        denied(&room, false).await?;
        world.api.patch(&path, &json!({"data": {"policy.yaml": before}})).await?.object()?;
        denied(&room, true).await
    })
    .await
}

async fn three_rotations_of_the_authority_under_load_lose_no_review(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    during(&room, async {
        for _ in 0..3 {
            rotate(world).await?;
        }
        Ok(())
    })
    .await?;
    let metrics = world.metrics().await?;
    ensure!(
        metrics.iter().all(|text| text.contains("policyctl_ca_expiry_timestamp_seconds{")),
        "{metrics:?}"
    );
    let promoted = r#"policyctl_certificate_rotations_total{step="promote",outcome="ok"}"#;
    ensure!(metrics.iter().any(|text| text.contains(promoted)), "{metrics:?}");
    Ok(())
}

async fn a_rolling_restart_of_two_replicas_under_load_loses_no_review(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    during(&room, async {
        let before = names(&world.replicas().await?);
        let printed = world.kubectl.call(NAME, &["rollout", "restart", &format!("deployment/{NAME}")])?;
        ensure!(printed.succeeded, "{}", printed.stderr);
        until("two other replicas serve, and no old one is left", async || {
            let now = world.replicas().await?;
            Ok(now.len() == 2
                && now.iter().all(serves)
                && names(&now).iter().all(|name| !before.contains(name)))
        })
        .await
    })
    .await
}

async fn an_upgrade_under_load_loses_no_review(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let mut changed = values();
    changed["settings"]["connectionAge"] = json!(60);
    during(&room, async { world.helm.install(&changed).await }).await
}

/// Asks for a new authority, as the documentation says, and waits until both replicas serve what it issued. Until
/// then the old leaf is in the Secret, also while the new authority is in every `caBundle` and settles.
async fn rotate(world: &World) -> Result<()> {
    let path = format!("/api/v1/namespaces/{NAME}/secrets/{NAME}-tls");
    let stored = async || Ok::<_, anyhow::Error>(world.api.get(&path).await?.object()?["data"].clone());
    let (swaps, before) = (world.swaps().await?, stored().await?);
    let wish = json!({"metadata": {"annotations": {"policyctl.dev/rotate": "authority"}}});
    world.api.patch(&path, &wish).await?.object()?;
    until("the next authority is published", async || {
        let next = stored().await?["next.crt"].clone();
        let bundles = world.bundles().await?;
        Ok(!next.is_null() && bundles.iter().all(|bundle| carries(bundle, &next)))
    })
    .await?;
    ensure!(stored().await?["tls.crt"] == before["tls.crt"], "it signs before it has settled");
    world.swapped_since(&swaps).await.context("after a wish for a new authority")?;
    let signs = stored().await?;
    ensure!(signs["tls.crt"] != before["tls.crt"] && signs["next.crt"].is_null(), "no other leaf is stored");
    Ok(())
}

/// Both are PEM in base64.
pub(super) fn carries(bundle: &Value, certificate: &Value) -> bool {
    let plain =
        |value| STANDARD.decode(text(value)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    matches!((plain(bundle), plain(certificate)), (Ok(all), Ok(one)) if all.contains(one.trim()))
}

fn names(pods: &[Value]) -> Vec<String> {
    pods.iter().map(|pod| text(&pod["metadata"]["name"]).to_owned()).collect()
}

async fn denied(room: &Room, yes: bool) -> Result<()> {
    until(if yes { "a key is denied" } else { "the exception is in force" }, async || {
        Ok((room.dry_run("pods", &keyed(lasting(PLAIN))).await?.code == 403) == yes)
    })
    .await
}

/// One more entry of the policy's `spec`.
fn excepting(namespace: &str) -> String {
    format!(
        "  exceptions:\n    - name: vendor\n      rules: [static-access-key]\n      match: {{namespaces: [{namespace}]}}\n      \
         owner: team@acme.example\n      reason: the vendor's image cannot use roles\n      expires: \"2999-12-31\"\n"
    )
}
