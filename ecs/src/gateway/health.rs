//! `/healthz`, `/readyz` and `/metrics`, on a port of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use policyctl_serving::certificate::Serving;

use super::Gateway;

/// What health is told from.
pub(super) struct Health {
    pub(super) gateway: Arc<Gateway>,
    /// The certificate in use; `None` without TLS.
    pub(super) serving: Option<Arc<Serving>>,
    /// It was told to end.
    pub(super) ending: AtomicBool,
}

impl Health {
    pub(super) fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let (status, text) = match request.uri().path() {
            "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
            "/readyz" => self.ready(),
            "/metrics" => (StatusCode::OK, self.metrics()),
            _ => (StatusCode::NOT_FOUND, "not found\n".to_owned()),
        };
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = status;
        response
    }

    fn ready(&self) -> (StatusCode, String) {
        // A broken policy file leaves the old policy in force: said, but no reason to stop serving.
        let problem = self.gateway.policy.problem();
        let said = problem.map(|problem| format!("policy file broken: {problem}\n")).unwrap_or_default();
        if self.ending.load(Ordering::Acquire) {
            (StatusCode::SERVICE_UNAVAILABLE, format!("ending\n{said}"))
        } else if said.is_empty() {
            (StatusCode::OK, "ok\n".to_owned())
        } else {
            (StatusCode::OK, said)
        }
    }

    fn metrics(&self) -> String {
        let metrics = &self.gateway.metrics;
        if let Some(end) = self.serving.as_ref().and_then(|serving| serving.not_after()) {
            metrics.certificate_ends(end);
        }
        metrics.text()
    }
}
