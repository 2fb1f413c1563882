//! `/healthz`, `/readyz` and `/metrics`, on a port of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use policyctl_serving::reload::Reloaded;

use super::Gateway;
use super::serve::Tls;

/// What is read again, as metrics and readiness call it.
pub(super) const FILES: [&str; 4] = ["policy", "callers", "certificate", "client-ca"];

/// What health is told from.
pub(super) struct Health {
    pub(super) gateway: Arc<Gateway>,
    /// What TLS is made of; `None` without it.
    pub(super) tls: Option<Tls>,
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
        // A broken file leaves what was there in force: said, but no reason to stop serving.
        let problems = self.problems().into_iter();
        let said =
            problems.fold(String::new(), |said, (file, problem)| said + file + " broken: " + &problem + "\n");
        if self.ending.load(Ordering::Acquire) {
            (StatusCode::SERVICE_UNAVAILABLE, format!("ending\n{said}"))
        } else if said.is_empty() {
            (StatusCode::OK, "ok\n".to_owned())
        } else {
            (StatusCode::OK, said)
        }
    }

    /// Looks at every file: which of them changed, and whether what it brings is in force.
    pub(super) fn renew(&self) -> Vec<(&'static str, bool)> {
        let callers = self.gateway.callers.as_ref().and_then(Reloaded::renew);
        let certificate = self.tls.as_ref().and_then(|tls| tls.files.renew(&tls.serving));
        let authority = self.tls.as_ref().and_then(|tls| tls.config.renew());
        let all = [self.gateway.policy.renew(), callers, certificate, authority];
        FILES.into_iter().zip(all).filter_map(|(file, renewed)| Some((file, renewed?))).collect()
    }

    /// Which files are broken, and why.
    fn problems(&self) -> Vec<(&'static str, Arc<String>)> {
        let callers = self.gateway.callers.as_ref().and_then(Reloaded::problem);
        let certificate = self.tls.as_ref().and_then(|tls| tls.files.problem());
        let authority = self.tls.as_ref().and_then(|tls| tls.config.problem());
        let all = [self.gateway.policy.problem(), callers, certificate, authority];
        FILES.into_iter().zip(all).filter_map(|(file, problem)| Some((file, problem?))).collect()
    }

    fn metrics(&self) -> String {
        let metrics = &self.gateway.metrics;
        metrics.exceptions.are(&self.gateway.policy.get().exceptions);
        if let Some(end) = self.tls.as_ref().and_then(|tls| tls.serving.not_after()) {
            metrics.certificate_ends(end);
        }
        metrics.text()
    }
}
