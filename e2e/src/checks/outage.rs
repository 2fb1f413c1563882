//! The webhook gone or hung: where nothing is enforced pods pass, where it is they wait.

use anyhow::{Result, ensure};
use serde_json::json;

use super::checks;
use crate::configurations::MODE;
use crate::objects::{CHECKOUT, PLAIN, keyed, pod};
use crate::world::{Room, World};

checks![
    a_hung_webhook_is_not_waited_for_where_nothing_is_enforced,
    a_killed_webhook_lets_pods_pass_where_nothing_is_enforced_and_stops_them_where_it_is,
];

async fn a_hung_webhook_is_not_waited_for_where_nothing_is_enforced(world: &mut World) -> Result<()> {
    let (open, closed) = (world.room().await?, world.enforcing_room().await?);
    world.webhook()?.halt().await?;
    let seen = failing(&open, &closed).await;
    world.webhook()?.resume().await?;
    seen?;
    closed.dry_run("pods", &pod(PLAIN)).await?.object()?;
    Ok(())
}

async fn a_killed_webhook_lets_pods_pass_where_nothing_is_enforced_and_stops_them_where_it_is(
    world: &mut World,
) -> Result<()> {
    let (open, closed) = (world.room().await?, world.enforcing_room().await?);
    let plan = world.kill_webhook().await?;
    let seen = failing(&open, &closed).await;
    let guarded = unguarded(world, &closed).await;
    let recorded = world.cluster.audited(&open.name);
    world.start_webhook(plan).await?;
    seen.and(guarded)?;
    let event = recorded?.to_string();
    ensure!(
        event.contains("failed-open.validating.webhook.admission.k8s.io"),
        "not in the audit log: {event}"
    );
    closed.create("pods", &keyed(pod(PLAIN))).await?.refused(403)?;
    closed.create("pods", &pod(CHECKOUT)).await?.object()?;
    Ok(())
}

/// A pod passes in one namespace, unexamined, and in the other none does, and the API server says why.
async fn failing(open: &Room, closed: &Room) -> Result<()> {
    let passed = open.create("pods", &keyed(pod(PLAIN))).await?;
    ensure!(passed.warnings.is_empty(), "someone answered: {:?}", passed.warnings);
    passed.object()?;
    let refused = closed.create("pods", &pod(PLAIN)).await?.refused(500)?;
    ensure!(
        refused.message().contains(r#"failed calling webhook "enforce.policyctl.dev""#),
        "{}",
        refused.message()
    );
    Ok(())
}

/// Without the webhook a mode cannot be changed, and everything else about a namespace can.
async fn unguarded(world: &World, room: &Room) -> Result<()> {
    let path = room.namespace_path();
    world.api.patch(&path, &json!({"metadata": {"labels": {MODE: "warn"}}})).await?.refused(500)?;
    world.api.patch(&path, &json!({"metadata": {"labels": {"team": "a"}}})).await?.object()?;
    Ok(())
}
