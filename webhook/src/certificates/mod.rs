//! Managed certificates: the replicas make, renew and publish what they serve with, and nobody else is needed.
//!
//! ```text
//!   Lease ──who may write──▶ keeper ──plan: what next?──▶ authority (CA, leaf) ──▶ Secret ◀──watched by every replica
//!                              │                                                    │
//!                              ▼                                                    ▼
//!              caBundle of the webhook configurations ──watched, healed──▶  served once it has been trusted for a while
//! ```
//!
//! An authority is published before anybody serves under it, and stays published while anybody may. So a rotation
//! passes through four states, each stored before the next begins: *announced* (the next authority is in the Secret
//! and in every `caBundle`, and signs nothing), *promoted* (it signs, and the leaf is its own), *retired* (the old one
//! is still trusted), *pruned* (its last leaf has ended). Whoever holds the Lease takes the steps; every write names the
//! version it read, so that two who both believe to hold it cannot undo each other's work.

pub mod authority;
pub mod configurations;
mod keeper;
pub mod keyring;
pub mod lease;
pub mod plan;
pub mod published;
mod standing;
mod steps;
mod store;
mod view;

pub use keeper::Keeper;
pub use standing::{Standing, observe};
