//! The servers: TLS in front of admission, plain HTTP in front of health and metrics, and their orderly end.

pub mod certificate;
pub mod routes;

pub use policyctl_serving::{accept, clients, reload};
