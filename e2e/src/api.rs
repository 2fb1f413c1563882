//! The API server as raw JSON over HTTP: codes, warnings and statuses are what is under test.
//!
//! Connections to it are not. On a machine under load they do not always come about, or are cut: then what may be
//! asked twice is asked again, and that is said. An answer, whatever it is, is never asked for again.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use hyper_util::client::legacy;
use kube::client::Body;
use serde_json::Value;
use tokio::time::sleep;

use crate::runner::say;

/// How often a request is sent for which there is no connection.
const TRIES: u32 = 10;

const PAUSE: Duration = Duration::from_millis(200);

/// A caller of the API server.
#[derive(Clone)]
pub(crate) struct Api {
    client: kube::Client,
    impersonated: Option<(String, String)>,
}

/// What the API server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) code: u16,
    /// The texts of `Warning` headers, in order.
    pub(crate) warnings: Vec<String>,
    /// The object, or a `Status`.
    pub(crate) body: Value,
}

impl Answer {
    /// Whether it was done.
    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// The object; an error when there is none.
    pub(crate) fn object(self) -> Result<Value> {
        ensure!(self.is_ok(), "answered {}: {}", self.code, self.message());
        Ok(self.body)
    }

    /// What a `Status` says.
    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// Fails unless it was refused with this code.
    pub(crate) fn refused(self, code: u16) -> Result<Self> {
        ensure!(self.code == code, "answered {} instead of {code}: {}", self.code, self.body);
        Ok(self)
    }

    /// Whether a warning starts like this.
    pub(crate) fn warns(&self, start: &str) -> bool {
        self.warnings.iter().any(|text| text.starts_with(start))
    }
}

impl Api {
    /// Calls with a client's own identity.
    pub(crate) fn new(client: kube::Client) -> Self {
        Self { client, impersonated: None }
    }

    /// The same, as someone else.
    pub(crate) fn impersonating(&self, user: &str, group: &str) -> Self {
        Self { client: self.client.clone(), impersonated: Some((user.to_owned(), group.to_owned())) }
    }

    /// Whether the API server says that it is ready. Asked once: it may not be there yet.
    pub(crate) async fn is_ready(&self) -> Result<bool> {
        let answer = self.exchange(self.request(&Method::GET, "/readyz", "", b"")?).await;
        Ok(answer.is_ok_and(|answer| answer.is_ok()))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, "", Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, object: &Value) -> Result<Answer> {
        self.send(Method::POST, path, "application/json", serde_json::to_vec(object)?).await
    }

    /// A merge patch.
    pub(crate) async fn patch(&self, path: &str, changes: &Value) -> Result<Answer> {
        self.send(Method::PATCH, path, "application/merge-patch+json", serde_json::to_vec(changes)?).await
    }

    pub(crate) async fn put(&self, path: &str, object: &Value) -> Result<Answer> {
        self.send(Method::PUT, path, "application/json", serde_json::to_vec(object)?).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Answer> {
        self.send(Method::DELETE, path, "", Vec::new()).await
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Result<Answer> {
        let changes_nothing = method == Method::GET || path.ends_with("dryRun=All");
        for _ in 1..TRIES {
            match self.exchange(self.request(&method, path, kind, &body)?).await {
                Err(error) if changes_nothing || never_sent(&error) => {
                    say(&format!("   {method} {path} again: {error:#}"))?;
                    sleep(PAUSE).await;
                }
                ended => return ended,
            }
        }
        self.exchange(self.request(&method, path, kind, &body)?).await
    }

    fn request(&self, method: &Method, path: &str, kind: &str, body: &[u8]) -> Result<Request<Body>> {
        let mut request = Request::builder().method(method).uri(path).header("accept", "application/json");
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        if let Some((user, group)) = &self.impersonated {
            request = request.header("impersonate-user", user).header("impersonate-group", group);
        }
        Ok(request.body(Body::from(body.to_vec()))?)
    }

    /// Fails only when the connection does.
    async fn exchange(&self, request: Request<Body>) -> Result<Answer> {
        let response = self.client.send(request).await?;
        let (code, warnings) = (response.status().as_u16(), warnings(response.headers()));
        let text = response.into_body().collect().await?.to_bytes();
        let body = serde_json::from_slice(&text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&text).into_owned()));
        Ok(Answer { code, warnings, body })
    }
}

