//! SIGTERM, to `policyctl ecs gateway`, while callers ask without a pause: every call is answered, and it ends well.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../serving/tests/load/mod.rs"]
mod load;

use std::io::{BufRead as _, BufReader, copy, sink};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use load::gateway::Behind;

/// A running gateway. Ends with its owner.
struct Gateway(Child);

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Gateway {
    fn start(arguments: &[String]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl"));
        command.arg("ecs").args(arguments).env_clear().stderr(Stdio::piped());
        command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing");
        Self(command.env("HOME", "/nonexistent").spawn().unwrap())
    }

    /// Where it says that it listens. The rest of what it says is read and forgotten: it would stop else.
    fn address(&mut self) -> SocketAddr {
        let mut told = BufReader::new(self.0.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        std::thread::spawn(move || copy(&mut told, &mut sink()));
        let (_, rest) = line.split_once("listening on http://").unwrap();
        rest.split(',').next().unwrap().parse().unwrap()
    }

    fn terminate(&self) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }
}

#[tokio::test]
async fn a_gateway_that_is_told_to_end_under_load_answers_every_call() {
    let behind = Behind::start().await;
    let mut gateway = Gateway::start(&behind.arguments());
    let address = gateway.address();
    behind.is_reached_to_the_end(address, || gateway.terminate()).await;
    assert_eq!(gateway.0.wait().unwrap().code(), Some(0));
}
