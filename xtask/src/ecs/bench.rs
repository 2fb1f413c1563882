//! `cargo xtask ecs --bench`: what the gateway adds to a call.
//!
//! Method: an upstream that answers a constant, the gateway of the release build in front of it, and one client in
//! `ecs/examples/overhead.rs` that calls the upstream straight and through the gateway by turns, in one run, each a
//! process of its own, over plain HTTP with keep-alive on loopback. Added is the difference of the quantiles.
//! A canary stands in what is refused and in the gateway's own credentials; neither may appear in an answer, in the
//! gateway's log or in its metrics. The last line is the sentence that `docs/ecs.md` quotes; its figures depend on
//! the machine.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::server::{Server, free};
use crate::shell::{cargo, root, run};

/// A task definition without findings.
const DEFINITION: &str = include_str!("../../data/taskdef.json");

/// Synthetic.
const CANARY: &str = concat!("Qm7tXz2LrN9vK4pB", "8yD3wF6hJ1sG5cA0+eU/iO2k");

pub(super) fn overhead() -> Result<()> {
    // In one go, so that both are compiled with the same features of what they share.
    let what = [
        "--package",
        "policyctl",
        "--bin",
        "policyctl",
        "--package",
        "policyctl-ecs",
        "--example",
        "overhead",
    ];
    run(cargo(&["build", "--release", "--locked"]).args(what))?;
    let folder = root().join("target/ecs-bench");
    fs::create_dir_all(&folder)?;
    let measure = root().join("target/release/examples/overhead");
    let (upstream, gateway, metrics) = (free()?, free()?, free()?);
    let mut command = Command::new(&measure);
    let _upstream = Server::start(command.args(["upstream", &upstream.port().to_string()]), upstream)?;
    let log = folder.join("gateway.log");
    let _gateway = Server::start(&mut before(upstream, gateway, metrics, &log)?, gateway)?;
    measured(&measure, upstream, gateway)?;
    let told = metrics_of(metrics)? + &fs::read_to_string(log)?;
    ensure!(told.contains("policyctl_gateway_requests_total"), "the gateway tells no metrics");
    ensure!(!told.contains(CANARY), "the canary stands in the gateway's log or metrics");
    Ok(())
}

fn before(upstream: SocketAddr, gateway: SocketAddr, metrics: SocketAddr, log: &Path) -> Result<Command> {
    let log = File::create(log)?;
    let mut command = Command::new(root().join("target/release/policyctl"));
    command.args(["ecs", "gateway", "--region", "eu-west-1", "--upstream", &format!("http://{upstream}")]);
    command.args(["--listen", &gateway.to_string(), "--metrics-listen", &metrics.to_string()]);
    command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", CANARY);
    command.current_dir(root().join("target/ecs-bench")).stdout(log.try_clone()?).stderr(log);
    Ok(command)
}

fn measured(program: &Path, upstream: SocketAddr, gateway: SocketAddr) -> Result<()> {
    let routes = [upstream, gateway].map(|address| format!("http://{address}/"));
    let mut client =
        Command::new(program).arg("measure").args(routes).arg(CANARY).stdin(Stdio::piped()).spawn()?;
    client.stdin.take().context("no standard input")?.write_all(DEFINITION.as_bytes())?;
    let status = client.wait()?;
    ensure!(status.success(), "the client ended with {status}");
    Ok(())
}

fn metrics_of(address: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
