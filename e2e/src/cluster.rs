//! A control plane: etcd and kube-apiserver.
//!
//! Without a controller manager nothing makes service accounts or deletes namespaces; the checks make what they need.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::api::Api;
use crate::certificates::{Authority, Pair};
use crate::kubeconfig;
use crate::process::Running;
use crate::wait::until;
use crate::webhook::answer;

/// Only pods, by their metadata: enough for the annotations that webhooks leave.
const AUDIT_POLICY: &str = r#"apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: Metadata, verbs: [create, update, patch], resources: [{group: "", resources: [pods]}]}
  - {level: None}
"#;

/// The name on the certificate that the API server shows to webhooks.
pub(crate) const CALLER: &str = "kube-apiserver-admission";

/// Where an API server listens, and what else it is told.
pub(crate) struct Shape {
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// The address that its callers use.
    pub(crate) reached_at: IpAddr,
    /// Names and addresses on its certificate.
    pub(crate) names: Vec<String>,
    /// The addresses of Services.
    pub(crate) services: &'static str,
    /// More arguments.
    pub(crate) arguments: Vec<String>,
}

impl Shape {
    /// Nobody but this machine's own processes call it.
    pub(crate) fn on_loopback() -> Result<Self> {
        let local = IpAddr::from(Ipv4Addr::LOCALHOST);
        Ok(Self {
            listen: SocketAddr::new(local, free_port()?),
            reached_at: local,
            names: vec![local.to_string()],
            services: "10.0.0.0/24",
            // A Service cannot point at loopback, and nobody asks for this one.
            arguments: vec!["--endpoint-reconciler-type=none".to_owned()],
        })
    }
}

/// How the API server is started; the same again after it was ended.
struct Invocation {
    program: PathBuf,
    arguments: Vec<String>,
}

/// A running control plane. Ends when dropped, the API server first.
pub(crate) struct Cluster {
    /// Calls as an administrator.
    pub(crate) api: Api,
    /// How an administrator reaches it.
    pub(crate) kubeconfig: PathBuf,
    address: String,
    folder: PathBuf,
    how: Invocation,
    server: Running,
    store: Running,
    store_address: SocketAddr,
}

impl Cluster {
    /// Starts both and waits until the API server is ready.
    pub(crate) async fn start(
        etcd: &Path,
        kube_apiserver: &Path,
        shape: Shape,
        authority: &Authority,
        folder: &Path,
    ) -> Result<Self> {
        let client_port = free_port()?;
        let store = start_store(etcd, client_port, folder)?;
        let address = format!("https://{}", SocketAddr::new(shape.reached_at, shape.listen.port()));
        let arguments = server_arguments(shape, client_port, authority, folder)?;
        let how = Invocation { program: kube_apiserver.to_owned(), arguments };
        let server = how.start(folder)?;
        let administrator = authority.user("admin", "system:masters")?;
        let kubeconfig = kubeconfig::write("admin", &address, authority, &administrator, folder)?;
        let api = Api::new(kubeconfig::client(&kubeconfig).await?);
        let folder = folder.to_owned();
        let store_address = SocketAddr::from(([127, 0, 0, 1], client_port));
        let mut cluster = Self { api, kubeconfig, address, folder, how, server, store, store_address };
        cluster.ready().await?;
        Ok(cluster)
    }

    /// How a user reaches it.
    pub(crate) fn kubeconfig_for(&self, user: &str, group: &str, authority: &Authority) -> Result<PathBuf> {
        kubeconfig::write(user, &self.address, authority, &authority.user(user, group)?, &self.folder)
    }

    /// The audit log so far, one event a line.
    pub(crate) fn audit_log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(audit_log(&self.folder))?)
    }

    /// The last event of a namespace's pods in the audit log.
    pub(crate) fn audited(&self, namespace: &str) -> Result<Value> {
        let log = self.audit_log()?;
        let mut events = log.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let event = events.find(|event| event["objectRef"]["namespace"] == namespace);
        event.with_context(|| format!("nothing of {namespace} is in the audit log"))
    }

    /// Ends the API server at once, starts it again, and waits until it is ready.
    pub(crate) async fn restart_server(&mut self) -> Result<()> {
        self.server.end().await?;
        self.server = self.how.start(&self.folder)?;
        self.ready().await
    }

    /// The same, but what has happened before is not told to those who watched: the store has moved on meanwhile.
    pub(crate) async fn restart_forgetful_server(&mut self) -> Result<()> {
        self.server.end().await?;
        let key = json!({"key": "cG9saWN5Y3Rs"}).to_string();
        let put = Request::post("/v3/kv/put").header("host", "localhost").body(Body::from(key))?;
        let (code, said) = answer(self.store_address, put).await?;
        ensure!(code == 200, "the store answered {code}: {said}");
        self.server = self.how.start(&self.folder)?;
        self.ready().await
    }

    /// Halts etcd: its connections are open and nobody answers.
    pub(crate) async fn halt_store(&self) -> Result<()> {
        self.store.signal("STOP").await
    }

    /// Lets etcd go on after a halt.
    pub(crate) async fn resume_store(&self) -> Result<()> {
        self.store.signal("CONT").await
    }

    /// Ends both.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.server.end().await?;
        self.store.end().await
    }

    async fn ready(&mut self) -> Result<()> {
        let (api, server, store) = (&self.api, &mut self.server, &mut self.store);
        until("the API server is ready", async || {
            store.still_running()?;
            server.still_running()?;
            api.is_ready().await
        })
        .await
    }
}

