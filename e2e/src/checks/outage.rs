//! The webhook gone or hung: where nothing is enforced pods pass, where it is they wait.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::configurations::MODE;
use crate::objects::{CHECKOUT, PLAIN, ROLE, keyed, pod, service_account};
use crate::room::Room;
use crate::runner::checks;
use crate::wait::until;
use crate::world::World;

checks![
    connections_that_end_of_age_lose_no_review,
    an_api_server_that_was_restarted_is_watched_again,
    a_hung_webhook_is_not_waited_for_where_nothing_is_enforced,
    a_killed_webhook_lets_pods_pass_where_nothing_is_enforced_and_stops_them_where_it_is,
];

/// Connections live for one second here, and reviews come for several, where a lost one is a refusal.
async fn connections_that_end_of_age_lose_no_review(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let end = Instant::now() + Duration::from_secs(5);
    let caller = async || {
        let mut answered = 0;
        while Instant::now() < end {
            room.dry_run("pods", &pod(CHECKOUT)).await?.object()?;
            answered += 1;
        }
        Ok::<u32, anyhow::Error>(answered)
    };
    let answered = futures::try_join!(caller(), caller(), caller(), caller())?;
    ensure!(answered.0 > 0, "nobody was answered");
    Ok(())
}

async fn an_api_server_that_was_restarted_is_watched_again(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    world.cluster.restart_server().await?;
    room.patch("serviceaccounts", PLAIN, &service_account(PLAIN, Some(ROLE))).await?.object()?;
    until("the annotation is seen", async || {
        let stored = room.dry_run("pods", &pod(PLAIN)).await?.object()?;
        Ok(stored["spec"]["volumes"][0]["name"] == "aws-iam-token")
    })
    .await
}

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
