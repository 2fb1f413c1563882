//! What `cargo xtask ecs --bench` measures with: an upstream that answers a constant, and a client that calls it
//! straight and through a gateway, by turns.
//!
//! `overhead upstream PORT`, `overhead measure UPSTREAM GATEWAY CANARY < DEFINITION`

use std::convert::Infallible;
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Calls of one case by one route in a row; routes take turns.
const IN_A_ROW: usize = 500;
const TURNS: usize = 6;
/// Callers at a time, and the calls of each.
const CALLERS: usize = 200;
const CALLS: usize = 25;

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["upstream", port] => upstream(port).await,
        ["measure", upstream, gateway, canary] => measure([upstream, gateway], canary).await,
        _ => Err("upstream PORT, or measure UPSTREAM GATEWAY CANARY".into()),
    }
}

async fn upstream(port: &str) -> Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(format!("127.0.0.1:{port}").parse()?)?;
    let listener = socket.listen(1024)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(constant)));
    }
}

async fn constant(request: Request<Incoming>) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    const ANSWER: &str = r#"{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:eu-west-1:111122223333:task-definition/a:1"}}"#;
    let _ = request.into_body().collect().await;
    Ok(Response::new(Full::from(ANSWER)))
}

/// A call, and the status with which the gateway answers.
#[derive(Clone)]
struct Case {
    name: &'static str,
    operation: &'static str,
    body: Bytes,
    status: u16,
}

fn cases(definition: &Value, canary: &str) -> Vec<Case> {
    let register = |name, definition: &Value, status| Case {
        name,
        operation: "RegisterTaskDefinition",
        body: definition.to_string().into(),
        status,
    };
    let with = |variables: Value| {
        let mut changed = definition.clone();
        changed["containerDefinitions"][0]["environment"] = variables;
        changed
    };
    let note = json!([{"name": "NOTE", "value": "word ".repeat((63 << 10) / 5)}]);
    let keys = json!([{"name": "AWS_ACCESS_KEY_ID", "value": format!("AKIA{}", "Q3EGPOLICY2CTL7A")},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": canary}]);
    vec![
        Case { name: "forwarded, 2 bytes", operation: "ListClusters", body: "{}".into(), status: 200 },
        register("examined, 1 KiB", definition, 200),
        register("examined, 64 KiB", &with(note), 200),
        register("refused, 1 KiB", &with(keys), 400),
    ]
}

async fn measure(routes: [&str; 2], canary: &str) -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let cases = cases(&serde_json::from_str(&text)?, canary);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<28} {:>17} {:>17} {:>17}",
        "p50 and p99, microseconds", "straight", "gateway", "added"
    )?;
    let mut added = Vec::new();
    for case in &cases {
        let mut times = [Vec::new(), Vec::new()];
        for turn in 0..=TURNS {
            for (route, times) in routes.iter().zip(&mut times) {
                let taken = in_a_row(route, case, canary).await?;
                // The first turn warms up.
                times.extend(if turn > 0 { taken } else { Vec::new() });
            }
        }
        let figures = figures(times);
        writeln!(out, "{:<28} {}", case.name, row(figures))?;
        added.push(figures[2]);
    }
    let case = &cases[1];
    let mut times = [Vec::new(), Vec::new()];
    for (route, times) in routes.iter().zip(&mut times) {
        *times = at_a_time(route, case, canary).await?;
    }
    writeln!(out, "{:<28} {}", format!("{}, {CALLERS} at a time", case.name), row(figures(times)))?;
    writeln!(
        out,
        "{} calls, every one answered as promised",
        cases.len() * IN_A_ROW * (TURNS + 1) * 2 + CALLERS * CALLS * 2
    )?;
    writeln!(out, "{}", quoted(&added))?;
    Ok(())
}

/// Microseconds at the median and at p99.
type Quantiles = [u128; 2];

/// Straight, through the gateway, and the difference.
fn figures(times: [Vec<Duration>; 2]) -> [Quantiles; 3] {
    let [straight, gateway] = times.map(|mut times| {
        times.sort_unstable();
        [50, 99].map(|share| times[times.len() * share / 100].as_micros())
    });
    [straight, gateway, [0, 1].map(|n| gateway[n].saturating_sub(straight[n]))]
}

fn row(figures: [Quantiles; 3]) -> String {
    figures.map(|[p50, p99]| format!("{p50:>8} {p99:>8}")).join(" ")
}

/// The sentence of `docs/ecs.md`.
fn quoted(added: &[Quantiles]) -> String {
    let at = |case: usize| {
        let [p50, p99] = added[case].map(|micros| u32::try_from(micros).map_or(f64::NAN, f64::from) / 1000.0);
        format!("{p50:.2} ms (p99 {p99:.2} ms)")
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "At the median it adds {} to a call that it forwards, {} to a definition of 1 KiB that it examines and {} to one of 64 KiB, on a machine with {cores} cores.",
        at(0),
        at(1),
        at(2)
    )
}

type Caller = Client<HttpConnector, Full<Bytes>>;

fn caller() -> Caller {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

async fn in_a_row(route: &str, case: &Case, canary: &str) -> Result<Vec<Duration>> {
    let caller = caller();
    let mut times = Vec::with_capacity(IN_A_ROW);
    for _ in 0..IN_A_ROW {
        times.push(call(&caller, route, case, canary).await?);
    }
    Ok(times)
}

async fn at_a_time(route: &str, case: &Case, canary: &str) -> Result<Vec<Duration>> {
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (route, case, canary) = (route.to_owned(), case.clone(), canary.to_owned());
        callers.spawn(async move {
            let caller = caller();
            let mut times = Vec::with_capacity(CALLS);
            for _ in 0..CALLS {
                times.push(call(&caller, &route, &case, &canary).await?);
            }
            Result::Ok(times)
        });
    }
    let mut all = Vec::new();
    while let Some(times) = callers.join_next().await {
        all.extend(times??);
    }
    Ok(all)
}

/// One call, from its first byte to the last of its answer. A wrong answer, or one with the canary, is an error.
async fn call(caller: &Caller, route: &str, case: &Case, canary: &str) -> Result<Duration> {
    let target = format!("AmazonEC2ContainerServiceV20141113.{}", case.operation);
    let request = Request::post(route).header("content-type", "application/x-amz-json-1.1");
    let request = request.header("x-amz-target", target).body(Full::new(case.body.clone()))?;
    let start = Instant::now();
    let (head, body) = caller.request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    let taken = start.elapsed();
    let text = String::from_utf8_lossy(&body);
    // The upstream takes everything.
    if head.status != 200 && head.status != case.status || text.contains(canary) {
        return Err(format!("{}: {} {text}", case.name, head.status).into());
    }
    Ok(taken)
}
