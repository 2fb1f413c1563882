//! Pods that exist already: old findings do not hold them, new ones are denied.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::configurations::MODE;
use crate::objects::{KEY_ID, PLAIN, SECRET, deployment, key_pair, keyed, pod};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;
use crate::world::World;

checks![
    an_old_pod_with_a_key_can_be_labelled_and_deleted_where_its_like_is_denied,
    a_pod_that_is_being_deleted_still_cannot_be_given_a_key,
    a_deployment_is_warned_about_for_what_an_update_adds_alone,
    kubectl_debug_with_a_key_is_denied_and_without_one_passes,
];

/// A pod that was there before its namespace enforced, held by a finalizer.
async fn older_than_the_rule(world: &mut World, mut object: Value) -> Result<Room> {
    let room = world.room().await?;
    object["metadata"]["finalizers"] = json!(["e2e.example/hold"]);
    room.create("pods", &object).await?.object()?;
    let labels = json!({"metadata": {"labels": {MODE: "enforce"}}});
    world.api.patch(&room.namespace_path(), &labels).await?.object()?;
    let mut probe = keyed(pod(PLAIN));
    probe["metadata"]["name"] = json!("probe");
    until("the namespace enforces", async || Ok(room.dry_run("pods", &probe).await?.code == 403)).await?;
    Ok(room)
}

async fn an_old_pod_with_a_key_can_be_labelled_and_deleted_where_its_like_is_denied(
    world: &mut World,
) -> Result<()> {
    let room = older_than_the_rule(world, keyed(pod(PLAIN))).await?;
    room.patch("pods", "web", &json!({"metadata": {"labels": {"team": "a"}}})).await?.object()?;
    room.delete("pods", "web").await?.object()?;
    room.patch("pods", "web", &json!({"metadata": {"finalizers": null}})).await?.object()?;
    room.get("pods", "web").await?.refused(404)?;
    Ok(())
}

async fn a_pod_that_is_being_deleted_still_cannot_be_given_a_key(world: &mut World) -> Result<()> {
    let room = older_than_the_rule(world, pod(PLAIN)).await?;
    room.delete("pods", "web").await?.object()?;
    let debugger = json!({"name": "debug", "image": "registry.example/busybox:1", "env": key_pair()});
    let changes = json!({"spec": {"ephemeralContainers": [debugger]}});
    let denied = room.patch("pods", "web/ephemeralcontainers", &changes).await?.refused(403)?;
    ensure!(denied.message().contains("container `debug`"), "{}", denied.message());
    room.patch("pods", "web", &json!({"metadata": {"finalizers": null}})).await?.object()?;
    Ok(())
}

async fn a_deployment_is_warned_about_for_what_an_update_adds_alone(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let created = room.create("deployments", &deployment(&keyed(pod(PLAIN)))).await?;
    ensure!(created.warns("static-access-key: "), "{:?}", created.warnings);
    created.object()?;
    let scaled = room.patch("deployments", "web", &json!({"spec": {"replicas": 2}})).await?;
    ensure!(scaled.warnings.is_empty(), "scaling: {:?}", scaled.warnings);
    let mut template = keyed(pod(PLAIN));
    let another = json!({"name": "worker", "image": "registry.example/acme/worker:1", "env": key_pair()});
    template["spec"]["containers"].as_array_mut().context("no containers")?.push(another);
    let changed = room.patch("deployments", "web", &deployment(&template)).await?;
    ensure!(changed.warns("static-access-key: container `worker`"), "{:?}", changed.warnings);
    ensure!(!changed.warns("static-access-key: container `api`"), "{:?}", changed.warnings);
    Ok(())
}

async fn kubectl_debug_with_a_key_is_denied_and_without_one_passes(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    room.create("pods", &pod(PLAIN)).await?.object()?;
    let keys = [format!("--env=AWS_ACCESS_KEY_ID={KEY_ID}"), format!("--env=AWS_SECRET_ACCESS_KEY={SECRET}")];
    let debug =
        ["debug", "web", "--image=registry.example/busybox:1", "--profile=general", "--container=debug"];
    let with_key: Vec<_> = debug.into_iter().chain(keys.iter().map(String::as_str)).collect();
    let denied = world.kubectl.call(&room.name, &with_key)?;
    ensure!(!denied.succeeded && denied.stderr.contains("container `debug`"), "{}", denied.stderr);
    let passed = world.kubectl.call(&room.name, &debug)?;
    ensure!(passed.succeeded, "{}", passed.stderr);
    Ok(())
}
