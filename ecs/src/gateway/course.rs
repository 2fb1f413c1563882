//! What became of a request: one line in the log, and counts. Operations, rules and names of callers alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Response;
use policyctl_policies::finding::Level;
use policyctl_policies::verdict::Verdict;
use tracing::{info, warn};

use super::answer::{Body, Refusal};
use super::metrics::Metrics;
use crate::examine::Examined;
use crate::message::Operation;

/// A request under way.
pub(super) struct Course {
    began: Instant,
    operation: Option<Operation>,
    /// The region that it is meant for.
    pub(super) region: Arc<str>,
    /// Who signed it, or whose certificate it came with.
    pub(super) caller: Option<Arc<str>>,
    decision: &'static str,
    denies: Vec<&'static str>,
    warns: Vec<&'static str>,
    patched: Vec<&'static str>,
}

impl Course {
    pub(super) fn begin() -> Self {
        Self {
            began: Instant::now(),
            operation: None,
            region: Arc::from(""),
            caller: None,
            decision: "forwarded",
            denies: Vec::new(),
            warns: Vec::new(),
            patched: Vec::new(),
        }
    }

    /// What it asks for.
    pub(super) fn asks(&mut self, operation: &Operation) {
        self.operation = Some(operation.clone());
    }

    /// It was examined.
    pub(super) fn examined(&mut self, examined: &Examined, metrics: &Metrics) {
        self.found(&examined.verdict, metrics);
        self.patched = examined.deeds.iter().map(|deed| deed.name()).collect();
        if !self.patched.is_empty() {
            self.decision = "patched";
        }
        self.patched.iter().for_each(|what| metrics.patched(what));
    }

    /// Something was found, in it or in the definition that it names.
    pub(super) fn found(&mut self, verdict: &Verdict, metrics: &Metrics) {
        for finding in &verdict.findings {
            let (list, level) = match finding.level {
                Level::Deny => (&mut self.denies, "deny"),
                Level::Warn => (&mut self.warns, "warn"),
                Level::Note => continue,
            };
            metrics.found(finding.rule, level);
            if !list.contains(&finding.rule) {
                list.push(finding.rule);
            }
        }
    }

    /// Its caller is told something besides the answer.
    pub(super) fn warned(&mut self) {
        self.decision = "warned";
    }

    /// It does not go on.
    pub(super) fn refused(&mut self, refusal: &Refusal, metrics: &Metrics) {
        self.decision = match refusal.why {
            "denied" => "denied",
            "upstream" => "failed",
            _ => "refused",
        };
        if self.decision == "refused" {
            metrics.refused(refusal.why);
            warn!(operation = self.name(), why = refusal.why, "refused");
        }
    }

    /// It was answered.
    pub(super) fn end(&self, response: &Response<Body>, metrics: &Metrics) {
        let (status, took) = (response.status().as_u16(), self.began.elapsed());
        let kind = self.operation.as_ref().and_then(|operation| operation.kind);
        metrics.answered(kind.map_or("other", |kind| kind.name), self.decision, status, &self.region);
        metrics.took("answer", took);
        info!(
            operation = self.name(),
            region = &*self.region,
            caller = self.caller.as_deref(),
            decision = self.decision,
            status,
            deny = listed(&self.denies),
            warn = listed(&self.warns),
            patched = listed(&self.patched),
            milliseconds = milliseconds(took),
            "answered"
        );
    }

    fn name(&self) -> &str {
        self.operation.as_ref().map_or("", |operation| &operation.name)
    }
}

/// Nothing where there is nothing to list.
fn listed(names: &[&str]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(","))
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
