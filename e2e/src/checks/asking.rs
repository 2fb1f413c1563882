//! `policyctl-webhook check`: whether the webhook answers, and what is wrong when it does not.

use std::process::Output;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::runner::checks;
use crate::world::World;

checks![
    the_check_finds_the_webhook_and_names_the_mode,
    the_check_says_who_refuses_connections_when_the_webhook_is_gone,
    the_check_says_what_is_not_installed,
    the_check_tells_a_question_that_cannot_be_put_from_a_silence,
];

async fn the_check_finds_the_webhook_and_names_the_mode(world: &mut World) -> Result<()> {
    for (room, mode) in [(world.room().await?, "warn"), (world.enforcing_room().await?, "enforce")] {
        let said = ended_with(0, &check(world, &room.name, "policyctl").await?)?;
        ensure!(said.starts_with(&format!("ok: policyctl answered: mode {mode}, policy ")), "{said}");
    }
    Ok(())
}

async fn the_check_says_who_refuses_connections_when_the_webhook_is_gone(world: &mut World) -> Result<()> {
    let (open, closed) = (world.room().await?, world.enforcing_room().await?);
    let plan = world.kill_webhook().await?;
    let seen = (
        asked(world, &plan.program, &open.name, "policyctl").await,
        asked(world, &plan.program, &closed.name, "policyctl").await,
    );
    world.start_webhook(plan).await?;
    let said = ended_with(1, &seen.0?)?;
    ensure!(said.contains("connection refused, from here"), "{said}");
    let said = ended_with(1, &seen.1?)?;
    ensure!(said.contains(r#"failed calling webhook "enforce.policyctl.dev""#), "{said}");
    ensure!(said.contains("the API server's connection was refused"), "{said}");
    Ok(())
}

async fn the_check_says_what_is_not_installed(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    let plan = world.kill_webhook().await?;
    let seen = asked(world, &plan.program, &room.name, "nothing").await;
    world.start_webhook(plan).await?;
    let said = ended_with(1, &seen?)?;
    ensure!(said.contains("no webhook configuration called nothing"), "{said}");
    Ok(())
}

async fn the_check_tells_a_question_that_cannot_be_put_from_a_silence(world: &mut World) -> Result<()> {
    let said = ended_with(2, &check(world, "nowhere", "policyctl").await?)?;
    ensure!(said.starts_with("cannot ask: ") && said.contains("nowhere"), "{said}");
    Ok(())
}

async fn check(world: &World, namespace: &str, configuration: &str) -> Result<Output> {
    asked(world, &world.webhook()?.plan.program, namespace, configuration).await
}

async fn asked(
    world: &World,
    program: &std::path::Path,
    namespace: &str,
    configuration: &str,
) -> Result<Output> {
    let mut command = Command::new(program);
    command.arg("check").arg("--kubeconfig").arg(&world.cluster.kubeconfig);
    command.args(["--in", namespace, "--configurations", configuration, "--wait", "0"]);
    command.output().await.context("cannot run the check")
}

/// What was printed, when the exit code is this.
fn ended_with(code: i32, output: &Output) -> Result<String> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.code() == Some(code), "ended with {}: {said}", output.status);
    Ok(said)
}
