//! The gateway: an endpoint that speaks the ECS API, examines what brings containers, and forwards the rest
//! as it came, signed with credentials of its own.
//!
//! ```text
//! caller ──▶ request ──▶ place (which region) ──▶ callers (who) ──▶ examine ──▶ named (what it names)
//!                                                                      │            │
//!                                    answer: refused ◀─────────────────┴────────────┤
//!                                    upstream: signed anew, answered as it comes ◀──┘
//! ```
//!
//! Without callers' keys or certificates it takes callers of this machine alone, whoever they are: it listens on
//! loopback and nowhere else. A request is held in memory, since its signature covers all of it; an answer is
//! passed on as it arrives.

mod answer;
mod callers;
mod course;
mod credentials;
mod health;
mod metrics;
mod named;
mod place;
mod request;
mod serve;
pub mod settings;
mod shelf;
mod upstream;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use aws_config::SdkConfig;
use http::Response;
use http_body_util::Either;
use hyper::Request;
use hyper::body::Incoming;
use policyctl_policies::finding::Level;
use policyctl_policies::policy::{Bundle, Day, Door, Policy, Proposal};
use policyctl_policies::verdict::Judge;
use policyctl_serving::accept::Caller;
use policyctl_serving::policy::InForce;
use tokio::sync::Semaphore;
use tracing::warn;

use crate::message::{self, Kind, Named};
use answer::Refusal;
use course::Course;
use metrics::Metrics;
use named::{Called, Definitions, Seen, Unseen};
use place::{Place, Places};
use request::Received;
use settings::Settings;
use upstream::Upstream;

pub use callers::{Callers, NotCallers};
pub use serve::Listening;
pub use settings::Bounds;

/// Why a gateway cannot be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Anyone who reaches it could use its credentials.
    #[error(
        "{0} is not an address of this machine alone: listen on 127.0.0.1 or [::1], or say who may call (--callers, --client-ca)"
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
    /// A file of callers is none.
    #[error("{0}: {1}")]
    Callers(std::path::PathBuf, String),
    /// A certificate cannot be served or asked for.
    #[error("TLS: {0:#}")]
    Tls(anyhow::Error),
}

/// What decides and forwards.
pub struct Gateway {
    policy: InForce,
    today: fn() -> Day,
    places: Places,
    upstream: Upstream,
    definitions: Definitions,
    callers: Option<ArcSwap<Callers>>,
    metrics: Metrics,
    slots: Semaphore,
    settings: Settings,
}

impl Gateway {
    /// A gateway in front of the regions' own endpoints, or of an upstream of one's own.
    pub async fn new(
        settings: Settings,
        policy: InForce,
        today: fn() -> Day,
        surroundings: &SdkConfig,
    ) -> Result<Self, Error> {
        Ok(Self {
            places: Places::new(surroundings, &settings.regions, settings.upstream.as_deref()).await?,
            upstream: Upstream::new(surroundings)?,
            definitions: Definitions::new(settings.bounds.describe),
            callers: serve::callers(&settings)?,
            metrics: Metrics::default(),
            slots: Semaphore::new(settings.bounds.requests),
            policy,
            today,
            settings,
        })
    }

    /// Takes these callers and no others.
    #[must_use]
    pub fn called_by(self, callers: Callers) -> Self {
        Self { callers: Some(ArcSwap::from_pointee(callers)), ..self }
    }