impl Invocation {
    fn start(&self, folder: &Path) -> Result<Running> {
        Running::start("kube-apiserver", &self.program, &self.arguments, folder)
    }
}

fn audit_log(folder: &Path) -> PathBuf {
    folder.join("audit.log")
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn start_store(etcd: &Path, client_port: u16, folder: &Path) -> Result<Running> {
    let clients = format!("http://127.0.0.1:{client_port}");
    let peers = format!("http://127.0.0.1:{}", free_port()?);
    let arguments = [
        format!("--data-dir={}", folder.join("etcd").display()),
        "--name=e2e".to_owned(),
        format!("--listen-client-urls={clients}"),
        format!("--advertise-client-urls={clients}"),
        format!("--listen-peer-urls={peers}"),
        format!("--initial-advertise-peer-urls={peers}"),
        format!("--initial-cluster=e2e={peers}"),
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
    ];
    Running::start("etcd", etcd, arguments, folder)
}

fn server_arguments(
    shape: Shape,
    etcd_port: u16,
    authority: &Authority,
    folder: &Path,
) -> Result<Vec<String>> {
    let serving = authority.server("kube-apiserver", shape.names)?;
    let (public, private) = authority.signing_keys()?;
    let audit_policy = folder.join("audit-policy.yaml");
    std::fs::write(&audit_policy, AUDIT_POLICY)?;
    let admission = write_admission(&authority.user(CALLER, "e2e")?, folder)?;
    let files = [
        ("admission-control-config-file", admission),
        ("client-ca-file", authority.path()),
        ("tls-cert-file", serving.certificate),
        ("tls-private-key-file", serving.key),
        ("service-account-key-file", public),
        ("service-account-signing-key-file", private),
        ("audit-policy-file", audit_policy),
        ("audit-log-path", audit_log(folder)),
    ];
    let texts = [
        format!("--bind-address={}", shape.listen.ip()),
        format!("--secure-port={}", shape.listen.port()),
        format!("--etcd-servers=http://127.0.0.1:{etcd_port}"),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        format!("--service-cluster-ip-range={}", shape.services),
        "--authorization-mode=RBAC,Node".to_owned(),
        "--audit-log-mode=blocking".to_owned(),
    ];
    let files = files.into_iter().map(|(flag, path)| format!("--{flag}={}", path.display()));
    Ok(files.chain(texts).chain(shape.arguments).collect())
}

/// How the API server identifies itself to every webhook.
///
/// Source: Kubernetes documentation, "Dynamic Admission Control", authenticate API servers.
fn write_admission(caller: &Pair, folder: &Path) -> Result<PathBuf> {
    let kubeconfig = folder.join("callers.kubeconfig");
    let user = json!({"client-certificate": caller.certificate, "client-key": caller.key});
    let config = json!({"apiVersion": "v1", "kind": "Config", "users": [{"name": "*", "user": user}]});
    std::fs::write(&kubeconfig, serde_json::to_vec_pretty(&config)?)?;
    let plugin = |name: &str| {
        let configuration = json!({
            "apiVersion": "apiserver.config.k8s.io/v1", "kind": "WebhookAdmissionConfiguration",
            "kubeConfigFile": kubeconfig,
        });
        json!({"name": name, "configuration": configuration})
    };
    let path = folder.join("admission.json");
    let admission = json!({
        "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration",
        "plugins": [plugin("ValidatingAdmissionWebhook"), plugin("MutatingAdmissionWebhook")],
    });
    std::fs::write(&path, serde_json::to_vec_pretty(&admission)?)?;
    Ok(path)
}
