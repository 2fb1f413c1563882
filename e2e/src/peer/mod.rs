//! Other people's mutating webhooks, inside this process: one that injects as EKS's own does, before and after
//! ours in the order, and one that adds a container after ours.

mod eks;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::extract::{Path as Name, State};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::api::Api;
use crate::certificates::Authority;
use crate::objects::text;

/// Injects as EKS does, before ours.
pub(crate) const EKS_BEFORE: &str = "aa-eks";

/// Injects as EKS does, after ours.
pub(crate) const EKS_AFTER: &str = "zz-eks";

/// Adds a container, after ours.
pub(crate) const SIDECAR_AFTER: &str = "zz-sidecar";

/// All of them: names of configurations, values of the namespace label `peer`, and paths.
pub(crate) const NAMES: [&str; 3] = [EKS_BEFORE, EKS_AFTER, SIDECAR_AFTER];

/// The listening peer. Ends when dropped.
pub(crate) struct Peer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    called: Arc<Mutex<BTreeSet<String>>>,
    listening: JoinHandle<()>,
}

struct Shared {
    api: Api,
    called: Arc<Mutex<BTreeSet<String>>>,
}

impl Peer {
    /// Listens on loopback.
    pub(crate) async fn start(authority: &Authority, api: Api) -> Result<Self> {
        let tls = authority.local_server("peer")?.acceptor()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let called = Arc::default();
        let shared = Arc::new(Shared { api, called: Arc::clone(&called) });
        let router = Router::new().route("/{name}", post(review)).with_state(shared);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(tls.clone(), stream, router.clone()));
            }
        });
        Ok(Self { address, called, listening })
    }

    /// Whether a review has reached it under a name.
    pub(crate) fn was_called(&self, name: &str) -> bool {
        self.called.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn talk(tls: TlsAcceptor, stream: TcpStream, router: Router) {
    if let Ok(stream) = tls.accept(stream).await {
        let service = TowerToHyperService::new(router);
        // A caller that goes away is no concern of a stand-in.
        let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
    }
}

async fn review(
    State(shared): State<Arc<Shared>>,
    Name(name): Name<String>,
    Json(review): Json<Value>,
) -> Json<Value> {
    let request = &review["request"];
    let operations = if name == SIDECAR_AFTER {
        sidecar(&request["object"])
    } else {
        eks::operations(&shared.api, text(&request["namespace"]), &request["object"]).await
    };
    shared.called.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
    Json(json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "response": {
            "uid": request["uid"], "allowed": true, "patchType": "JSONPatch",
            "patch": STANDARD.encode(Value::Array(operations).to_string()),
        },
    }))
}

fn sidecar(pod: &Value) -> Vec<Value> {
    let containers = crate::objects::items(&pod["spec"]["containers"]);
    if containers.iter().any(|container| container["name"] == "sidecar") {
        return Vec::new();
    }
    let container = json!({"name": "sidecar", "image": "registry.example/acme/sidecar:1"});
    vec![json!({"op": "add", "path": "/spec/containers/-", "value": container})]
}
