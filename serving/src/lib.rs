//! Serving over TCP and TLS: what the admission server and the ECS gateway have in common.
//!
//! ```text
//! caller ──TCP──▶ accept (bounds, age, end) ──TLS──▶ certificate, clients ──▶ a service of the server's own
//!                                                       ▲
//!                                   files ──reload──────┘
//! ```

pub mod accept;
pub mod certificate;
pub mod clients;
pub mod exceptions;
pub mod handshakes;
pub mod policy;
pub mod reload;
pub mod renewals;
pub mod settings;
pub mod signals;
