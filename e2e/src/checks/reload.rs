//! The policy file, rewritten while the webhook runs.

use anyhow::{Result, ensure};

use crate::objects::{PLAIN, keyed, pod};
use crate::runner::checks;
use crate::wait::until;
use crate::webhook::{Webhook, policy_with};
use crate::world::World;

checks![
    a_rewritten_policy_is_in_force_without_a_restart,
    a_broken_policy_leaves_the_old_one_in_force_and_says_so
];

async fn a_rewritten_policy_is_in_force_without_a_restart(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    room.dry_run("pods", &keyed(pod(PLAIN))).await?.refused(403)?;
    world.webhook()?.write_policy(&policy_with(&excepting(&room.name)))?;
    until("the exception is in force", async || Ok(room.dry_run("pods", &keyed(pod(PLAIN))).await?.is_ok()))
        .await?;
    world.webhook()?.restore_policy()?;
    until("the exception is gone", async || Ok(room.dry_run("pods", &keyed(pod(PLAIN))).await?.code == 403))
        .await
}

async fn a_broken_policy_leaves_the_old_one_in_force_and_says_so(world: &mut World) -> Result<()> {
    let room = world.enforcing_room().await?;
    let webhook = world.webhook()?;
    webhook.write_policy(&policy_with("  exceptons: []\n"))?;
    until("the broken policy is noticed", async || stale(webhook, 1).await).await?;
    let (code, detail) = webhook.health("/readyz").await?;
    ensure!(code == 200 && detail.contains("exceptons"), "readiness: {code} {detail}");
    room.dry_run("pods", &keyed(pod(PLAIN))).await?.refused(403)?;
    webhook.restore_policy()?;
    until("the mended policy is noticed", async || stale(webhook, 0).await).await?;
    let (_, detail) = webhook.health("/readyz").await?;
    ensure!(detail == "ok\n", "readiness still says {detail}");
    Ok(())
}

async fn stale(webhook: &Webhook, value: u8) -> Result<bool> {
    let (_, metrics) = webhook.health("/metrics").await?;
    Ok(metrics.lines().any(|line| line == format!(r#"policyctl_stale{{file="policy"}} {value}"#)))
}

fn excepting(namespace: &str) -> String {
    format!(
        "  exceptions:\n    - name: vendor\n      rules: [static-access-key]\n      match: {{namespaces: [{namespace}]}}\n      \
         owner: team@acme.example\n      reason: the vendor's image cannot use roles\n      expires: \"2999-12-31\"\n"
    )
}
