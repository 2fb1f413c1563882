//! Parts gone for a while: the webhook, the API server, etcd.

use anyhow::{Result, ensure};
use serde_json::json;

use super::super::pods::lasting;
use super::super::release::{NAME, values};
use super::super::world::World;
use crate::objects::{PLAIN, keyed};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;

checks![
    a_restarted_api_server_is_answered_again,
    a_paused_etcd_leaves_the_webhook_ready_and_answering_afterwards,
    without_webhook_pods_are_made_where_nothing_is_enforced_and_refused_where_it_is,
];

async fn a_restarted_api_server_is_answered_again(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    world.own()?.machine.cluster.restart_server().await?;
    denies(&room).await
}

async fn a_paused_etcd_leaves_the_webhook_ready_and_answering_afterwards(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let restarts = world.restarts().await?;
    world.own()?.machine.cluster.halt_store().await?;
    tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    world.own()?.machine.cluster.resume_store().await?;
    denies(&room).await?;
    ensure!(world.restarts().await? == restarts, "a replica was restarted");
    Ok(())
}

async fn without_webhook_pods_are_made_where_nothing_is_enforced_and_refused_where_it_is(
    world: &mut World,
) -> Result<()> {
    let (open, closed) = (world.room().await?, world.enforcing_room().await?);
    scale(world, 0).await?;
    until("no replica is left", async || Ok(world.replicas().await?.is_empty())).await?;
    let passed = open.create("pods", &keyed(lasting(PLAIN))).await;
    let refused = closed.create("pods", &lasting(PLAIN)).await;
    scale(world, 2).await?;
    passed?.object()?;
    let refused = refused?.refused(500)?;
    let said = refused.message();
    ensure!(said.contains(r#"failed calling webhook "enforce.policyctl.dev""#), "{said}");
    world.both_serve().await?;
    denies(&closed).await?;
    world.helm.install(&values()).await
}

/// The webhook denies a key where it is enforced, after a while.
async fn denies(room: &Room) -> Result<()> {
    until("a key is denied", async || {
        // An API server that has just come back may refuse for reasons of its own.
        let answer = room.dry_run("pods", &keyed(lasting(PLAIN))).await;
        Ok(answer.is_ok_and(|answer| {
            answer.code == 403 && answer.message().contains("static-access-key")
                || answer.message().contains("AWS_ACCESS_KEY_ID")
        }))
    })
    .await
}

async fn scale(world: &World, replicas: u32) -> Result<()> {
    let path = format!("/apis/apps/v1/namespaces/{NAME}/deployments/{NAME}/scale");
    world.api.patch(&path, &json!({"spec": {"replicas": replicas}})).await?.object()?;
    Ok(())
}
