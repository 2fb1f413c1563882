//! The checks. A check's name is a promise; its function shows that the promise holds, or says what it saw instead.

mod asking;
mod callers;
mod certificates;
mod chart;
mod denial;
mod events;
mod injection;
mod modes;
mod outage;
mod reload;
mod secrecy;
mod update;

use crate::runner::Check;
use crate::world::World;

/// Every check, in an order in which they can follow each other: those that stop the webhook come late.
pub(crate) fn all() -> impl Iterator<Item = &'static Check<World>> {
    let groups = [
        denial::CHECKS,
        events::CHECKS,
        update::CHECKS,
        injection::CHECKS,
        modes::CHECKS,
        callers::CHECKS,
        reload::CHECKS,
        asking::CHECKS,
        certificates::CHECKS,
        chart::CHECKS,
        outage::CHECKS,
        secrecy::CHECKS,
    ];
    groups.into_iter().flatten()
}