    /// Whoever can open a connection may call.
    fn is_open(&self) -> bool {
        self.callers.is_none() && self.settings.client_ca.is_none()
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<answer::Body> {
        let mut course = Course::begin();
        let answered = match self.slots.try_acquire() {
            Ok(_slot) => self.handle(request, &mut course).await,
            Err(_) => Err(Refusal::busy()),
        };
        let response = answered.unwrap_or_else(|refusal| {
            course.refused(&refusal, &self.metrics);
            refusal.into_http()
        });
        course.end(&response, &self.metrics);
        response
    }

    async fn handle(
        &self,
        request: Request<Incoming>,
        course: &mut Course,
    ) -> Result<Response<answer::Body>, Refusal> {
        let (mut received, place) = self.admit(request, course).await?;
        let warning = match received.operation.kind {
            Some(kind) => self.examine(kind, &mut received, place, course).await?,
            None => None,
        };
        let asked = Instant::now();
        let sent = self.upstream.send(place, received.headers, received.body, self.settings.bounds.upstream);
        let mut response = sent.await?.map(Either::Left);
        self.metrics.took("upstream", asked.elapsed());
        if let Some(warning) = warning {
            answer::warn(&mut response, &warning);
            course.warned();
        }
        Ok(response)
    }

    /// Reads a request of someone who may call, about a region that is served.
    async fn admit(
        &self,
        request: Request<Incoming>,
        course: &mut Course,
    ) -> Result<(Received, &Place), Refusal> {
        let operation = request::operation(&request)?;
        course.asks(&operation);
        let host = request::host(request.headers());
        if self.is_open() && !request::is_local(host) && self.places.called(host).is_none() {
            return Err(Refusal::access("host", "only callers of this machine are served"));
        }
        let place = self.places.choose(request::region(request.headers()), host)?;
        course.region = Arc::clone(&place.region);
        course.caller = request.extensions().get().map(|Caller(name)| Arc::clone(name));
        let (head, body) = request.into_parts();
        let body = request::body(body, &self.settings.bounds).await?;
        let received = Received { operation, headers: head.headers, body };
        if let Some(callers) = &self.callers {
            let callers = callers.load();
            let signer = callers.signer(&received, &place.region);
            let says = "the request is not signed with a key of this gateway's callers";
            course.caller = Some(signer.ok_or_else(|| Refusal::access("caller", says))?.into());
        }
        Ok((received, place))
    }

    /// Examines a request and what it names; the warning that goes with the answer.
    async fn examine(
        &self,
        kind: &'static Kind,
        received: &mut Received,
        place: &Place,
        course: &mut Course,
    ) -> Result<Option<String>, Refusal> {
        let policy = self.policy.get();
        let judge = Judge { policy: &policy, door: Door::Gateway, day: (self.today)() };
        let began = Instant::now();
        let text = std::str::from_utf8(&received.body)
            .map_err(|_| Refusal::client("unreadable", "the request is not UTF-8"))?;
        let body = message::examine(&judge, kind, text)
            .map_err(|error| Refusal::client("unreadable", error.to_string()))?;
        self.metrics.took("examine", began.elapsed());
        course.examined(&body.examined, &self.metrics);
        if body.examined.is_denied() {
            return Err(Refusal::denied("", &body.examined.verdict));
        }
        if !body.examined.deeds.is_empty() {
            received.body = body.examined.text.into();
        }
        match &body.named {
            Some(named) => self.look(&judge, named, place, course).await,
            None => Ok(None),
        }
    }

    /// Looks at the definition that a request names: a denial is a warning, unless the policy is strict.
    async fn look(
        &self,
        judge: &Judge<'_>,
        named: &Named,
        place: &Place,
        course: &mut Course,
    ) -> Result<Option<String>, Refusal> {
        if self.settings.bounds.describe.is_zero() {
            return Ok(None);
        }
        let called = Called(named);
        match self.definitions.look(judge, &self.upstream, place, named).await {
            Seen::Fit => {
                self.metrics.named("fit");
                Ok(None)
            }
            Seen::Unfit(verdict) => {
                self.metrics.named("unfit");
                course.found(&verdict, &self.metrics);
                if judge.policy.bundle == Bundle::Strict {
                    return Err(Refusal::denied(&format!("{called}: "), &verdict));
                }
                let says = format!("{called} would be refused today: {}", answer::first(&verdict));
                warn!("{says}");
                Ok(Some(says))
            }
            Seen::Unseen(why) => {
                self.metrics.named("unseen");
                let says = format!("{called} was not examined: {why}");
                warn!("{says}");
                if needs_a_look(judge.policy) { unseen(why, says) } else { Ok(Some(says)) }
            }
        }
    }
}

/// Whether the policy denies what cannot be read.
fn needs_a_look(policy: &Policy) -> bool {
    let unread = Proposal { rule: "unreadable-input", level: Level::Warn, strict: None };
    policy.levels.of(unread, policy.bundle, Door::Gateway) == Some(Level::Deny)
}

/// A definition must be seen and was not. Where ECS knows none, it says so itself.
fn unseen(why: Unseen, says: String) -> Result<Option<String>, Refusal> {
    match why {
        Unseen::Unknown => Ok(Some(says)),
        Unseen::Refused | Unseen::Unreadable => Err(Refusal::access("unseen", says)),
        Unseen::Failed | Unseen::Unanswered(_) => Err(Refusal::server("unseen", says)),
    }
}
