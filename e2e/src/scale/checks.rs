//! The bounds.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::large::{Large as World, Started};
use super::load;
use super::memory::{Mebibytes, Memory};
use crate::runner::{checks, say};

/// Service accounts and network policies of a cluster that is large.
const LARGE: (usize, usize) = (50_000, 1_000);

/// Resident memory in such a cluster, KiB.
const MOST: u64 = 40 << 10;

/// What resident memory may grow by from a tenth of the load to its end, KiB.
const GROWTH: u64 = 2 << 10;

/// Starts that are timed; the median counts.
const STARTS: usize = 5;

checks![
    with_a_thousand_service_accounts_the_webhook_is_ready_within_a_second,
    fifty_thousand_service_accounts_fit_into_forty_mebibytes,
    listing_them_again_fits_too,
    memory_stays_flat_under_load,
];

async fn with_a_thousand_service_accounts_the_webhook_is_ready_within_a_second(
    world: &mut World,
) -> Result<()> {
    world.hold(1_000, 100).await?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let webhook = world.webhook().await?;
        times.push(webhook.after);
        webhook.end().await?;
    }
    times.sort_unstable();
    say(&format!("   ready after {times:?}"))?;
    ensure!(times[STARTS / 2] < Duration::from_secs(1), "the median is over a second");
    Ok(())
}

async fn fifty_thousand_service_accounts_fit_into_forty_mebibytes(world: &mut World) -> Result<()> {
    let webhook = large(world).await?;
    say(&format!("   ready after {:?}", webhook.after))?;
    within(&webhook.memory()?)?;
    let (accounts, policies) =
        (webhook.cached("serviceaccounts").await?, webhook.cached("networkpolicies").await?);
    ensure!(accounts >= LARGE.0 && policies >= LARGE.1, "it holds {accounts} and {policies}");
    webhook.end().await
}

async fn listing_them_again_fits_too(world: &mut World) -> Result<()> {
    let webhook = large(world).await?;
    for times in 2..=3 {
        world.cluster.restart_forgetful_server().await?;
        webhook.listed(times).await?;
        within(&webhook.memory()?)?;
    }
    webhook.end().await
}

async fn memory_stays_flat_under_load(world: &mut World) -> Result<()> {
    let webhook = large(world).await?;
    let mut seen = Vec::new();
    for tenths in [1, 4, 5] {
        load::put(webhook.admission, &world.folder, world.requests / 10 * tenths).await?;
        let memory = webhook.memory()?;
        within(&memory)?;
        seen.push(memory.resident);
    }
    let growth = seen[2].saturating_sub(seen[0]);
    say(&format!("   {} reviews; grown by {} since the first tenth", world.requests, Mebibytes(growth)))?;
    ensure!(growth <= GROWTH, "memory grows with the reviews that were answered");
    webhook.end().await
}

async fn large(world: &mut World) -> Result<Started> {
    world.hold(LARGE.0, LARGE.1).await?;
    world.webhook().await
}

/// The peak counts: that is what a container's limit is held against.
fn within(memory: &Memory) -> Result<()> {
    say(&format!("   {memory}"))?;
    ensure!(memory.peak < MOST, "more than {}", Mebibytes(MOST));
    Ok(())
}
