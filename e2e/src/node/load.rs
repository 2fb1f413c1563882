//! Reviews without a pause while something changes.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};

use super::pods::lasting;
use crate::objects::CHECKOUT;
use crate::room::Room;

/// Asks for pods on dry runs, four at a time, until a change is done; fails at the first that is not admitted.
///
/// The room must enforce: there, neither webhook can be passed by unseen. A pod whose role was not injected is denied.
pub(crate) async fn during(room: &Room, change: impl Future<Output = Result<()>>) -> Result<()> {
    let done = AtomicBool::new(false);
    let caller = async || {
        let mut admitted = 0_u32;
        while !done.load(Ordering::Relaxed) {
            let answer = room.dry_run("pods", &lasting(CHECKOUT)).await?;
            answer.object().with_context(|| format!("after {admitted} that were admitted"))?;
            admitted += 1;
        }
        Ok::<u32, anyhow::Error>(admitted)
    };
    let changing = async {
        let changed = change.await;
        done.store(true, Ordering::Relaxed);
        changed
    };
    let ((), a, b, c, d) = futures::try_join!(changing, caller(), caller(), caller(), caller())?;
    ensure!(a + b + c + d > 0, "nobody was answered");
    crate::runner::say(&format!("   {} reviews, none lost", a + b + c + d))
}
