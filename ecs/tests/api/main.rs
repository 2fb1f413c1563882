//! The ECS API, from both sides: what is registered, what the gateway forwards, and what it answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod callers;
mod clients;
mod failures;
mod gateway;
mod loops;
mod named;
mod patching;
mod places;
mod properties;
mod register;
mod roles;
mod secrets;
mod service;
mod support;
mod tls;
