//! What the scenarios' pods run.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::machine::containers::SANDBOX;
use super::world::World;
use crate::objects::text;
use crate::room::Room;
use crate::wait::until;

/// A pod that stays until it is deleted, of one container called `api`.
pub(crate) fn lasting(service_account: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
        "spec": {
            "serviceAccountName": service_account,
            "automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "api", "image": SANDBOX, "imagePullPolicy": "Never"}],
        },
    })
}

/// A pod whose SDK says which credentials it finds, and that ends.
pub(crate) fn asking(service_account: &str) -> Value {
    let mut pod = lasting(service_account);
    pod["metadata"]["name"] = json!("asks");
    pod["spec"]["restartPolicy"] = json!("Never");
    pod["spec"]["containers"][0]["command"] = json!(["/ask"]);
    pod
}

/// What the SDK in a pod said: `accessKeyId` and `source`.
pub(crate) async fn answer(world: &World, room: &Room, pod: &Value) -> Result<Value> {
    let name = text(&pod["metadata"]["name"]);
    room.create("pods", pod).await?.object()?;
    until("the pod has ended", async || {
        let stored = room.get("pods", name).await?.object()?;
        Ok(matches!(text(&stored["status"]["phase"]), "Succeeded" | "Failed"))
    })
    .await?;
    let log = world.api.get(&format!("{}/pods/{name}/log", room.namespace_path())).await?;
    let answered = log.body.clone();
    room.delete("pods", name).await?;
    if answered.is_object() { Ok(answered) } else { bail!("the SDK said: {}", log.body) }
}

/// Waits until a pod runs.
pub(crate) async fn runs(room: &Room, name: &str) -> Result<()> {
    until("the pod runs", async || {
        let stored = room.get("pods", name).await?.object()?;
        Ok(text(&stored["status"]["phase"]) == "Running")
    })
    .await
    .with_context(|| format!("pod {name} in {}", room.name))
}
