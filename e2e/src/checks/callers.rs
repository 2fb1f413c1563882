//! Who may ask the webhook at all.

use anyhow::{Result, ensure};

use crate::caller::is_answered;
use crate::cluster::CALLER;
use crate::runner::checks;
use crate::world::World;

checks![only_the_api_servers_own_certificate_is_answered];

async fn only_the_api_servers_own_certificate_is_answered(world: &mut World) -> Result<()> {
    let (address, authority) = (world.webhook()?.plan.admission, &world.authority);
    let stranger = authority.user("stranger", "system:masters")?;
    ensure!(
        is_answered(address, &authority.path(), Some(&authority.issued(CALLER))).await?,
        "it was turned away"
    );
    ensure!(!is_answered(address, &authority.path(), Some(&stranger)).await?, "another name was answered");
    ensure!(!is_answered(address, &authority.path(), None).await?, "nobody's certificate was answered");
    Ok(())
}
