//! What an SDK in a pod really gets, before and after the webhook has had its say.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::super::pods::{answer, asking};
use super::super::release::values;
use super::super::standins::{FROM_AGENT, FROM_STS, sts_endpoint};
use super::super::world::World;
use crate::objects::{CHECKOUT, KEY_ID, MAPPED, PLAIN, items, keyed};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;

checks![
    an_upgrade_brings_a_policy_with_roles,
    an_sdk_in_a_pod_with_a_key_gets_the_key_where_nothing_is_enforced,
    an_sdk_in_a_pod_of_an_annotated_account_gets_the_roles_credentials_from_sts,
    an_sdk_in_a_pod_of_a_mapped_account_gets_the_roles_credentials_from_the_agent,
    a_network_policy_that_lets_nothing_out_is_told_of_a_pod_with_a_role,
];

async fn an_upgrade_brings_a_policy_with_roles(world: &mut World) -> Result<()> {
    world.helm.install(&values()).await?;
    let room = world.room().await?;
    until("roles are injected", async || {
        Ok(injected(&room.dry_run("pods", &asking(CHECKOUT)).await?.object()?))
    })
    .await
}

async fn an_sdk_in_a_pod_with_a_key_gets_the_key_where_nothing_is_enforced(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let said = answer(world, &room, &keyed(asking(PLAIN))).await?;
    ensure!(said["accessKeyId"] == KEY_ID && said["source"] == "EnvConfigCredentials", "{said}");
    Ok(())
}

async fn an_sdk_in_a_pod_of_an_annotated_account_gets_the_roles_credentials_from_sts(
    world: &mut World,
) -> Result<()> {
    world.own()?;
    let room = world.enforcing_room().await?;
    let mut pod = asking(CHECKOUT);
    pod["spec"]["containers"][0]["env"] = json!([sts_endpoint()]);
    let said = answer(world, &room, &pod).await?;
    ensure!(said["accessKeyId"] == FROM_STS, "{said}");
    Ok(())
}

async fn an_sdk_in_a_pod_of_a_mapped_account_gets_the_roles_credentials_from_the_agent(
    world: &mut World,
) -> Result<()> {
    world.own()?;
    let room = world.enforcing_room().await?;
    let said = answer(world, &room, &asking(MAPPED)).await?;
    ensure!(said["accessKeyId"] == FROM_AGENT, "{said}");
    Ok(())
}

async fn a_network_policy_that_lets_nothing_out_is_told_of_a_pod_with_a_role(
    world: &mut World,
) -> Result<()> {
    let room = world.room().await?;
    let policy = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "default-deny"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    });
    room.create("networkpolicies", &policy).await?.object()?;
    until("the policy is seen", async || {
        Ok(room.dry_run("pods", &asking(CHECKOUT)).await?.warns("isolated-container: "))
    })
    .await?;
    still_clean(&world.room().await?).await
}

/// Another namespace's pods are not concerned.
async fn still_clean(other: &Room) -> Result<()> {
    let answer = other.dry_run("pods", &asking(CHECKOUT)).await?;
    ensure!(!answer.warns("isolated-container: "), "{:?}", answer.warnings);
    Ok(())
}

fn injected(pod: &Value) -> bool {
    items(&pod["spec"]["volumes"]).iter().any(|volume| volume["name"] == "aws-iam-token")
}
