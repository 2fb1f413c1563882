//! The binary under test, started as an operator would start it outside a cluster.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::certificates::{Authority, Pair};
use crate::cluster::{CALLER, free_port};
use crate::process::Running;
use crate::wait::until;

/// The group that may lower a namespace's mode.
pub(crate) const PLATFORM: &str = "platform";

/// The policy that most checks run under.
const POLICY: &str = include_str!("../policy.yaml");

/// How a webhook is started; the same again after it was killed.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The program under test.
    pub(crate) program: PathBuf,
    kubeconfig: PathBuf,
    serving: Pair,
    authority: PathBuf,
    /// The policy file, which checks may rewrite.
    policy: PathBuf,
    /// Where logs go.
    pub(crate) folder: PathBuf,
    /// Where the API server reaches it.
    pub(crate) admission: SocketAddr,
    health: SocketAddr,
}

/// A running webhook.
pub(crate) struct Webhook {
    pub(crate) plan: Plan,
    running: Running,
}

impl Plan {
    /// Chooses ports and writes the policy file.
    pub(crate) fn new(
        program: &Path,
        kubeconfig: PathBuf,
        authority: &Authority,
        folder: &Path,
    ) -> Result<Self> {
        let policy = folder.join("policy.yaml");
        std::fs::write(&policy, POLICY)?;
        Ok(Self {
            program: program.to_owned(),
            kubeconfig,
            serving: authority.local_server("webhook")?,
            authority: authority.path(),
            policy,
            folder: folder.to_owned(),
            admission: local_address()?,
            health: local_address()?,
        })
    }

    /// The same webhook at another address, with another certificate.
    pub(crate) fn elsewhere(&self, admission: SocketAddr, serving: Pair) -> Result<Self> {
        Ok(Self { serving, admission, health: local_address()?, ..self.clone() })
    }

    /// Starts the webhook and waits until it is ready.
    pub(crate) async fn start(self) -> Result<Webhook> {
        let running = Running::start("policyctl-webhook", &self.program, self.arguments(), &self.folder)?;
        let mut webhook = Webhook { plan: self, running };
        webhook.ready().await?;
        Ok(webhook)
    }

    fn arguments(&self) -> Vec<String> {
        let path = |path: &Path| path.display().to_string();
        let pairs = [
            ("--kubeconfig", path(&self.kubeconfig)),
            ("--policy", path(&self.policy)),
            ("--tls", "files".to_owned()),
            ("--tls-cert", path(&self.serving.certificate)),
            ("--tls-key", path(&self.serving.key)),
            ("--client-ca", path(&self.authority)),
            ("--client-names", CALLER.to_owned()),
            ("--listen", self.admission.to_string()),
            ("--metrics-listen", self.health.to_string()),
            ("--reload-interval", "1".to_owned()),
            ("--connection-age", "1".to_owned()),
            // Service accounts are made a moment before their pods here, also on a machine under load.
            ("--lookup-budget", "800".to_owned()),
            ("--read-object-keys", "true".to_owned()),
            ("--guard-groups", PLATFORM.to_owned()),
            ("--log", "info".to_owned()),
        ];
        std::iter::once("serve".to_owned())
            .chain(pairs.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]))
            .collect()
    }
}

impl Webhook {
    /// The text at a path of the health port, whatever the status.
    pub(crate) async fn health(&self, path: &str) -> Result<(u16, String)> {
        health(self.plan.health, path).await
    }

    /// Its log lines so far.
    pub(crate) fn log(&self) -> Result<String> {
        self.running.printed()
    }

    /// Replaces the policy file.
    pub(crate) fn write_policy(&self, text: &str) -> Result<()> {
        std::fs::write(&self.plan.policy, text).context("cannot write the policy")
    }

    /// Puts the first policy back.
    pub(crate) fn restore_policy(&self) -> Result<()> {
        self.write_policy(POLICY)
    }

    /// Halts it: connections open and nobody answers.
    pub(crate) async fn halt(&self) -> Result<()> {
        self.running.signal("STOP").await
    }

    /// Lets it go on after a halt.
    pub(crate) async fn resume(&self) -> Result<()> {
        self.running.signal("CONT").await
    }

    /// Ends it at once, without a word.
    pub(crate) async fn kill(mut self) -> Result<Plan> {
        self.running.end().await?;
        Ok(self.plan)
    }

    async fn ready(&mut self) -> Result<()> {
        until("the webhook is ready", async || {
            self.running.still_running()?;
            Ok(self.health("/readyz").await.is_ok_and(|(code, _)| code == 200))
        })
        .await
    }
}

/// A free port of this machine alone.
pub(crate) fn local_address() -> Result<SocketAddr> {
    Ok(SocketAddr::from(([127, 0, 0, 1], free_port()?)))
}

/// The text at a path of a health port, whatever the status.
pub(crate) async fn health(address: SocketAddr, path: &str) -> Result<(u16, String)> {
    answer(address, Request::get(path).header("host", "localhost").body(Body::empty())?).await
}

/// The status of a plain HTTP server's answer, and its text.
pub(crate) async fn answer(address: SocketAddr, request: Request<Body>) -> Result<(u16, String)> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let code = response.status().as_u16();
    let text = response.into_body().collect().await?.to_bytes();
    drop(sender);
    connection.abort();
    Ok((code, String::from_utf8_lossy(&text).into_owned()))
}

/// The policy that most checks run under, with more lines in its `spec`.
pub(crate) fn policy_with(lines: &str) -> String {
    format!("{POLICY}{lines}")
}
