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
mod health;
mod loops;
mod metrics;
mod named;
mod place;
mod request;
mod scrutiny;
mod serve;
pub mod settings;
mod upstream;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use aws_config::SdkConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use http::Response;
use http::request::Parts;
use http_body_util::Either;
use hyper::Request;
use hyper::body::Incoming;
use policyctl_policies::policy::Day;
use policyctl_serving::accept::Caller;
use policyctl_serving::policy::InForce;
use policyctl_serving::reload::Reloaded;
use tokio::sync::Semaphore;

use crate::message::Operation;
use crate::outgoing::{self, Purse};
use crate::roles::Roles;
use answer::Refusal;
use course::Course;
use metrics::Metrics;
use named::Definitions;
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
    /// Requests would come back to it.
    #[error("the upstream {0} is this gateway itself")]
    Loop(String),
    /// A partition whose credentials are set is not served.
    #[error("--partition-profile: no region of partition {0} is served")]
    Partition(String),
    /// A file of callers is none.
    #[error("callers: {0:#}")]
    Callers(anyhow::Error),
    /// IAM cannot be asked.
    #[error("cannot ask IAM: {0}")]
    Iam(String),
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
    roles: Option<Roles>,
    callers: Option<Reloaded<Callers>>,
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
        let source = surroundings.credentials_provider().ok_or(Error::NoCredentials)?;
        let places = Places::new(surroundings, &settings.regions, settings.upstream.as_deref()).await?;
        let purse = Arc::new(purse(source, &places, &settings)?);
        Ok(Self {
            places,
            roles: settings.read_roles.then(|| roles(&purse, settings.iam.as_deref())).transpose()?,
            upstream: Upstream::new(purse)?,
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
        Self { callers: Some(callers.into()), ..self }
    }

    /// Whoever can open a connection may call.
    fn is_open(&self) -> bool {
        self.callers.is_none() && self.settings.client_ca.is_none()
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<answer::Body> {
        let mut course = Course::begin();
        let answered = if let Ok(_slot) = self.slots.try_acquire() {
            self.handle(request, &mut course).await
        } else {
            request::read_out(request.into_body(), &self.settings.bounds).await;
            Err(Refusal::busy())
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
        let (head, body) = request.into_parts();
        let (operation, place) = match self.admit(&head, course) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                request::read_out(body, &self.settings.bounds).await;
                return Err(refusal);
            }
        };
        let body = request::body(body, &self.settings.bounds).await?;
        let mut received = Received { operation, headers: head.headers, body };
        self.identify(&received, place, course)?;
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

    /// What a request asks for, of which region, where its head may pass.
    fn admit(&self, head: &Parts, course: &mut Course) -> Result<(Operation, &Place), Refusal> {
        let operation = request::operation(head)?;
        course.asks(&operation);
        if self.upstream.has_sent(&head.headers) {
            return Err(Refusal::client("loop", "the gateway's upstream leads back to the gateway"));
        }
        let host = request::host(&head.headers);
        if self.is_open() && !request::is_local(host) && self.places.called(host).is_none() {
            return Err(Refusal::access("host", "only callers of this machine are served"));
        }
        let place = self.places.choose(request::region(&head.headers), host)?;
        course.region = Arc::clone(&place.region);
        course.caller = head.extensions.get().map(|Caller(name)| Arc::clone(name));
        Ok((operation, place))
    }

    /// Who signed a request, where callers are named.
    fn identify(&self, received: &Received, place: &Place, course: &mut Course) -> Result<(), Refusal> {
        if let Some(callers) = &self.callers {
            let callers = callers.get();
            let signer = callers.signer(received, &place.region);
            let says = "the request is not signed with a key of this gateway's callers";
            course.caller = Some(signer.ok_or_else(|| Refusal::access("caller", says))?.into());
        }
        Ok(())
    }
}

/// Credentials for every partition that is served.
fn purse(source: SharedCredentialsProvider, places: &Places, settings: &Settings) -> Result<Purse, Error> {
    let mut purse = Purse::new(source);
    for (partition, profile) in &settings.partition_profiles {
        let home = places.usual().find(|place| place.partition == partition);
        let home = home.ok_or_else(|| Error::Partition(partition.clone()))?;
        purse.put(partition.clone(), outgoing::profile(profile, &home.region));
    }
    Ok(purse)
}

fn roles(purse: &Arc<Purse>, endpoint: Option<&str>) -> Result<Roles, Error> {
    Roles::paid_from(Arc::clone(purse), endpoint).map(Roles::waited_for).map_err(Error::Iam)
}
