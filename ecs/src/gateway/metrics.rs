//! Metrics in Prometheus' text format: operations, rules and regions; never what a request holds.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use policyctl_serving::exceptions::Exceptions;
use policyctl_serving::handshakes::Handshakes;
use policyctl_serving::renewals::Renewals;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::health::FILES;

/// From 100 microseconds, a small examination, to the minute that an upstream may take.
const BUCKETS: [f64; 14] =
    [0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 60.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    operation: &'static str,
    decision: &'static str,
    status: u16,
    region: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Found {
    rule: &'static str,
    level: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct What {
    what: &'static str,
}

/// No label: a family that may be empty.
type Alone = [(&'static str, &'static str); 0];

/// Every metric, and the registry that prints them.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    findings: Family<Found, Counter>,
    patches: Family<What, Counter>,
    named: Family<What, Counter>,
    durations: Family<What, Histogram, fn() -> Histogram>,
    refused: Family<What, Counter>,
    /// TLS handshakes with callers.
    pub(super) handshakes: Handshakes,
    /// Files that are read again.
    pub(super) renewals: Renewals,
    /// Told only of a certificate that there is.
    certificate_expiry: Family<Alone, Gauge<f64, AtomicU64>>,
    /// Exceptions of the policy in force.
    pub(super) exceptions: Exceptions,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("policyctl_gateway"),
            requests: Family::default(),
            findings: Family::default(),
            patches: Family::default(),
            named: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            refused: Family::default(),
            handshakes: Handshakes::default(),
            renewals: Renewals::of(&FILES),
            certificate_expiry: Family::default(),
            exceptions: Exceptions::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let r = &mut self.registry;
        r.register("requests", "Requests answered", self.requests.clone());
        r.register("findings", "Findings in requests, by rule", self.findings.clone());
        r.register("patches", "Patches, by what they do", self.patches.clone());
        r.register("named_definitions", "Looks at definitions that requests name", self.named.clone());
        r.register("duration_seconds", "Time for a part of the work", self.durations.clone());
        r.register("requests_refused", "Requests turned away, by reason", self.refused.clone());
        self.handshakes.register(r);
        self.renewals.register(r);
        self.exceptions.register(r);
        r.register(
            "serving_cert_expiry_timestamp_seconds",
            "When the served certificate ends",
            self.certificate_expiry.clone(),
        );
    }

    /// A request was answered.
    pub(super) fn answered(
        &self,
        operation: &'static str,
        decision: &'static str,
        status: u16,
        region: &Arc<str>,
    ) {
        let region = Arc::clone(region);
        self.requests.get_or_create(&Request { operation, decision, status, region }).inc();
    }

    /// A rule found something.
    pub(super) fn found(&self, rule: &'static str, level: &'static str) {
        self.findings.get_or_create(&Found { rule, level }).inc();
    }

    /// A patch was made.
    pub(super) fn patched(&self, what: &'static str) {
        self.patches.get_or_create(&What { what }).inc();
    }

    /// A definition was looked at: fit, unfit or unseen.
    pub(super) fn named(&self, what: &'static str) {
        self.named.get_or_create(&What { what }).inc();
    }

    /// A part of the work took this long.
    pub(super) fn took(&self, what: &'static str, time: Duration) {
        self.durations.get_or_create(&What { what }).observe(time.as_secs_f64());
    }

    /// A request was turned away.
    pub(super) fn refused(&self, what: &'static str) {
        self.refused.get_or_create(&What { what }).inc();
    }

    /// When the served certificate ends, in seconds since 1970.
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in a double")]
    pub(super) fn certificate_ends(&self, seconds: i64) {
        self.certificate_expiry.get_or_create(&[]).set(seconds as f64);
    }

    /// All of them as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            text.clear();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_by_operation_decision_status_and_region() {
        let metrics = Metrics::default();
        metrics.answered("RunTask", "warned", 200, &"eu-west-1".into());
        let line = r#"policyctl_gateway_requests_total{operation="RunTask",decision="warned",status="200",region="eu-west-1"} 1"#;
        assert!(metrics.text().contains(line), "{}", metrics.text());
    }

    #[test]
    fn the_end_of_a_certificate_is_told_where_there_is_one() {
        let metrics = Metrics::default();
        let told = || {
            let text = metrics.text();
            let name = "policyctl_gateway_serving_cert_expiry_timestamp_seconds";
            text.lines().find(|line| line.starts_with(name)).map(str::to_owned)
        };
        assert_eq!(told(), None);
        metrics.certificate_ends(1_795_651_200);
        assert!(told().is_some_and(|line| line.ends_with(" 1795651200.0")), "{:?}", told());
    }
}
