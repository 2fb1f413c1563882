//! The hooks, asked with payloads of the shapes that AWS documents: each is answered within its contract.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on has failed"
)]

mod deployment;
mod links;
mod properties;
mod registration;
mod resources;
mod roles;
mod secrets;
mod support;
