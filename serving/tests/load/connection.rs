//! One connection that is kept.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::{http1, http2};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

/// One keep-alive connection.
pub(crate) struct Client(Sender);

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Client {
    /// Speaks HTTP/1.1 over a connection.
    pub(crate) async fn over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self(Sender::Http1(sender)))
    }

    /// Speaks HTTP/2 over a connection.
    pub(crate) async fn over_http2(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .map_err(std::io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self(Sender::Http2(sender)))
    }

    /// Posts a body, and gives the status and the answer.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        kind: &str,
        body: impl Into<Bytes>,
    ) -> Result<(StatusCode, Bytes), hyper::Error> {
        let origin = if matches!(self.0, Sender::Http2(_)) { "https://localhost" } else { "" };
        let request = Request::post(format!("{origin}{path}"))
            .header("host", "localhost")
            .header("content-type", kind)
            .body(Full::new(body.into()))
            .unwrap();
        self.send(request).await
    }

    /// Sends a request, and gives the status and the answer.
    pub(crate) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), hyper::Error> {
        let response = match &mut self.0 {
            Sender::Http1(sender) => sender.send_request(request).await?,
            Sender::Http2(sender) => sender.send_request(request).await?,
        };
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }

    /// The server keeps the connection.
    pub(crate) fn is_open(&self) -> bool {
        match &self.0 {
            Sender::Http1(sender) => !sender.is_closed(),
            Sender::Http2(sender) => !sender.is_closed(),
        }
    }
}
