//! The servers: TLS in front of admission, plain HTTP in front of health and metrics, and their orderly end.

pub mod accept;
pub mod certificate;
pub mod clients;
pub mod reload;
pub mod routes;
