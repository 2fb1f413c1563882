//! The chart with its own defaults, and what a person sees of it.

use anyhow::{Result, ensure};
use serde_json::json;

use super::super::pods::{lasting, runs};
use super::super::release::serves;
use super::super::world::World;
use crate::objects::{PLAIN, deployment, keyed};
use crate::runner::checks;

checks![
    the_chart_with_its_defaults_becomes_ready_on_two_replicas_and_passes_its_own_test,
    the_replicas_run_without_root_on_a_read_only_root_under_the_default_seccomp_profile,
    from_inside_the_image_names_are_resolved_and_the_api_server_is_trusted_by_its_name,
    a_person_is_warned_about_a_key_and_its_pod_runs,
];

async fn the_chart_with_its_defaults_becomes_ready_on_two_replicas_and_passes_its_own_test(
    world: &mut World,
) -> Result<()> {
    world.helm.install(&json!({})).await?;
    let replicas = world.replicas().await?;
    ensure!(replicas.len() == 2 && replicas.iter().all(serves), "{replicas:?}");
    let said = world.helm.test().await?;
    ensure!(said.contains("policyctl answered"), "{said}");
    Ok(())
}

async fn the_replicas_run_without_root_on_a_read_only_root_under_the_default_seccomp_profile(
    world: &mut World,
) -> Result<()> {
    for pod in world.replicas().await? {
        let (all, own) = (&pod["spec"]["securityContext"], &pod["spec"]["containers"][0]["securityContext"]);
        ensure!(all["runAsNonRoot"] == true && all["seccompProfile"]["type"] == "RuntimeDefault", "{all}");
        ensure!(own["readOnlyRootFilesystem"] == true, "{own}");
        ensure!(own["capabilities"]["drop"] == json!(["ALL"]), "{own}");
    }
    Ok(())
}

/// A replica is ready once it has listed what it watches: here, at an address that it had to ask for.
async fn from_inside_the_image_names_are_resolved_and_the_api_server_is_trusted_by_its_name(
    world: &mut World,
) -> Result<()> {
    world.own()?;
    let variable = json!({"name": "KUBERNETES_SERVICE_HOST", "value": "kubernetes.default.svc"});
    world.helm.install(&json!({"extraEnv": [variable]})).await?;
    ensure!(world.own()?.standins.names.answered() > 0, "nobody asked for the name");
    world.helm.install(&json!({})).await
}

async fn a_person_is_warned_about_a_key_and_its_pod_runs(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    for object in [deployment(&keyed(lasting(PLAIN))), keyed(lasting(PLAIN))] {
        let printed = world.kubectl.apply(&room.name, &object)?;
        ensure!(printed.succeeded, "{}", printed.stderr);
        ensure!(printed.stderr.contains("Warning: static-access-key: container `api`"), "{}", printed.stderr);
    }
    runs(&room, "web").await
}
