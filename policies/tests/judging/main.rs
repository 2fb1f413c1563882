//! How a container is judged, case by case: each decision of the shipped policies is a test with a name.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../input/mod.rs"]
mod input;

mod bills;
mod compose;
mod identity;
mod key_places;
mod keys;
mod network;
mod reading;
mod shadowing;
mod stage;
mod template;
