//! The checks on the node.

mod certificates;
mod change;
mod denial;
mod ending;
mod identity;
mod killed;
mod outage;
mod start;

use super::world::World;
use crate::runner::Check;

/// Every check, in an order in which they can follow each other: the first installs, the last uninstall.
pub(crate) fn all() -> impl Iterator<Item = &'static Check<World>> {
    [
        start::CHECKS,
        identity::CHECKS,
        denial::CHECKS,
        change::CHECKS,
        outage::CHECKS,
        killed::CHECKS,
        ending::CHECKS,
        certificates::CHECKS,
    ]
    .into_iter()
    .flatten()
}
