//! What `cargo xtask load` measures: the admission server with a cluster of its own making, or, on the same
//! server, a handler that answers a constant, and one that first reads the pod as every examination must.
//!
//! `load constant PORT`, `load read PORT`, `load examine PORT`, `load body WHICH`;
//! `load alone WHICH [TIMES]` is the time of one answer without a network, for profiles. WHICH is a pod: `clean`; `denied`,
//! the same with a key; `unwired`, which has a key beside a role that nothing injected, so that each of its
//! containers is found as well; `injected`, which the role is injected into.

use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use hyper_util::service::TowerToHyperService;
use policyctl_policies::policy::{Day, Policy};
use policyctl_serving::handshakes::Handshakes;
use policyctl_webhook::admission::{Admission, Endpoint, Subject};
use policyctl_webhook::cluster::{Cluster, Kept, Seen};
use policyctl_webhook::events::Events;
use policyctl_webhook::review::{self, Review};
use policyctl_webhook::server::accept::{Phase, Server};
use policyctl_webhook::server::certificate::first;
use policyctl_webhook::server::clients::server_config;
use policyctl_webhook::server::routes::{self, Admitting};
use policyctl_webhook::settings::{Bounds, CertificateSource, Templates, Tls};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BOUNDS: Bounds = Bounds {
    requests: 256,
    connections: 1024,
    read_timeout: Duration::from_secs(5),
    connection_age: Duration::from_hours(1),
    body: 7 << 20,
};

const ROLE: &str = "arn:aws:iam::111122223333:role/checkout";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["body", which] => std::io::stdout().write_all(asked(which).to_string().as_bytes())?,
        ["constant", port] => serve(constant(|_| ()), port).await?,
        ["read", port] => serve(constant(read), port).await?,
        ["examine", port] => serve(examining(), port).await?,
        ["alone", which] => alone(which, 20_000).await?,
        ["alone", which, times] => alone(which, times.parse()?).await?,
        _ => {
            return Err(
                "constant PORT, read PORT, examine PORT, body WHICH or alone WHICH: clean|denied|unwired|injected"
                    .into(),
            );
        }
    }
    Ok(())
}

async fn serve(router: Router, port: &str) -> Result<(), Box<dyn Error>> {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| "a TLS provider is installed")?;
    let tls = Tls {
        certificate: CertificateSource::SelfSigned(vec!["localhost".into()]),
        configurations: Vec::new(),
        tls13_only: false,
        client_ca: None,
        client_names: Vec::new(),
    };
    let serving = Arc::new(first(&tls.certificate)?.0);
    let server = Server {
        service: TowerToHyperService::new(router),
        tls: Some(Arc::new(server_config(tls.demands(), Arc::clone(&serving))?)),
        client_names: Arc::default(),
        bounds: BOUNDS.connections(Duration::from_secs(1)),
        handshakes: Handshakes::default(),
    };
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let (_phase, phases) = watch::channel(Phase::Serving);
    server.serve(listener, phases).await;
    Ok(())
}

/// Answers the same whatever it is asked, after something was done with the body.
fn constant(first: fn(&Bytes)) -> Router {
    const ANSWER: &str = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"7f3c0a11","allowed":true}}"#;
    Router::new().route(
        "/validate",
        post(move |body: Bytes| async move {
            first(&body);
            ([(CONTENT_TYPE, "application/json")], ANSWER)
        }),
    )
}

/// The pod of a review as the engine sees it, before any question is asked.
fn read(body: &Bytes) {
    let Ok(document) = review::read(body) else { return };
    let Ok(Review { request, .. }) = Review::of(&document) else { return };
    std::hint::black_box(Subject::of(request.object, &request).is_some());
}

/// Answers the same review again and again, and prints the time of each in microseconds.
async fn alone(which: &str, times: u32) -> Result<(), Box<dyn Error>> {
    let (admission, body) = (admission(), asked(which).to_string());
    let endpoint = if which == "injected" { Endpoint::Mutate } else { Endpoint::Validate };
    let start = Instant::now();
    for _ in 0..times {
        std::hint::black_box(admission.answer(endpoint, body.as_bytes()).await);
    }
    let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(times);
    writeln!(std::io::stdout(), "{which}: {each:.1} us")?;
    Ok(())
}

