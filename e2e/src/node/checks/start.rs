//! Pods start at all.

use anyhow::Result;
use serde_json::json;

use super::super::world::World;
use crate::runner::checks;
use crate::wait::until;

checks![a_pod_of_the_test_image_runs];

async fn a_pod_of_the_test_image_runs(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
        "spec": {"containers": [{"name": "api", "image": "policyctl.test/pods:1", "imagePullPolicy": "Never"}]},
    });
    until("the default service account", async || {
        Ok(room.get("serviceaccounts", "default").await?.is_ok())
    })
    .await?;
    room.create("pods", &pod).await?.object()?;
    until("it runs", async || {
        Ok(room.get("pods", "web").await?.object()?["status"]["phase"] == "Running")
    })
    .await
}
