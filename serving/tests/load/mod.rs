//! Servers that are told to end while callers ask: every request is answered. Both programs are held to it.
#![allow(dead_code, unused_imports, reason = "each test uses some of it")]

mod caller;
mod connection;
mod ending;
pub(crate) mod gateway;
mod upstream;

pub(crate) use caller::keep_asking;
pub(crate) use connection::Client;
pub(crate) use ending::{closed, lose_nothing};
