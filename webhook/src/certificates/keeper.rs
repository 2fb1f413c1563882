//! The loop of a replica: serve what is trusted, and, with the Lease in hand, take the steps and publish.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, ValidatingWebhookConfiguration,
};
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::{info, warn};

use super::keyring::Keyring;
use super::lease::{self, Hold};
use super::plan::{self, Seen, Step, Terms};
use super::published::{Kind, Named, Sightings, operations};
use super::standing::{Standing, now, reached};
use super::steps;
use super::store::Store;
use super::view::{self, View};
use crate::metrics::Metrics;
use crate::server::accept::Phase;
use crate::server::certificate::{Serving, from_pem};
use crate::settings::Managed;

/// Time between looks when nothing changes.
const PULSE: Duration = Duration::from_secs(1);

/// Time after something failed before it is tried again.
const PENANCE: Duration = Duration::from_secs(5);

/// The longest that the API server is waited for in one go: a replica that cannot write must still swap what it serves.
const PATIENCE: Duration = Duration::from_secs(10);

/// The same once the server is leaving.
const FAREWELL: Duration = Duration::from_secs(3);

/// Who writes, as the API server records it.
const MANAGER: &str = "policyctl-webhook";

/// What a replica needs to keep its certificate.
pub struct Keeper {
    terms: Terms,
    client: Client,
    store: Store,
    hold: Hold,
    seen: watch::Receiver<View>,
    serving: Arc<Serving>,
    standing: Arc<Standing>,
    metrics: Arc<Metrics>,
    sightings: Sightings,
    /// The version of the Secret that was written over last, empty for none, and when.
    written_over: Option<(String, Instant)>,
    lease_due: Instant,
    pause_until: Instant,
    problem: Option<String>,
}

impl Keeper {
    /// Begins to watch.
    pub fn new(
        client: Client,
        managed: &Managed,
        configurations: &[String],
        (serving, standing, metrics): (Arc<Serving>, Arc<Standing>, Arc<Metrics>),
    ) -> Self {
        let secrets = Api::<Secret>::namespaced(client.clone(), &managed.namespace);
        let leases = Api::namespaced(client.clone(), &managed.namespace);
        Self {
            terms: Terms::from(managed),
            store: Store { api: secrets.clone(), name: managed.secret.clone() },
            hold: Hold::new(leases, &managed.lease, identity()),
            seen: view::begin(&client, configurations, (secrets, &managed.secret)),
            client,
            serving,
            standing,
            metrics,
            sightings: Sightings::default(),
            written_over: None,
            lease_due: Instant::now(),
            pause_until: Instant::now(),
            problem: None,
        }
    }

    /// Keeps the certificate until the server is leaving.
    pub async fn run(mut self, mut phase: watch::Receiver<Phase>) {
        loop {
            let view = self.seen.borrow_and_update().clone();
            self.turn(&view).await;
            tokio::select! {
                () = reached(&mut phase, |phase| *phase >= Phase::Leaving) => break,
                changed = self.seen.changed() => if changed.is_err() { break },
                () = sleep(PULSE) => {}
            }
        }
        let released = timeout(FAREWELL, self.hold.release()).await;
        if !matches!(released, Ok(Ok(()))) {
            warn!("the Lease could not be released; it will run out");
        }
    }

    async fn turn(&mut self, view: &View) {
        let now = now();
        self.sightings.look(&view.published, now);
        if let Some(keyring) = view.stored.as_ref().and_then(|stored| stored.keyring.as_ref()) {
            self.adopt(keyring, view, now);
        }
        if Instant::now() >= self.pause_until {
            let worked = timeout(PATIENCE, self.work(view, now)).await;
            self.note(worked.unwrap_or_else(|_| Err(anyhow!("the API server does not answer"))), view);
        }
        let mut problems = view.published.refusals(&self.serving.chain(), now);
        if !problems.is_empty() {
            let why: BTreeSet<_> = self.problem.iter().chain(view.problems.values()).collect();
            problems.extend(why.into_iter().cloned());
        }
        self.standing.look(problems);
    }

    /// Serves what the Secret offers, when that is no worse than what is served.
    fn adopt(&mut self, keyring: &Keyring, view: &View, now: i64) {
        self.metrics.authority_ends(keyring.authority.certificate.ends);
        if self.serving.leaf() == keyring.leaf.certificate.der.as_ref() {
            return;
        }
        let chain = self.serving.chain();
        let in_use = (!chain.is_empty()).then(|| view.published.refusals(&chain, now).is_empty());
        let offered = self.sightings.since(&keyring.authority.certificate);
        if !plan::adopts(in_use, offered, now, &self.terms) {
            return;
        }
        let pem = keyring.leaf.certificate.pem();
        match from_pem(pem.as_bytes(), keyring.leaf.key.expose().as_bytes()) {
            Ok(leaf) => {
                self.serving.swap(leaf);
                info!(not_after = keyring.leaf.certificate.ends, "serving another certificate");
            }
            Err(error) => warn!(error = format!("{error:#}"), "the certificate cannot be served"),
        }
    }

