//! `cargo xtask load`: how many reviews a second the admission server answers, against the same server
//! answering a constant. `pod read` is the constant again, after the pod was read into the engine's model: what an
//! examination costs before its first question, and so the most that a denial or an injection can reach. The denied
//! pod is the clean one with a key; the unwired one has a key beside a role that no webhook injected, so that each of
//! its four containers is found, too.
//!
//! Method: the server is compiled as users get it. Server and loader share the machine's cores. The loader is
//! `h2load --h1`: HTTP/1.1 keep-alive over TLS, what the API server speaks, at 32 connections. Cases take turns,
//! three rounds; the median of each counts. Latencies are h2load's own log, one line for each request.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{cargo, output, root, run as run_command};

const ROUNDS: usize = 3;
const CONNECTIONS: &str = "32";

struct Case {
    name: &'static str,
    server: &'static str,
    body: &'static str,
    path: &'static str,
    requests: &'static str,
}

const CASES: &[Case] = &[
    Case { name: "constant", server: "constant", body: "clean", path: "validate", requests: "150000" },
    Case { name: "pod read", server: "read", body: "denied", path: "validate", requests: "60000" },
    Case { name: "clean pod", server: "examine", body: "clean", path: "validate", requests: "150000" },
    Case { name: "denied pod", server: "examine", body: "denied", path: "validate", requests: "30000" },
    Case { name: "unwired pod", server: "examine", body: "unwired", path: "validate", requests: "30000" },
    Case { name: "injected pod", server: "examine", body: "injected", path: "mutate", requests: "30000" },
];

#[derive(Clone, Copy)]
struct Figures {
    per_second: f64,
    p50: u64,
    p99: u64,
}

pub(crate) fn run() -> Result<()> {
    ensure!(
        Command::new("h2load").arg("--version").output().is_ok(),
        "install h2load (Debian: nghttp2-client)"
    );
    run_command(&mut cargo(&[
        "build",
        "--profile",
        "dist",
        "--locked",
        "-p",
        "policyctl-webhook",
        "--example",
        "load",
    ]))?;
    let program = root().join("target/dist/examples/load");
    let folder = root().join("target/load");
    fs::create_dir_all(&folder)?;
    let mut rounds: Vec<Vec<Figures>> = vec![Vec::new(); CASES.len()];
    for _ in 0..ROUNDS {
        for (case, figures) in CASES.iter().zip(&mut rounds) {
            figures.push(measured(&program, &folder, case)?);
        }
    }
    report(&rounds)
}

fn report(rounds: &[Vec<Figures>]) -> Result<()> {
    let medians: Vec<Figures> = rounds.iter().map(|figures| median(figures)).collect();
    let constant = medians.first().map_or(1.0, |figures| figures.per_second);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<14} {:>12} {:>10} {:>10} {:>14}",
        "case", "requests/s", "p50 ms", "p99 ms", "of constant"
    )?;
    for (case, figures) in CASES.iter().zip(&medians) {
        let (p50, p99) = (milliseconds(figures.p50), milliseconds(figures.p99));
        let share = 100.0 * figures.per_second / constant;
        writeln!(out, "{:<14} {:>12.0} {p50:>10} {p99:>10} {share:>12.0} %", case.name, figures.per_second)?;
    }
    Ok(())
}

fn median(figures: &[Figures]) -> Figures {
    let mut sorted = figures.to_vec();
    sorted.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    sorted[sorted.len() / 2]
}

fn milliseconds(micros: u64) -> String {
    format!("{}.{:02}", micros / 1000, micros % 1000 / 10)
}

fn measured(program: &Path, folder: &Path, case: &Case) -> Result<Figures> {
    let body = folder.join(format!("{}.json", case.body));
    fs::write(&body, output(Command::new(program).args(["body", case.body]))?)?;
    let port = free_port()?;
    let server = Server(Command::new(program).args([case.server, &port.to_string()]).spawn()?);
    wait_for(port)?;
    let log = folder.join("requests.log");
    let _ = fs::remove_file(&log);
    let url = format!("https://127.0.0.1:{port}/{}", case.path);
    let mut load = Command::new("h2load");
    load.args([
        "--h1",
        "-t1",
        "-c",
        CONNECTIONS,
        "-n",
        case.requests,
        "-H",
        "content-type: application/json",
        "-d",
    ]);
    load.arg(&body).arg(format!("--log-file={}", log.display())).arg(url).stderr(Stdio::null());
    let said = String::from_utf8_lossy(&output(&mut load)?).into_owned();
    drop(server);
    figures(&said, &log, case.requests)
}

/// A server that ends with its owner.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn wait_for(port: u16) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(());
        }
        sleep(Duration::from_millis(20));
    }
    bail!("the server did not start")
}

/// From `finished in 2.02s, 49504.95 req/s, ...`, and the log's lines: start, status, microseconds.
fn figures(said: &str, log: &PathBuf, requests: &str) -> Result<Figures> {
    let finished =
        said.lines().find(|line| line.starts_with("finished in")).context("h2load did not finish")?;
    let rate = finished.split(", ").nth(1).and_then(|part| part.split(' ').next()).context("no rate")?;
    ensure!(said.contains(&format!("{requests} succeeded, 0 failed")), "requests failed:\n{said}");
    let text = fs::read_to_string(log).context("h2load wrote no log")?;
    let mut micros: Vec<u64> =
        text.lines().filter_map(|line| line.split('\t').nth(2)?.parse().ok()).collect();
    micros.sort_unstable();
    let at = |share: usize| micros.get(micros.len() * share / 100).copied().unwrap_or_default();
    Ok(Figures { per_second: rate.parse()?, p50: at(50), p99: at(99) })
}
