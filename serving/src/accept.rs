//! The accept loop: bounded connections, timed handshakes, an age limit, and an end without lost requests.
//!
//! An idle HTTP/1.1 connection cannot be closed without a chance that a request is on its way. So the end has
//! two phases: while [`Phase::Leaving`], every answer says that its connection closes, and callers go elsewhere
//! of their own accord; at [`Phase::Ended`] what is left is closed.
//!
//! Written by hand because the API server keeps HTTP/1.1 connections to a terminating pod open until we
//! close them, and because a server that leaves Nagle's algorithm on adds 40 ms to HTTP/2 answers.

use std::convert::Infallible;
use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, Version};
use hyper::body::{Body, Incoming};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tracing::{debug, warn};

use crate::clients;
use crate::handshakes::{Handshakes, Lack};
use crate::reload::Reloaded;

/// How far a server's life has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It takes connections and keeps them.
    Serving,
    /// It takes connections and lets each go after its next answer.
    Leaving,
    /// It takes no more.
    Ended,
}

/// Bounds on what callers' connections may use up.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections held at a time.
    pub connections: usize,
    /// For a handshake and for headers.
    pub read: Duration,
    /// Age at which a connection is closed.
    pub age: Duration,
    /// For requests in flight once told to end.
    pub drain: Duration,
}

/// What a server needs to know.
pub struct Server<S> {
    /// What answers. A caller with a certificate is a [`Caller`] among its requests' extensions.
    pub service: S,
    /// TLS; plain HTTP without it.
    pub tls: Option<Arc<Reloaded<ServerConfig>>>,
    /// Names that callers' certificates may carry.
    pub client_names: Arc<[String]>,
    /// Bounds on callers.
    pub bounds: Bounds,
    /// What is counted.
    pub handshakes: Handshakes,
}

/// The first name of a caller's certificate.
#[derive(Debug, Clone)]
pub struct Caller(pub Arc<str>);

/// What an answer's body must be.
pub trait Answer: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static {}

impl<B> Answer for B where B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static {}

/// What answers requests.
pub trait Answers<B>:
    Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send + 'static>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<B, S> Answers<B> for S where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

impl<S> Server<S> {
    /// Serves until the phase is [`Phase::Ended`], then closes connections in an orderly way.
    pub async fn serve<B>(self, listener: TcpListener, phase: watch::Receiver<Phase>)
    where
        S: Answers<B>,
        B: Answer,
    {
        let server = Arc::new(self);
        let mut end = phase.clone();
        let slots = Arc::new(Semaphore::new(server.bounds.connections));
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = reached(&mut end, Phase::Ended) => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
                            warn!("connection refused: too many are open");
                            continue;
                        };
                        let (server, phase) = (Arc::clone(&server), phase.clone());
                        connections.spawn(async move {
                            server.connection(stream, phase).await;
                            drop(slot);
                        });
                    }
                    Err(error) => {
                        warn!(%error, "cannot accept a connection");
                        sleep(Duration::from_millis(50)).await;
                    }
                },
            }
        }
        drop(listener);
        let drained =
            timeout(server.bounds.drain, async { while connections.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            warn!(left = connections.len(), "connections did not end in time");
        }
    }

    async fn connection<B>(&self, stream: TcpStream, phase: watch::Receiver<Phase>)
    where
        S: Answers<B>,
        B: Answer,
    {
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%error, "cannot switch Nagle's algorithm off");
        }
        let Some(tls) = &self.tls else { return self.talk(stream, None, false, phase).await };
        let handshake = TlsAcceptor::from(tls.get()).accept(stream);
        match timeout(self.bounds.read, handshake).await {
            Ok(Ok(stream)) if self.admits(&stream) => {
                let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let caller = caller(&stream);
                self.talk(stream, caller, http2, phase).await;
            }
            Ok(Ok(_)) => {
                self.handshakes.failed(Lack::Name);
                warn!("caller refused: its certificate carries no allowed name");
            }
            Ok(Err(error)) => {
                self.handshakes.failed(Lack::Agreement);
                debug!(%error, "handshake failed");
            }
            Err(_) => {
                self.handshakes.failed(Lack::Time);
                debug!("handshake took too long");
            }
        }
    }

    fn admits(&self, stream: &TlsStream) -> bool {
        clients::is_named(certificate(stream), &self.client_names)
    }

    async fn talk<B>(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
        caller: Option<Caller>,
        http2: bool,
        mut phase: watch::Receiver<Phase>,
    ) where
        S: Answers<B>,
        B: Answer,
    {
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(self.bounds.read);
        builder.http2().timer(TokioTimer::new()).max_concurrent_streams(250);
        let leaving = Arc::new(AtomicBool::new(false));
        let service = answering(self.service.clone(), caller, Arc::clone(&leaving));
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            result = connection.as_mut() => return ended(result),
            () = sleep(self.bounds.age + jitter()) => {}
            () = reached(&mut phase, Phase::Leaving) => {}
        }
        if !http2 {
            leaving.store(true, Ordering::Release);
            tokio::select! {
                result = connection.as_mut() => return ended(result),
                () = sleep(self.bounds.age) => {}
                () = reached(&mut phase, Phase::Ended) => {}
            }
        }
        connection.as_mut().graceful_shutdown();
        ended(connection.await);
    }
}

type TlsStream = tokio_rustls::server::TlsStream<TcpStream>;

fn certificate(stream: &TlsStream) -> Option<&rustls::pki_types::CertificateDer<'static>> {
    stream.get_ref().1.peer_certificates()?.first()
}

fn caller(stream: &TlsStream) -> Option<Caller> {
    let name = clients::names_of(certificate(stream)).into_iter().next()?;
    Some(Caller(name.into()))
}

/// The service; its answers close the connection once that is leaving.
fn answering<B: Answer>(
    service: impl Answers<B>,
    caller: Option<Caller>,
    leaving: Arc<AtomicBool>,
) -> impl Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send + 'static> {
    service_fn(move |mut request: Request<Incoming>| {
        if let Some(caller) = &caller {
            request.extensions_mut().insert(caller.clone());
        }
        let (answer, leaving) = (service.call(request), Arc::clone(&leaving));
        async move {
            let mut response = answer.await?;
            if leaving.load(Ordering::Acquire) && response.version() < Version::HTTP_2 {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response)
        }
    })
}

/// Waits for a phase, or for whoever announces phases to be gone.
async fn reached(phase: &mut watch::Receiver<Phase>, wanted: Phase) {
    drop(phase.wait_for(|phase| *phase >= wanted).await);
}

fn ended(result: Result<(), Box<dyn Error + Send + Sync>>) {
    if let Err(error) = result {
        debug!(%error, "connection ended with an error");
    }
}

/// Up to a tenth of a second from the clock's low bits: connections that began together do not end together.
fn jitter() -> Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(u64::from(now.subsec_nanos() % 10_000) / 100)
}