    async fn work(&mut self, view: &View, now: i64) -> Result<()> {
        if Instant::now() >= self.lease_due {
            self.lease_due = Instant::now() + lease::PAUSE;
            self.hold.look().await?;
        }
        if !self.hold.is_ours() || !view.unseen.is_empty() {
            return Ok(());
        }
        self.step(view, now).await?;
        self.publish(view).await
    }

    async fn step(&mut self, view: &View, now: i64) -> Result<()> {
        let keyring = view.stored.as_ref().and_then(|stored| stored.keyring.as_ref());
        let next = keyring.and_then(|keyring| keyring.next.as_ref());
        let seen = Seen {
            keyring,
            demand: view.stored.as_ref().and_then(|stored| stored.demand),
            next_published: next.and_then(|next| self.sightings.since(&next.certificate)),
            now,
        };
        let terms = self.terms.covering(&view.published);
        let step = plan::next(seen, &terms);
        let version = view.stored.as_ref().map(|stored| stored.version().to_owned()).unwrap_or_default();
        if step == Step::Rest || self.awaits_sight(&version) {
            return Ok(());
        }
        let taken = steps::taken(step, keyring, &view.published, now, &terms)?;
        let saved = self.store.save(view.stored.as_ref(), &taken).await;
        self.metrics.rotated(step.name(), matches!(saved, Ok(true)));
        if saved? {
            self.written_over = Some((version, Instant::now()));
            info!(step = step.name(), "certificates changed");
        }
        Ok(())
    }

    /// The watch still shows what we have just written over.
    fn awaits_sight(&self, version: &str) -> bool {
        self.written_over.as_ref().is_some_and(|(old, at)| old == version && at.elapsed() < PENANCE)
    }

    /// Writes the `caBundle` of every webhook that has another.
    async fn publish(&self, view: &View) -> Result<()> {
        let Some(keyring) = view.stored.as_ref().and_then(|stored| stored.keyring.as_ref()) else {
            return Ok(());
        };
        let bundle = keyring.bundle();
        for (named, entries) in &view.published.0 {
            let Some(operations) = operations(entries, &bundle) else { continue };
            let written = self.patch(named, operations).await;
            self.metrics.rotated("publish", matches!(written, Ok(true)));
            let ours = written.with_context(|| format!("cannot write the caBundle of {named}"))?;
            let outcome = if ours { "caBundle written" } else { "changed meanwhile; looking again" };
            info!(configuration = %named, outcome);
        }
        Ok(())
    }

    /// False when the configuration is no longer as it was seen.
    async fn patch(&self, named: &Named, operations: Value) -> Result<bool> {
        let patch = Patch::Json::<()>(serde_json::from_value(operations)?);
        let parameters = PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
        let (client, name) = (self.client.clone(), &named.name);
        let written = match named.kind {
            Kind::Validating => {
                let api = Api::<ValidatingWebhookConfiguration>::all(client);
                api.patch(name, &parameters, &patch).await.map(drop)
            }
            Kind::Mutating => {
                let api = Api::<MutatingWebhookConfiguration>::all(client);
                api.patch(name, &parameters, &patch).await.map(drop)
            }
        };
        match written {
            Ok(()) => Ok(true),
            Err(kube::Error::Api(status)) if matches!(status.code, 409 | 422) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Counts what fails, what cannot be seen included, says it when it begins to, and waits a little.
    fn note(&mut self, worked: Result<()>, view: &View) {
        let problem = worked.err().map(|error| format!("{error:#}"));
        let problem = problem.or_else(|| view.problems.values().next().cloned());
        if let Some(problem) = &problem {
            self.metrics.rotated("turn", false);
            self.pause_until = Instant::now() + PENANCE;
            if self.problem.as_ref() != Some(problem) {
                warn!(error = problem, "certificates cannot be kept");
            }
        }
        self.problem = problem;
    }
}

/// The pod's name, and what tells this process from one that ran under the name before.
fn identity() -> String {
    let name = std::env::var("HOSTNAME").unwrap_or_else(|_| "policyctl-webhook".to_owned());
    let started = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("{name}_{}_{:x}", std::process::id(), started.as_nanos())
}
