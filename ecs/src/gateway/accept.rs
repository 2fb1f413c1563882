//! The accept loop: bounded connections, timed heads, and an end that lets requests finish.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use super::Gateway;

pub(super) async fn serve(listener: TcpListener, gateway: Arc<Gateway>, end: impl Future<Output = ()>) {
    let bounds = gateway.bounds;
    let slots = Arc::new(Semaphore::new(bounds.connections));
    let connections = GracefulShutdown::new();
    let mut end = pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
                        warn!("connection refused: too many are open");
                        continue;
                    };
                    spawn(stream, slot, &gateway, &connections);
                }
                Err(error) => {
                    warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    if timeout(bounds.drain, connections.shutdown()).await.is_err() {
        warn!("connections did not end in time");
    }
}

fn spawn(
    stream: TcpStream,
    slot: OwnedSemaphorePermit,
    gateway: &Arc<Gateway>,
    connections: &GracefulShutdown,
) {
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "cannot switch Nagle's algorithm off");
    }
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(gateway.bounds.read);
    let gateway = Arc::clone(gateway);
    let service = service_fn(move |request| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(gateway.answer(request).await.into_http()) }
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            debug!(%error, "connection ended with an error");
        }
        drop(slot);
    });
}
