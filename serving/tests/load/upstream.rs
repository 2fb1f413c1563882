//! What stands for the ECS API behind a gateway.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The operation that is not answered before it may be.
pub(crate) const SLOW: &str = "ListServices";

/// Answers everything, and [`SLOW`] when it is told to.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    /// The slow request has come.
    pub(crate) came: Arc<Notify>,
    /// It may be answered.
    pub(crate) go: Arc<Notify>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let upstream = Self { address, came: Arc::default(), go: Arc::default() };
        let serving = upstream.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().talk(stream));
            }
        });
        upstream
    }

    async fn talk(self, stream: TcpStream) {
        let service = service_fn(|request| self.answer(request));
        // Whoever calls ends the connection.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        body.collect().await.unwrap();
        if head.headers["x-amz-target"].to_str().unwrap().ends_with(SLOW) {
            self.came.notify_one();
            self.go.notified().await;
        }
        Ok(Response::new(Full::from("{}")))
    }
}
