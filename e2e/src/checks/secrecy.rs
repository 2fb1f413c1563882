//! After everything else: what the keys left behind.

use anyhow::{Result, ensure};

use crate::objects::{KEY_ID, SECRET};
use crate::runner::checks;
use crate::world::World;

checks![nothing_of_a_key_is_in_the_log_the_metrics_or_the_audit_log];

async fn nothing_of_a_key_is_in_the_log_the_metrics_or_the_audit_log(world: &mut World) -> Result<()> {
    let webhook = world.webhook()?;
    let (_, metrics) = webhook.health("/metrics").await?;
    let places = [("log", webhook.log()?), ("metrics", metrics), ("audit log", world.cluster.audit_log()?)];
    for (place, text) in places {
        ensure!(!text.is_empty(), "the {place} is empty");
        ensure!(!text.contains(SECRET) && !text.contains(&KEY_ID[4..]), "a key is in the {place}");
    }
    Ok(())
}
