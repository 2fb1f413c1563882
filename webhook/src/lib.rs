//! The admission controller of policyctl.
//!
//! ```text
//! API server ──TLS──▶ server ──▶ admission ──▶ engine (policyctl-policies)
//!                                  │   ▲
//!                                  ▼   └── cluster (what watches have seen), policy file
//!                            metrics, logs: names and rules, never an object
//! ```

pub mod admission;
pub mod certificates;
pub mod check;
pub mod cluster;
pub mod connect;
pub mod events;
pub mod metrics;
pub mod review;
pub mod serve;
pub mod server;
pub mod settings;
