//! Modes by policy and by label, and the guard over the label.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::api::Api;
use crate::configurations::MODE;
use crate::objects::{PLAIN, keyed, pod};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;
use crate::webhook::PLATFORM;
use crate::world::World;

checks![
    a_label_raises_the_mode_of_a_namespace_at_once,
    a_label_below_the_policys_mode_changes_nothing,
    anyone_may_raise_a_mode_and_only_the_platforms_group_may_lower_it,
    the_guard_cannot_be_passed_through_a_subresource,
    other_labels_are_no_concern_of_the_guard,
];

const DEVELOPERS: &str = "developers";

async fn a_label_raises_the_mode_of_a_namespace_at_once(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    room.dry_run("pods", &keyed(pod(PLAIN))).await?.object()?;
    world.api.patch(&room.namespace_path(), &labelled("enforce")).await?.object()?;
    until("the namespace enforces", async || Ok(room.dry_run("pods", &keyed(pod(PLAIN))).await?.code == 403))
        .await
}

async fn a_label_below_the_policys_mode_changes_nothing(world: &mut World) -> Result<()> {
    let floor = world.room_with("floor", &json!({MODE: "audit"})).await?;
    floor.create("pods", &keyed(pod(PLAIN))).await?.refused(403)?;
    let quiet = world.room_with("room", &json!({MODE: "audit"})).await?;
    let answer = quiet.create("pods", &keyed(pod(PLAIN))).await?;
    ensure!(answer.warns("static-access-key: "), "the floor is to warn: {:?}", answer.warnings);
    Ok(())
}

async fn anyone_may_raise_a_mode_and_only_the_platforms_group_may_lower_it(world: &mut World) -> Result<()> {
    let (developer, platform) = people(world).await?;
    let room = world.room_with("guarded", &json!({})).await?;
    let path = room.namespace_path();
    developer.patch(&path, &labelled("warn")).await?.object()?;
    developer.patch(&path, &labelled("enforce")).await?.object()?;
    for lowering in [labelled("warn"), labelled("nonsense"), unlabelled()] {
        let denied = developer.patch(&path, &lowering).await?.refused(403)?;
        ensure!(denied.message().contains(PLATFORM), "who may is not said: {}", denied.message());
    }
    platform.patch(&path, &labelled("warn")).await?.object()?;
    platform.patch(&path, &unlabelled()).await?.object()?;
    Ok(())
}

async fn the_guard_cannot_be_passed_through_a_subresource(world: &mut World) -> Result<()> {
    let (developer, _) = people(world).await?;
    let room = world.enforcing_room().await?;
    for subresource in ["status", "finalize"] {
        let path = format!("{}/{subresource}", room.namespace_path());
        let mut namespace = world.api.get(&room.namespace_path()).await?.object()?;
        namespace["metadata"]["labels"] = json!({"kubernetes.io/metadata.name": room.name});
        developer.put(&path, &namespace).await?;
        let label = mode_of(&room, &world.api).await?;
        ensure!(label == "enforce", "through {subresource} the label became {label}");
    }
    Ok(())
}

async fn other_labels_are_no_concern_of_the_guard(world: &mut World) -> Result<()> {
    let (developer, _) = people(world).await?;
    let room = world.enforcing_room().await?;
    let changes = json!({"metadata": {"labels": {"team": "a"}}});
    developer.patch(&room.namespace_path(), &changes).await?.object()?;
    Ok(())
}

/// A developer and a member of the platform's group; both may change namespaces.
async fn people(world: &World) -> Result<(Api, Api)> {
    let group = "/apis/rbac.authorization.k8s.io/v1";
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "namespaces"},
        "rules": [{
            "apiGroups": [""], "verbs": ["get", "update", "patch"],
            "resources": ["namespaces", "namespaces/status", "namespaces/finalize"],
        }],
    });
    let subject =
        |name: &str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name});
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "namespaces"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "namespaces"},
        "subjects": [subject(DEVELOPERS), subject(PLATFORM)],
    });
    for (resource, object) in [("clusterroles", role), ("clusterrolebindings", binding)] {
        let answer = world.api.post(&format!("{group}/{resource}"), &object).await?;
        ensure!(answer.is_ok() || answer.code == 409, "{}", answer.message());
    }
    let (developer, platform) = (
        world.api.impersonating("dev@acme.example", DEVELOPERS),
        world.api.impersonating("ops@acme.example", PLATFORM),
    );
    until("the roles are bound", async || {
        let path = "/api/v1/namespaces/default";
        Ok(developer.get(path).await?.is_ok() && platform.get(path).await?.is_ok())
    })
    .await?;
    Ok((developer, platform))
}

async fn mode_of(room: &Room, api: &Api) -> Result<Value> {
    let namespace = api.get(&room.namespace_path()).await?.object()?;
    Ok(namespace["metadata"]["labels"][MODE].clone())
}

fn labelled(mode: &str) -> Value {
    json!({"metadata": {"labels": {MODE: mode}}})
}

fn unlabelled() -> Value {
    json!({"metadata": {"labels": {MODE: null}}})
}