/// No connection came about.
fn never_sent(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref().is_some_and(legacy::Error::is_connect))
}

/// The texts of `Warning: 299 - "text"` headers. Source: RFC 9111, section 5.5.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let values =
        headers.get_all("warning").iter().filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
    values.filter_map(|value| quoted(value).ok()).collect()
}

fn quoted(value: &str) -> Result<String> {
    let text =
        value.split_once('"').and_then(|(_, rest)| rest.strip_suffix('"')).context("no quoted text")?;
    Ok(text.replace("\\\"", "\"").replace("\\\\", "\\"))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::body;
    use axum::response::Response;
    use hyper::server::conn::http1;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    use serde_json::json;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::certificates::Authority;
    use crate::kubeconfig;

    /// What becomes of a connection.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Fate {
        CutAtOnce,
        CutOnceAsked,
        Answered,
    }
    use Fate::{Answered, CutAtOnce, CutOnceAsked};

    /// Asks a server of connections of these fates. Gives what was answered, and how often the server was asked.
    async fn asked(
        fates: &'static [Fate],
        ask: impl AsyncFnOnce(&Api) -> Result<Answer>,
    ) -> Result<(Result<Answer>, u32)> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        let authority = Authority::new(folder.path())?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let api = caller(listener.local_addr()?, &authority, folder.path()).await?;
        let times = Arc::<AtomicU32>::default();
        let tls = authority.local_server("server")?.acceptor()?;
        let serving = tokio::spawn(serve(listener, tls, fates, Arc::clone(&times)));
        let answer = ask(&api).await;
        serving.abort();
        Ok((answer, times.load(Ordering::Relaxed)))
    }

    async fn caller(server: SocketAddr, authority: &Authority, folder: &std::path::Path) -> Result<Api> {
        let user = authority.user("user", "e2e")?;
        let kubeconfig = kubeconfig::write("user", &format!("https://{server}"), authority, &user, folder)?;
        Ok(Api::new(kubeconfig::client(&kubeconfig).await?))
    }

    async fn serve(
        listener: TcpListener,
        tls: TlsAcceptor,
        fates: &[Fate],
        times: Arc<AtomicU32>,
    ) -> Result<()> {
        for fate in fates {
            let (stream, _) = listener.accept().await?;
            if *fate != CutAtOnce {
                talk(tls.accept(stream).await?, *fate, &times).await;
            }
        }
        Ok(())
    }

    async fn talk(stream: tokio_rustls::server::TlsStream<TcpStream>, fate: Fate, times: &AtomicU32) {
        let service = service_fn(async |_| {
            times.fetch_add(1, Ordering::Relaxed);
            let answer =
                Response::builder().status(201).header("connection", "close").body(body::Body::from("{}"));
            // Without an answer the connection is closed.
            if fate == Answered { answer.map_err(anyhow::Error::from) } else { anyhow::bail!("cut") }
        });
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    #[tokio::test]
    async fn a_change_for_which_there_was_no_connection_is_asked_for_again() -> Result<()> {
        let change = async |api: &Api| api.post("/api/v1/namespaces", &json!({})).await;
        let (answer, times) = asked(&[CutAtOnce, CutAtOnce, Answered], change).await?;
        assert_eq!((answer?.code, times), (201, 1));
        Ok(())
    }

    #[tokio::test]
    async fn a_change_that_may_have_been_made_is_not_asked_for_again() -> Result<()> {
        let change = async |api: &Api| api.post("/api/v1/namespaces", &json!({})).await;
        let (answer, times) = asked(&[CutOnceAsked, Answered], change).await?;
        assert!(answer.is_err());
        assert_eq!(times, 1);
        Ok(())
    }

    #[tokio::test]
    async fn what_changes_nothing_is_asked_again_when_no_answer_came() -> Result<()> {
        let look = async |api: &Api| api.get("/api/v1/nodes").await;
        let (answer, times) = asked(&[CutOnceAsked, Answered], look).await?;
        assert_eq!((answer?.code, times), (201, 2));
        let dry_run = async |api: &Api| api.post("/api/v1/namespaces?dryRun=All", &json!({})).await;
        let (answer, times) = asked(&[CutOnceAsked, Answered], dry_run).await?;
        assert_eq!((answer?.code, times), (201, 2));
        Ok(())
    }
}
