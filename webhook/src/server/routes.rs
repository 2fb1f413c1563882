//! Routes: a few lines around admission, health and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures::StreamExt;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::certificate::Serving;
use crate::admission::{Admission, Endpoint};
use crate::certificates::Standing;
use crate::cluster::read;
use crate::settings::Bounds;

/// What the admission routes share.
pub struct Admitting {
    /// What decides.
    pub admission: Arc<Admission>,
    /// Requests under way.
    pub slots: Semaphore,
    /// Bounds on callers.
    pub bounds: Bounds,
}

/// What the health routes share.
pub struct Health {
    /// What decides.
    pub admission: Arc<Admission>,
    /// The certificate in use; `None` where TLS is not ours.
    pub serving: Option<Arc<Serving>>,
    /// Whether API servers trust it.
    pub standing: Arc<Standing>,
    /// SIGTERM was received.
    pub ending: Arc<AtomicBool>,
}

/// `/validate`, `/enforce`, `/mutate`, `/guard`.
pub fn admission(shared: Arc<Admitting>) -> Router {
    Router::new()
        .route("/validate", post(|state, request| review(Endpoint::Validate, state, request)))
        .route("/enforce", post(|state, request| review(Endpoint::Enforce, state, request)))
        .route("/mutate", post(|state, request| review(Endpoint::Mutate, state, request)))
        .route("/guard", post(|state, request| review(Endpoint::Guard, state, request)))
        .with_state(shared)
}

/// `/healthz`, `/readyz`, `/metrics`.
pub fn health(shared: Arc<Health>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(shared)
}

async fn review(endpoint: Endpoint, State(shared): State<Arc<Admitting>>, request: Request) -> Response {
    let metrics = &shared.admission.metrics;
    let Ok(_slot) = shared.slots.try_acquire() else {
        metrics.refused("busy");
        read_out(request.into_body(), shared.bounds).await;
        return (StatusCode::SERVICE_UNAVAILABLE, "too many requests at a time\n").into_response();
    };
    if !is_json(request.headers()) {
        metrics.refused("media-type");
        read_out(request.into_body(), shared.bounds).await;
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json\n").into_response();
    }
    match body(request.into_body(), shared.bounds).await {
        Ok(body) => {
            let answer = shared.admission.answer(endpoint, &body).await;
            ([(CONTENT_TYPE, "application/json")], answer).into_response()
        }
        Err((status, reason)) => {
            metrics.refused(reason);
            (status, format!("{reason}\n")).into_response()
        }
    }
}

async fn body(body: Body, bounds: Bounds) -> Result<Bytes, (StatusCode, &'static str)> {
    match timeout(bounds.read_timeout, to_bytes(body, bounds.body)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err((StatusCode::PAYLOAD_TOO_LARGE, "body-too-large")),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "body-too-slow")),
    }
}

/// Reads a body and keeps nothing of it: while it is on its way a caller may miss the answer, and then lose
/// the connection.
async fn read_out(body: Body, bounds: Bounds) {
    let mut parts = body.into_data_stream();
    let mut left = Some(bounds.body);
    let reading = async {
        while let (Some(room), Some(Ok(part))) = (left, parts.next().await) {
            left = room.checked_sub(part.len());
        }
    };
    let _ = timeout(bounds.read_timeout, reading).await;
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn ready(State(health): State<Arc<Health>>) -> (StatusCode, String) {
    let against = against(&health);
    let status = if against.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let lines: Vec<_> = against.into_iter().chain(besides(&health)).collect();
    let detail = if lines.is_empty() { "ok".to_owned() } else { lines.join("\n") };
    (status, detail + "\n")
}

/// What stands against being ready.
fn against(health: &Health) -> Vec<String> {
    let unlisted = health.admission.cluster.not_ready();
    let mut reasons: Vec<_> = unlisted.iter().map(|what| format!("{what} not listed yet")).collect();
    if health.ending.load(Ordering::Acquire) {
        reasons.push("ending".to_owned());
    }
    if !health.standing.is_ready() {
        reasons.extend(health.standing.problems());
    }
    reasons
}

/// What is said besides, and no reason to stop serving: a broken policy file leaves the old policy in force.
fn besides(health: &Health) -> Vec<String> {
    let broken = health.admission.policy.problem().map(|problem| format!("policy file broken: {problem}"));
    let untrusted = if health.standing.is_ready() { health.standing.problems() } else { Vec::new() };
    broken.into_iter().chain(untrusted).collect()
}

async fn metrics(State(health): State<Arc<Health>>) -> String {
    let metrics = &health.admission.metrics;
    let seen = health.admission.cluster.seen();
    metrics.exceptions.are(&health.admission.policy.get().exceptions);
    metrics.cached("serviceaccounts", read(&seen.service_accounts).len());
    metrics.cached("namespaces", read(&seen.namespaces).len());
    metrics.cached("networkpolicies", read(&seen.network_policies).len());
    let telling = &seen.telling;
    metrics.watched("serviceaccounts", &telling.service_accounts);
    metrics.watched("namespaces", &telling.namespaces);
    metrics.watched("networkpolicies", &telling.network_policies);
    if let Some(end) = health.serving.as_ref().and_then(|serving| serving.not_after()) {
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in a double")]
        metrics.certificate_expiry.set(end as f64);
    }
    metrics.text()
}
