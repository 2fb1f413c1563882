//! The checks on the node.

mod start;

use super::world::World;
use crate::runner::Check;

/// Every check, in an order in which they can follow each other.
pub(crate) fn all() -> impl Iterator<Item = &'static Check<World>> {
    [start::CHECKS].into_iter().flatten()
}