fn admission() -> Admission {
    Admission {
        policy: Arc::new(Policy::default().into()),
        cluster: Cluster::offline(seen()),
        metrics: Arc::default(),
        events: Events::off(Arc::default()),
        guard_groups: Vec::new(),
        workloads: Templates::Warn,
        today: || Day { year: 2026, month: 11, day: 25 },
    }
}

fn examining() -> Router {
    let (admission, slots) = (Arc::new(admission()), Semaphore::new(BOUNDS.requests));
    routes::admission(Arc::new(Admitting { admission, slots, bounds: BOUNDS }))
}

fn seen() -> Arc<Seen> {
    let seen = Seen::default();
    let kept = |key: &str, value: &str| Kept::from([(key.to_owned(), value.to_owned())]);
    if let (Ok(mut accounts), Ok(mut namespaces)) = (seen.service_accounts.write(), seen.namespaces.write()) {
        accounts.insert("payments", "plain", &Kept::new());
        accounts.insert("payments", "checkout", &kept("eks.amazonaws.com/role-arn", ROLE));
        namespaces.insert("", "payments", &kept("policyctl.dev/mode", "enforce"));
    }
    seen.synced.network_policies.store(true, Ordering::Release);
    Arc::new(seen)
}

/// A review of some 6 KB: a pod with four containers, as the API server sends it, defaults included.
fn asked(which: &str) -> Value {
    let account = if matches!(which, "clean" | "denied") { "plain" } else { "checkout" };
    let mut containers: Vec<Value> = (0..4).map(container).collect();
    if matches!(which, "denied" | "unwired") {
        containers[0]["env"] = json!([
            {"name": "AWS_ACCESS_KEY_ID", "value": concat!("AKIA", "Q3EGPOLICY2CTL7A")},
            {"name": "AWS_SECRET_ACCESS_KEY", "value": concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o")},
        ]);
    }
    json!({
        "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": "7f3c0a11-5d0e-4c1e-9a60-0d4a3a5f8c11",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "name": "web-6d5f7c9b8-x2x7k", "namespace": "payments", "operation": "CREATE",
            "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller",
                "groups": ["system:serviceaccounts", "system:authenticated"]},
            "object": {
                "kind": "Pod", "apiVersion": "v1",
                "metadata": {"name": "web-6d5f7c9b8-x2x7k", "namespace": "payments", "uid": "0a1b2c3d",
                    "labels": {"app.kubernetes.io/name": "web", "pod-template-hash": "6d5f7c9b8"},
                    "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-6d5f7c9b8",
                        "uid": "9e8d7c6b", "controller": true, "blockOwnerDeletion": true}]},
                "spec": {
                    "volumes": [{"name": "tmp", "emptyDir": {}},
                        {"name": "settings", "configMap": {"name": "web-settings", "defaultMode": 420}}],
                    "containers": containers,
                    "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
                    "serviceAccountName": account, "serviceAccount": account,
                    "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                    "schedulerName": "default-scheduler", "priority": 0, "enableServiceLinks": true,
                    "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists",
                        "effect": "NoExecute", "tolerationSeconds": 300}],
                },
                "status": {},
            },
            "oldObject": null, "dryRun": false, "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
        },
    })
}

fn container(n: usize) -> Value {
    json!({
        "name": format!("web-{n}"),
        "image": format!("registry.acme.example/shop/web-{n}:1.42.{n}"),
        "args": ["--listen=0.0.0.0:8080", "--workers=4", "--verbose"],
        "ports": [{"name": "http", "containerPort": 8080 + n, "protocol": "TCP"}],
        "env": [
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "DATABASE_HOST", "value": "postgres.databases.svc.cluster.local"},
            {"name": "DATABASE_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "web-db", "key": "password"}}},
            {"name": "FEATURES", "value": "search,checkout-v2,reviews"},
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
        ],
        "resources": {"limits": {"memory": "256Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"},
            {"name": "settings", "readOnly": true, "mountPath": "/etc/web"}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1,
            "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1,
            "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {"capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": true,
            "allowPrivilegeEscalation": false},
    })
}
