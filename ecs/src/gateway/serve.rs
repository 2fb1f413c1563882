//! Serving: TLS, health, files that are kept fresh, and an end that loses no request.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use hyper::service::service_fn;
use policyctl_serving::accept::{self, Phase, Server};
use policyctl_serving::certificate::{Files, Serving};
use policyctl_serving::clients::{Demands, server_config};
use policyctl_serving::reload::Watched;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::{info, warn};

use super::health::Health;
use super::settings::Settings;
use super::{Callers, Error, Gateway};

/// A gateway that holds its addresses.
pub struct Listening {
    gateway: Arc<Gateway>,
    listener: TcpListener,
    health: Option<TcpListener>,
    tls: Option<Tls>,
}

/// The certificate that is served, and its files.
#[derive(Clone)]
struct Served {
    serving: Arc<Serving>,
    files: Arc<Files>,
}

/// What TLS needs.
struct Tls {
    served: Served,
    config: Arc<ServerConfig>,
}

impl Gateway {
    /// Takes its addresses: one of this machine alone, where anyone may call. Within a runtime.
    pub fn listen(self) -> Result<Listening, Error> {
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
    let served = Served { serving: Arc::new(Serving::new(first)), files: Arc::new(files) };
    // HTTP/1.1 alone: a signature covers the Host header, which HTTP/2 has not.
    let demands = Demands {
        tls13_only: settings.tls13_only,
        client_ca: settings.client_ca.clone(),
        protocols: &["http/1.1"],
    };
    let config = server_config(&demands, &served.serving).map_err(Error::Tls)?;
    Ok(Some(Tls { served, config: Arc::new(config) }))
}

/// The callers that the settings name.
pub(super) fn callers(settings: &Settings) -> Result<Option<ArcSwap<Callers>>, Error> {
    let Some(file) = &settings.callers else { return Ok(None) };
    let wrong = |reason: &dyn ToString| Error::Callers(file.clone(), reason.to_string());
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error.kind()))?;
    let callers = Callers::read(&text).map_err(|error| wrong(&error))?;
    Ok(Some(ArcSwap::from_pointee(callers)))
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
        let served = tls.as_ref().map(|tls| tls.served.clone());
        let told = Arc::new(Health {
            gateway: Arc::clone(&gateway),
            serving: served.as_ref().map(|served| Arc::clone(&served.serving)),
            ending: AtomicBool::new(false),
        });
        let (phase, phases) = watch::channel(Phase::Serving);
        let mut servers = JoinSet::new();
        servers.spawn(front(&gateway, tls.map(|tls| tls.config), listener, phases.clone()));
        if let Some(listener) = health {
            servers.spawn(beside(&told, listener, phases));
        }
        let mut fresh = JoinSet::new();
        fresh.spawn(keep_fresh(Arc::clone(&gateway), served));
        end.await;
        told.ending.store(true, Ordering::Release);
        phase.send_replace(Phase::Leaving);
        sleep(gateway.settings.shutdown_delay).await;
        phase.send_replace(Phase::Ended);
        servers.join_all().await;
    }
}

fn front(
    gateway: &Arc<Gateway>,
    tls: Option<Arc<ServerConfig>>,
    listener: TcpListener,
    phases: watch::Receiver<Phase>,
) -> impl Future<Output = ()> + use<> {
    let settings = &gateway.settings;
    let (client_names, bounds) = (settings.client_names.clone().into(), connections(settings));
    let gateway = Arc::clone(gateway);
    let service = service_fn(move |request| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(gateway.answer(request).await) }
    });
    Server { service, tls, client_names, bounds }.serve(listener, phases)
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
    Server { service, tls: None, client_names: Arc::default(), bounds }.serve(listener, phases)
}

fn connections(settings: &Settings) -> accept::Bounds {
    let super::Bounds { connections, read, age, drain, .. } = settings.bounds;
    accept::Bounds { connections, read, age, drain }
}

/// Looks at files again and again; what is broken leaves what was there in force.
async fn keep_fresh(gateway: Arc<Gateway>, served: Option<Served>) {
    let settings = &gateway.settings;
    let mut issued = Watched::new(settings.callers.iter().cloned().collect());
    loop {
        sleep(settings.reload_interval).await;
        if let Some(ok) = gateway.policy.renew() {
            gateway.metrics.reloaded(ok);
        }
        if let Some(Served { serving, files }) = &served {
            files.renew(serving);
        }
        if issued.changed() {
            swap_callers(&gateway);
        }
    }
}

fn swap_callers(gateway: &Gateway) {
    match (callers(&gateway.settings), &gateway.callers) {
        (Ok(Some(fresh)), Some(current)) => {
            current.store(fresh.into_inner());
            info!("callers reloaded");
        }
        (Err(error), _) => warn!(%error, "the file of callers is broken; the callers before it stay"),
        _ => {}
    }
}
