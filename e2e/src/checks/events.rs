//! Events on the controllers of pods that are denied, or would be.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::objects::{KEY_ID, PLAIN, SECRET, deployment, items, keyed, pod, text};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;
use crate::world::World;

checks![
    the_replica_set_of_a_denied_pod_gets_an_event_that_holds_no_key,
    where_nothing_is_enforced_the_event_says_that_it_would_be_denied,
    a_dry_run_and_a_pod_without_a_controller_give_no_event,
];

async fn the_replica_set_of_a_denied_pod_gets_an_event_that_holds_no_key(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let owned = owned(&room, "web").await?;
    room.create("pods", &owned).await?.refused(403)?;
    let event = event_on(world, &room, "web").await?;
    ensure!(event["reason"] == "PodDenied" && event["type"] == "Warning", "{event}");
    let note = text(&event["note"]);
    ensure!(note.contains("container `api`") && note.contains("AWS_ACCESS_KEY_ID"), "{note}");
    let whole = event.to_string();
    ensure!(!whole.contains(SECRET) && !whole.contains(&KEY_ID[4..]), "a key is in the Event");
    Ok(())
}

async fn where_nothing_is_enforced_the_event_says_that_it_would_be_denied(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let owned = owned(&room, "web").await?;
    room.create("pods", &owned).await?.object()?;
    let event = event_on(world, &room, "web").await?;
    ensure!(event["reason"] == "PodWouldBeDenied", "{event}");
    Ok(())
}

/// Events come in order, so that the last one's arrival shows that those before it did not.
async fn a_dry_run_and_a_pod_without_a_controller_give_no_event(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    room.create("pods", &keyed(pod(PLAIN))).await?.refused(403)?;
    let tried = owned(&room, "tried").await?;
    room.dry_run("pods", &tried).await?.refused(403)?;
    let last = owned(&room, "last").await?;
    room.create("pods", &last).await?.refused(403)?;
    event_on(world, &room, "last").await?;
    let events = events(world, &room).await?;
    ensure!(events.len() == 1, "{events:?}");
    Ok(())
}

/// A pod with a key, of a ReplicaSet that exists.
async fn owned(room: &Room, name: &str) -> Result<Value> {
    let mut set = deployment(&pod(PLAIN));
    set["kind"] = json!("ReplicaSet");
    set["metadata"]["name"] = json!(name);
    let stored = room.create("replicasets", &set).await?.object()?;
    let mut pod = keyed(pod(PLAIN));
    pod["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": stored["metadata"]["uid"],
        "controller": true,
    }]);
    Ok(pod)
}

/// The Event on a ReplicaSet, as `kubectl describe` finds it.
async fn event_on(world: &World, room: &Room, name: &str) -> Result<Value> {
    let mut found = Value::Null;
    until("an Event is on the ReplicaSet", async || {
        let on =
            |event: &Value| event["regarding"]["kind"] == "ReplicaSet" && event["regarding"]["name"] == name;
        found = events(world, room).await?.into_iter().find(on).unwrap_or_default();
        Ok(!found.is_null())
    })
    .await?;
    let stored = room.get("replicasets", name).await?.object()?;
    ensure!(found["regarding"]["uid"] == stored["metadata"]["uid"], "it names another: {found}");
    Ok(found)
}

async fn events(world: &World, room: &Room) -> Result<Vec<Value>> {
    let list = world.api.get(&format!("/apis/events.k8s.io/v1/namespaces/{}/events", room.name)).await?;
    Ok(items(&list.object()?["items"]).to_vec())
}
