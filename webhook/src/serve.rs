//! `policyctl-webhook serve`: brings the parts up, keeps files fresh, and ends without losing a request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use axum::Router;
use hyper_util::service::TowerToHyperService;
use kube::Client;
use policyctl_policies::policy::Policy;
use policyctl_serving::handshakes::Handshakes;
use policyctl_serving::policy::{InForce, today};
use policyctl_serving::reload::Reloaded;
use policyctl_serving::signals::told_to_end;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::info;

use crate::admission::Admission;
use crate::certificates::{self, Keeper, Standing};
use crate::cluster::{self, Cluster, Seen};
use crate::connect::connect;
use crate::events::Events;
use crate::metrics::Metrics;
use crate::server::accept::{Phase, Server};
use crate::server::certificate::{self, Files, Serving};
use crate::server::clients;
use crate::server::routes::{self, Admitting, Health};
use crate::settings::{CertificateSource, Settings};

/// A server of routes.
type Routed = Server<TowerToHyperService<Router>>;

/// What is shared between the servers and what keeps files fresh.
struct Shared {
    policy: Arc<InForce>,
    serving: Arc<Serving>,
    tls: Arc<Reloaded<ServerConfig>>,
    files: Option<Arc<Files>>,
    standing: Arc<Standing>,
    metrics: Arc<Metrics>,
    ending: Arc<AtomicBool>,
}

impl Shared {
    fn new(settings: &Settings) -> Result<Self> {
        let managed = matches!(settings.tls.certificate, CertificateSource::Managed(_));
        let (serving, files) = certificate::first(&settings.tls.certificate)?;
        let serving = Arc::new(serving);
        Ok(Self {
            policy: Arc::new(policy(settings)?),
            tls: Arc::new(clients::server_config(settings.tls.demands(), Arc::clone(&serving))?),
            serving,
            files: files.map(Arc::new),
            standing: Arc::new(Standing::new(managed)),
            metrics: Arc::default(),
            ending: Arc::default(),
        })
    }
}

/// Serves until SIGTERM or SIGINT.
pub async fn run(settings: Settings) -> Result<()> {
    let shared = Shared::new(&settings)?;
    let client = connect(&settings.cluster).await?;
    let admission = Arc::new(admission(&settings, &shared, client.clone()));
    let (phase, ended) = watch::channel(Phase::Serving);
    let server = admission_server(&settings, &shared, &admission);
    let (listening, admitting) = listen(server, settings.listen, ended.clone()).await?;
    let server = health_server(&settings, &shared, admission);
    let (metrics, health) = listen(server, settings.metrics_listen, ended.clone()).await?;
    keep_fresh(&settings, &shared);
    let keeping = client.map(|client| keep_certificate(&settings, &shared, client, ended));
    info!(listen = %listening, %metrics, "serving");
    told_to_end().await?;
    shared.ending.store(true, Ordering::Release);
    phase.send_replace(Phase::Leaving);
    info!(seconds = settings.shutdown_delay.as_secs(), "told to end: not ready, serving on");
    sleep(settings.shutdown_delay).await;
    phase.send_replace(Phase::Ended);
    if let Some(keeping) = keeping {
        keeping.await.context("keeping the certificate broke down")?;
    }
    admitting.await.context("the admission server broke down")?;
    health.await.context("the health server broke down")
}

fn policy(settings: &Settings) -> Result<InForce> {
    settings.policy.clone().map_or_else(|| Ok(Policy::default().into()), InForce::read)
}

fn admission(settings: &Settings, shared: &Shared, client: Option<Client>) -> Admission {
    Admission {
        policy: Arc::clone(&shared.policy),
        events: events(settings, shared, client.clone()),
        cluster: watched(settings, client),
        metrics: Arc::clone(&shared.metrics),
        guard_groups: settings.guard_groups.clone(),
        workloads: settings.workloads,
        today,
    }
}

fn events(settings: &Settings, shared: &Shared, client: Option<Client>) -> Events {
    let metrics = Arc::clone(&shared.metrics);
    match client.filter(|_| settings.events) {
        Some(client) => Events::through(client, metrics),
        None => Events::off(metrics),
    }
}

fn watched(settings: &Settings, client: Option<Client>) -> Cluster {
    let seen = Arc::new(Seen::default());
    let Some(client) = client else { return Cluster::offline(seen) };
    cluster::start(&client, &seen);
    Cluster::new(seen, client, settings.lookup_budget, settings.read_object_keys)
}

/// Looks after what is served, or only at whether it is trusted.
fn keep_certificate(
    settings: &Settings,
    shared: &Shared,
    client: Client,
    phase: watch::Receiver<Phase>,
) -> JoinHandle<()> {
    let (serving, standing) = (Arc::clone(&shared.serving), Arc::clone(&shared.standing));
    let configurations = &settings.tls.configurations;
    match &settings.tls.certificate {
        CertificateSource::Managed(managed) => {
            let ours = (serving, standing, Arc::clone(&shared.metrics));
            tokio::spawn(Keeper::new(client, managed, configurations, ours).run(phase))
        }
        CertificateSource::Files { .. } | CertificateSource::SelfSigned(_) => {
            tokio::spawn(certificates::observe(client, configurations.clone(), serving, standing, phase))
        }
    }
}

fn admission_server(settings: &Settings, shared: &Shared, admission: &Arc<Admission>) -> Routed {
    let admitting = Admitting {
        admission: Arc::clone(admission),
        slots: Semaphore::new(settings.bounds.requests),
        bounds: settings.bounds,
    };
    Server {
        service: TowerToHyperService::new(routes::admission(Arc::new(admitting))),
        tls: Some(Arc::clone(&shared.tls)),
        client_names: settings.tls.client_names.clone().into(),
        bounds: settings.bounds.connections(settings.drain),
        handshakes: shared.metrics.handshakes.clone(),
    }
}

fn health_server(settings: &Settings, shared: &Shared, admission: Arc<Admission>) -> Routed {
    let health = Health {
        admission,
        serving: Some(Arc::clone(&shared.serving)),
        standing: Arc::clone(&shared.standing),
        ending: Arc::clone(&shared.ending),
    };
    Server {
        service: TowerToHyperService::new(routes::health(Arc::new(health))),
        tls: None,
        client_names: Arc::default(),
        bounds: settings.bounds.connections(settings.drain),
        handshakes: Handshakes::default(),
    }
}

/// Gives the address too: of port 0 the system makes a free one.
async fn listen(
    server: Routed,
    address: SocketAddr,
    phase: watch::Receiver<Phase>,
) -> Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    Ok((address, tokio::spawn(server.serve(listener, phase))))
}

/// Looks at the policy and the certificate again and again; what is broken leaves the old one in force.
fn keep_fresh(settings: &Settings, shared: &Shared) {
    let interval = settings.reload_interval;
    let (policy, metrics) = (Arc::clone(&shared.policy), Arc::clone(&shared.metrics));
    let (serving, files) = (Arc::clone(&shared.serving), shared.files.clone());
    let tls = Arc::clone(&shared.tls);
    tokio::spawn(async move {
        loop {
            sleep(interval).await;
            let certificate = files.as_ref().and_then(|files| files.renew(&serving));
            let all = [("policy", policy.renew()), ("certificate", certificate), ("client-ca", tls.renew())];
            for (file, ok) in all.into_iter().filter_map(|(file, renewed)| Some((file, renewed?))) {
                metrics.renewals.note(file, ok);
            }
        }
    });
}
