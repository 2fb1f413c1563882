//! One namespace enforced: what is denied, where it shows, and what lets it through.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::super::machine::containers::SANDBOX;
use super::super::pods::{lasting, runs};
use super::super::world::World;
use crate::objects::{KEY_ID, PLAIN, deployment, items, keyed, text};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;

checks![
    a_deployments_pod_with_a_key_is_denied_its_owner_is_told_and_it_runs_once_fixed,
    kubectl_debug_with_a_key_is_denied_and_without_one_attaches,
];

async fn a_deployments_pod_with_a_key_is_denied_its_owner_is_told_and_it_runs_once_fixed(
    world: &mut World,
) -> Result<()> {
    let room = world.enforcing_room().await?;
    let printed = world.kubectl.apply(&room.name, &deployment(&keyed(lasting(PLAIN))))?;
    ensure!(printed.succeeded && printed.stderr.contains("Warning: static-access-key"), "{}", printed.stderr);
    until("the denial is an Event on the ReplicaSet", async || {
        let events = events(world, &room).await?;
        Ok(events.iter().any(|event| {
            event["reason"] == "PodDenied"
                && event["regarding"]["kind"] == "ReplicaSet"
                && text(&event["note"]).contains("AWS_ACCESS_KEY_ID")
        }))
    })
    .await?;
    ensure!(room.list("pods").await?.is_empty(), "a pod was admitted");
    let printed = world.kubectl.apply(&room.name, &deployment(&lasting(PLAIN)))?;
    ensure!(printed.succeeded, "{}", printed.stderr);
    until("the fixed pod runs", async || {
        let running = |pod: &Value| text(&pod["status"]["phase"]) == "Running";
        Ok(room.list("pods").await?.iter().any(running))
    })
    .await
}

async fn kubectl_debug_with_a_key_is_denied_and_without_one_attaches(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    room.create("pods", &lasting(PLAIN)).await?.object()?;
    runs(&room, "web").await?;
    let image = format!("--image={SANDBOX}");
    let debug = ["debug", "web", "--profile=general", "--image-pull-policy=Never", &image, "--container"];
    let key = format!("--env=AWS_ACCESS_KEY_ID={KEY_ID},AWS_SECRET_ACCESS_KEY=stand-in");
    let denied = world.kubectl.call(&room.name, &[&debug[..], &["keyed", &key]].concat())?;
    ensure!(!denied.succeeded && denied.stderr.contains("denied the request"), "{}", denied.stderr);
    let passed = world.kubectl.call(&room.name, &[&debug[..], &["plain"]].concat())?;
    ensure!(passed.succeeded, "{}", passed.stderr);
    until("the container runs", async || {
        let stored = room.get("pods", "web").await?.object()?;
        let states = items(&stored["status"]["ephemeralContainerStatuses"]).to_vec();
        Ok(states.iter().any(|state| state["name"] == "plain" && state["state"]["running"] != json!(null)))
    })
    .await
}

async fn events(world: &World, room: &Room) -> Result<Vec<Value>> {
    let list = world.api.get(&format!("/apis/events.k8s.io/v1/namespaces/{}/events", room.name)).await?;
    Ok(items(&list.object()?["items"]).to_vec())
}
