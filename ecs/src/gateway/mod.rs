//! The gateway: an endpoint that speaks the ECS API, examines what brings containers, and forwards the rest
//! as it came, signed with credentials of its own.
//!
//! Without issued keys it takes callers of this machine alone, whoever they are: it listens on loopback and
//! nowhere else. With them it takes whoever signs with one, from anywhere. A request is held in memory, since its signature covers all of it; an answer is passed on as it arrives.

mod accept;
mod answer;
mod callers;
mod credentials;
mod forward;
mod request;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use policyctl_policies::finding::Level;
use policyctl_policies::policy::{Day, Door, Policy};
use policyctl_policies::verdict::Judge;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tracing::{info, warn};

use crate::examine::Examined;
use crate::message::{self, Holds, Operation};
use answer::{Answer, Refusal};
use forward::Upstream;
use request::Received;

pub use callers::{Callers, NotCallers};

/// Bounds on callers and on the upstream.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of a request's body.
    pub body: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Requests at a time.
    pub requests: usize,
    /// For a request's head, and again for its body.
    pub read: Duration,
    /// For the head of the upstream's answer.
    pub upstream: Duration,
    /// For requests under way once told to end.
    pub drain: Duration,
}

impl Default for Bounds {
    /// The API takes task definitions of up to 64 KiB.
    fn default() -> Self {
        Self {
            body: 1 << 20,
            connections: 512,
            requests: 256,
            read: Duration::from_secs(10),
            upstream: Duration::from_mins(1),
            drain: Duration::from_secs(10),
        }
    }
}

/// Why a gateway cannot be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Anyone who reaches it could use its credentials.
    #[error(
        "{0} is not an address of this machine alone: listen on 127.0.0.1 or [::1], or issue keys to callers"
    )]
    Open(SocketAddr),
    /// The address is taken, or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// Requests are signed for a region.
    #[error("no region is set: give --region, or set AWS_REGION")]
    NoRegion,
    /// Requests are signed with its own credentials.
    #[error("no source of credentials is configured")]
    NoCredentials,
    /// The upstream cannot be spoken to.
    #[error("cannot use the upstream: {0}")]
    Upstream(String),
}

/// What decides and forwards.
pub struct Gateway {
    policy: Policy,
    today: fn() -> Day,
    upstream: Upstream,
    callers: Option<Callers>,
    slots: Semaphore,
    bounds: Bounds,
}

/// A gateway that holds its address.
pub struct Listening {
    listener: TcpListener,
    gateway: Arc<Gateway>,
}

impl Gateway {
    /// A gateway in front of an upstream; without one, in front of the region's own endpoint.
    pub async fn new(
        policy: Policy,
        today: fn() -> Day,
        surroundings: &SdkConfig,
        upstream: Option<&str>,
        bounds: Bounds,
    ) -> Result<Self, Error> {
        let upstream = Upstream::new(surroundings, upstream, bounds.upstream).await?;
        Ok(Self { policy, today, upstream, callers: None, slots: Semaphore::new(bounds.requests), bounds })
    }

    /// Takes these callers and no others.
    #[must_use]
    pub fn called_by(self, callers: Callers) -> Self {
        Self { callers: Some(callers), ..self }
    }

    /// Takes an address: one of this machine alone, where anyone may call.
    pub async fn listen(self, address: SocketAddr) -> Result<Listening, Error> {
        if self.callers.is_none() && !address.ip().is_loopback() {
            return Err(Error::Open(address));
        }
        let listener = TcpListener::bind(address).await.map_err(|error| Error::Listen(address, error))?;
        Ok(Listening { listener, gateway: Arc::new(self) })
    }

    async fn answer(&self, request: hyper::Request<hyper::body::Incoming>) -> Answer {
        let Ok(_slot) = self.slots.try_acquire() else { return answer::busy() };
        match self.admit(request).await {
            Ok(received) => self.decide(received).await,
            Err(refusal) => refusal.into(),
        }
    }

    async fn admit(&self, request: hyper::Request<hyper::body::Incoming>) -> Result<Received, Refusal> {
        let region = self.upstream.region();
        let Some(callers) = &self.callers else {
            request::local(&request)?;
            return Received::read(request, &self.bounds, region).await;
        };
        let received = Received::read(request, &self.bounds, region).await?;
        if callers.signed(&received, region) {
            return Ok(received);
        }
        warn!(operation = received.operation.name, "refused: not signed by a caller");
        Err(Refusal::access("the request is not signed with a key of this gateway's callers"))
    }

    async fn decide(&self, mut received: Received) -> Answer {
        if received.operation.holds != Holds::Nothing {
            match self.examine(&received) {
                Ok(examined) if examined.is_denied() => {
                    log(&received.operation, &examined, "denied");
                    return answer::denied(&examined.verdict);
                }
                Ok(examined) => {
                    log(&received.operation, &examined, "forwarded");
                    if !examined.deeds.is_empty() {
                        received.body = examined.text.into();
                    }
                }
                Err(refusal) => return refusal.into(),
            }
        }
        self.upstream.forward(received).await.unwrap_or_else(Answer::from)
    }

    fn examine(&self, received: &Received) -> Result<Examined, Refusal> {
        let text =
            std::str::from_utf8(&received.body).map_err(|_| Refusal::client("the request is not UTF-8"))?;
        let judge = Judge { policy: &self.policy, door: Door::Gateway, day: (self.today)() };
        message::examine(&judge, &received.operation, text).map_err(|error| {
            warn!(operation = received.operation.name, %error, "refused");
            Refusal::client(error.to_string())
        })
    }
}

/// One line for each examined request: rules and deeds, never a value.
fn log(operation: &Operation, examined: &Examined, outcome: &str) {
    let of = |level| {
        let findings = examined.verdict.findings.iter().filter(|finding| finding.level == level);
        findings.map(|finding| finding.rule).collect::<Vec<_>>().join(",")
    };
    let deeds: Vec<_> = examined.deeds.iter().map(|deed| deed.name()).collect();
    info!(
        operation = operation.name,
        outcome,
        denies = of(Level::Deny),
        warns = of(Level::Warn),
        patched = deeds.join(","),
        "examined"
    );
}

impl Listening {
    /// The address that was taken.
    pub fn address(&self) -> Result<SocketAddr, std::io::Error> {
        self.listener.local_addr()
    }

    /// Where requests go.
    pub fn upstream(&self) -> String {
        self.gateway.upstream.to_string()
    }

    /// Serves until told to end, then lets requests under way finish.
    pub async fn serve(self, end: impl Future<Output = ()>) {
        accept::serve(self.listener, self.gateway, end).await;
    }
}
