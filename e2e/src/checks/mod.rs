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

use anyhow::Result;
use futures::future::LocalBoxFuture;

use crate::world::World;

/// One promise.
pub(crate) struct Check {
    /// What is promised.
    pub(crate) name: &'static str,
    /// Fails when it does not hold.
    pub(crate) run: for<'w> fn(&'w mut World) -> LocalBoxFuture<'w, Result<()>>,
}

/// Every check, in an order in which they can follow each other: those that stop the webhook come late.
pub(crate) fn all() -> impl Iterator<Item = &'static Check> {
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

/// A table of checks, named as their functions are.
macro_rules! checks {
    ($($name:ident),* $(,)?) => {
        pub(super) const CHECKS: &[super::Check] =
            &[$(super::Check { name: stringify!($name), run: |world| Box::pin($name(world)) }),*];
    };
}
pub(crate) use checks;
