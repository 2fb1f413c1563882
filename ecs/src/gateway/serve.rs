//! Serving: TLS, health, files that are kept fresh, and an end that loses no request.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use hyper::service::service_fn;
use policyctl_serving::accept::{self, Phase, Server};
use policyctl_serving::certificate::{Files, Serving};
use policyctl_serving::clients::{Demands, server_config};
use policyctl_serving::handshakes::Handshakes;
use policyctl_serving::reload::Reloaded;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::info;

use super::health::Health;
use super::settings::Settings;
use super::{Callers, Error, Gateway, loops};

/// A gateway that holds its addresses.
pub struct Listening {
    gateway: Arc<Gateway>,
    listener: TcpListener,
    health: Option<TcpListener>,
    tls: Option<Tls>,
}

/// What TLS needs: the certificate that is served, its files, and whom to let in.
pub(super) struct Tls {
    pub(super) serving: Arc<Serving>,
    pub(super) files: Files,
    pub(super) config: Arc<Reloaded<ServerConfig>>,
}

impl Gateway {
    /// Takes its addresses: one of this machine alone, where anyone may call. Its upstreams may not be its own.
    pub async fn listen(self) -> Result<Listening, Error> {
        let address = self.settings.listen;
        if self.is_open() && !address.ip().is_loopback() {
            return Err(Error::Open(address));
        }
        let health = match self.settings.metrics_listen {
            Some(address) => Some(bind(address, self.settings.bounds.connections)?),
            None => None,
        };
        let tls = tls(&self.settings)?;
        let listener = bind(address, self.settings.bounds.connections)?;
        let own = listener.local_addr().map_err(|error| Error::Listen(address, error))?;
        for endpoint in self.places.endpoints() {
            if loops::leads_to(endpoint, own).await {
                return Err(Error::Loop(endpoint.to_string()));
            }
        }
        Ok(Listening { listener, health, tls, gateway: Arc::new(self) })
    }
}

/// A queue as long as all connections: in the library's own of 128, callers that come together wait a second for
/// their first packet to be sent again.
fn bind(address: SocketAddr, connections: usize) -> Result<TcpListener, Error> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(!cfg!(windows))?;
        socket.bind(address)?;
        socket.listen(u32::try_from(connections).unwrap_or(u32::MAX))
    };
    listen().map_err(|error| Error::Listen(address, error))
}

fn tls(settings: &Settings) -> Result<Option<Tls>, Error> {
    let Some((cert, key)) = &settings.certificate else { return Ok(None) };
    let (files, first) = Files::read(cert.clone(), key.clone()).map_err(Error::Tls)?;
    let serving = Arc::new(Serving::new(first));
    // HTTP/1.1 alone: a signature covers the Host header, which HTTP/2 has not.
    let demands = Demands {
        tls13_only: settings.tls13_only,
        client_ca: settings.client_ca.clone(),
        protocols: &["http/1.1"],
    };
    let config = server_config(demands, Arc::clone(&serving)).map_err(Error::Tls)?;
    Ok(Some(Tls { serving, files, config: Arc::new(config) }))
}

/// The callers that the settings name.
pub(super) fn callers(settings: &Settings) -> Result<Option<Reloaded<Callers>>, Error> {
    let Some(file) = settings.callers.clone() else { return Ok(None) };
    let read = {
        let file = file.clone();
        move || {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            Callers::read(&text).with_context(|| format!("in {}", file.display()))
        }
    };
    Reloaded::from_files("list of callers", vec![file], read).map(Some).map_err(Error::Callers)
}

impl Listening {
    /// The endpoint, as clients call it.
    pub fn url(&self) -> Result<String, io::Error> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Ok(format!("{scheme}://{}", self.address()?))
    }

    /// The address that was taken.
    pub fn address(&self) -> Result<SocketAddr, io::Error> {
        self.listener.local_addr()
    }

    /// The address of health and metrics.
    pub fn health(&self) -> Option<SocketAddr> {
        self.health.as_ref()?.local_addr().ok()
    }

    /// Where requests go, region by region.
    pub fn upstreams(&self) -> Vec<String> {
        self.gateway.places.usual().map(|place| place.uri.to_string()).collect()
    }

    /// Serves until told to end, then lets requests under way finish.
    pub async fn serve(self, end: impl Future<Output = ()>) {
        let Self { gateway, listener, health, tls } = self;
        let config = tls.as_ref().map(|tls| Arc::clone(&tls.config));
        let told = Arc::new(Health { gateway: Arc::clone(&gateway), tls, ending: AtomicBool::new(false) });
        let (phase, phases) = watch::channel(Phase::Serving);
        let mut servers = JoinSet::new();
        servers.spawn(front(&gateway, config, listener, phases.clone()));
        if let Some(listener) = health {
            servers.spawn(beside(&told, listener, phases));
        }
        let mut fresh = JoinSet::new();
        fresh.spawn(keep_fresh(Arc::clone(&told)));
        end.await;
        told.ending.store(true, Ordering::Release);
        phase.send_replace(Phase::Leaving);
        let delay = gateway.settings.shutdown_delay;
        if !delay.is_zero() {
            info!(seconds = delay.as_secs(), "told to end: not ready, serving on");
            sleep(delay).await;
        }
        phase.send_replace(Phase::Ended);
        servers.join_all().await;
    }
}

fn front(
    gateway: &Arc<Gateway>,
    tls: Option<Arc<Reloaded<ServerConfig>>>,
    listener: TcpListener,
    phases: watch::Receiver<Phase>,
) -> impl Future<Output = ()> + use<> {
    let settings = &gateway.settings;
    let (client_names, bounds) = (settings.client_names.clone().into(), connections(settings));
    let handshakes = gateway.metrics.handshakes.clone();
    let gateway = Arc::clone(gateway);
    let service = service_fn(move |request| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(gateway.answer(request).await) }
    });
    Server { service, tls, client_names, bounds, handshakes }.serve(listener, phases)
}

fn beside(
    health: &Arc<Health>,
    listener: TcpListener,
    phases: watch::Receiver<Phase>,
) -> impl Future<Output = ()> + use<> {
    let bounds = connections(&health.gateway.settings);
    let health = Arc::clone(health);
    let service = service_fn(move |request| {
        let answer = health.answer(&request);
        async move { Ok::<_, Infallible>(answer) }
    });
    let (client_names, handshakes) = (Arc::default(), Handshakes::default());
    Server { service, tls: None, client_names, bounds, handshakes }.serve(listener, phases)
}

fn connections(settings: &Settings) -> accept::Bounds {
    let super::Bounds { connections, read, age, drain, .. } = settings.bounds;
    accept::Bounds { connections, read, age, drain }
}

/// Looks at files again and again; what is broken leaves what was there in force.
async fn keep_fresh(told: Arc<Health>) {
    loop {
        sleep(told.gateway.settings.reload_interval).await;
        for (file, ok) in told.renew() {
            told.gateway.metrics.renewals.note(file, ok);
        }
    }
}
