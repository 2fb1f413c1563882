//! Metrics in Prometheus' text format: names, rules and namespaces; never an object's contents.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
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

use crate::cluster::Told;

/// From 50 microseconds to 3 seconds: most answers take less than one millisecond, the API server waits three seconds.
const BUCKETS: [f64; 13] =
    [0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.3, 1.0, 3.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    path: &'static str,
    decision: &'static str,
    namespace: String,
    mode: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Found {
    rule: &'static str,
    level: &'static str,
    namespace: String,
    mode: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct What {
    what: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Rotated {
    step: &'static str,
    outcome: &'static str,
}

/// Every metric, and the registry that prints them.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    findings: Family<Found, Counter>,
    patches: Family<What, Counter>,
    durations: Family<What, Histogram, fn() -> Histogram>,
    refused: Family<What, Counter>,
    /// TLS handshakes of the admission server.
    pub handshakes: Handshakes,
    /// Files that are read again.
    pub renewals: Renewals,
    /// Exceptions of the policy in force.
    pub exceptions: Exceptions,
    /// Objects in memory.
    cached: Family<What, Gauge>,
    cache_age: Family<What, Gauge<f64, AtomicU64>>,
    watch_failures: Family<What, Counter>,
    /// When the served certificate ends, in seconds since 1970.
    pub certificate_expiry: Gauge<f64, AtomicU64>,
    authority_expiry: Family<What, Gauge<f64, AtomicU64>>,
    rotations: Family<Rotated, Counter>,
    events: Family<What, Counter>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("policyctl"),
            requests: Family::default(),
            findings: Family::default(),
            patches: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            refused: Family::default(),
            handshakes: Handshakes::default(),
            renewals: Renewals::of(&["policy", "certificate", "client-ca"]),
            exceptions: Exceptions::default(),
            cached: Family::default(),
            cache_age: Family::default(),
            watch_failures: Family::default(),
            certificate_expiry: Gauge::default(),
            authority_expiry: Family::default(),
            rotations: Family::default(),
            events: Family::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let r = &mut self.registry;
        r.register("admission_requests", "Reviews answered", self.requests.clone());
        r.register("findings", "Findings, by rule", self.findings.clone());
        r.register("patches", "Patches, by what they do", self.patches.clone());
        r.register("admission_duration_seconds", "From body to answer", self.durations.clone());
        r.register("requests_refused", "Requests turned away unread, by reason", self.refused.clone());
        self.handshakes.register(r);
        self.renewals.register(r);
        self.exceptions.register(r);
        r.register("cached_objects", "Objects in memory, by kind", self.cached.clone());
        r.register(
            "cache_age_seconds",
            "Since the API server last told of a change, by kind",
            self.cache_age.clone(),
        );
        r.register(
            "watch_failures",
            "Watches that broke and began again, by kind",
            self.watch_failures.clone(),
        );
        r.register(
            "serving_cert_expiry_timestamp_seconds",
            "When the served certificate ends",
            self.certificate_expiry.clone(),
        );
        r.register(
            "ca_expiry_timestamp_seconds",
            "When the managed authority that signs ends",
            self.authority_expiry.clone(),
        );
        r.register(
            "certificate_rotations",
            "Steps of keeping managed certificates, by outcome",
            self.rotations.clone(),
        );
        r.register(
            "events",
            "Events for controllers of denied pods, by what became of them",
            self.events.clone(),
        );
    }

    /// A review was answered.
    pub fn answered(&self, path: &'static str, decision: &'static str, namespace: &str, mode: &'static str) {
        self.requests.get_or_create(&Request { path, decision, namespace: namespace.to_owned(), mode }).inc();
    }

    /// A rule found something.
    pub fn found(&self, rule: &'static str, level: &'static str, namespace: &str, mode: &'static str) {
        self.findings.get_or_create(&Found { rule, level, namespace: namespace.to_owned(), mode }).inc();
    }

    /// A patch was made.
    pub fn patched(&self, what: &'static str) {
        self.patches.get_or_create(&What { what }).inc();
    }

    /// An answer took this long.
    pub fn took(&self, path: &'static str, time: Duration) {
        self.durations.get_or_create(&What { what: path }).observe(time.as_secs_f64());
    }

    /// A request was turned away unread.
    pub fn refused(&self, what: &'static str) {
        self.refused.get_or_create(&What { what }).inc();
    }

    /// How many objects of a kind are in memory.
    pub fn cached(&self, what: &'static str, count: usize) {
        self.cached.get_or_create(&What { what }).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// When a watch last told of something, and how often it failed.
    pub fn watched(&self, what: &'static str, told: &Told) {
        let what = What { what };
        if let Some(age) = told.age() {
            self.cache_age.get_or_create(&what).set(age.as_secs_f64());
        }
        self.watch_failures.get_or_create(&what).inner().store(told.failures(), Ordering::Relaxed);
    }

    /// The managed authority ends then, in seconds since 1970.
    pub fn authority_ends(&self, at: i64) {
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in a double")]
        self.authority_expiry.get_or_create(&What { what: "signing" }).set(at as f64);
    }

    /// A step of keeping certificates was taken, or failed.
    pub fn rotated(&self, step: &'static str, ok: bool) {
        let outcome = if ok { "ok" } else { "failed" };
        self.rotations.get_or_create(&Rotated { step, outcome }).inc();
    }

    /// An Event was told, would have repeated another, was dropped, or failed.
    pub fn told(&self, what: &'static str) {
        self.events.get_or_create(&What { what }).inc();
    }

    /// All of them as text.
    pub fn text(&self) -> String {
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
    fn a_decision_is_counted_by_path_namespace_and_mode() {
        let metrics = Metrics::default();
        metrics.answered("validate", "denied", "payments", "enforce");
        let text = metrics.text();
        let line = r#"policyctl_admission_requests_total{path="validate",decision="denied",namespace="payments",mode="enforce"} 1"#;
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn durations_have_buckets_below_a_millisecond() {
        let metrics = Metrics::default();
        metrics.took("validate", Duration::from_micros(80));
        assert!(metrics.text().contains(r#"le="0.0001",what="validate"} 1"#), "{}", metrics.text());
    }
}
