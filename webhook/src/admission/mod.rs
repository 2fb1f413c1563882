//! From a review to an answer. Nothing here knows of sockets; the routes around it are a few lines.
//!
//! `/validate` and `/mutate` run the same examination: one keeps the findings, the other the patch.

mod answer;
mod guard;
mod mark;
mod mode;
mod notice;
mod quick;
mod subject;
mod text;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use policyctl_policies::document::{Position, Unreadable};
use policyctl_policies::facts::{Fact, Facts};
use policyctl_policies::finding::Level;
use policyctl_policies::policy::{Day, Door, Mode, Policy};
use policyctl_policies::verdict::{Judge, Verdict};
use policyctl_policies::workload::Workload;
use policyctl_serving::policy::InForce;

use crate::cluster::Cluster;
use crate::events::Events;
use crate::metrics::Metrics;
use crate::review::{self, Answer, Request, Response, Review};
use crate::settings::Templates;

pub use subject::Subject;

/// Which endpoint was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Denials and warnings.
    Validate,
    /// The same in namespaces that the API server itself has found to enforce, whatever the watch shows yet.
    Enforce,
    /// A patch and audit annotations, nothing else.
    Mutate,
    /// Labels of namespaces.
    Guard,
}

impl Endpoint {
    /// As metrics and logs spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validate | Self::Enforce => "validate",
            Self::Mutate => "mutate",
            Self::Guard => "guard",
        }
    }
}

/// Everything a decision may look at.
pub struct Admission {
    /// The policy in force.
    pub policy: Arc<InForce>,
    /// What is known of the cluster.
    pub cluster: Cluster,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Who is told of denials.
    pub events: Events,
    /// Groups that may lower a namespace's mode.
    pub guard_groups: Vec<String>,
    /// What to do with pod templates.
    pub workloads: Templates,
    /// The day, UTC.
    pub today: fn() -> Day,
}

/// What was found about one object, and how strict its namespace is.
pub(crate) struct Examined {
    pub(crate) verdict: Verdict,
    pub(crate) mode: Mode,
    /// A service account that could not be looked up.
    pub(crate) unseen_account: Option<String>,
}

impl Admission {
    /// Answers one review. What cannot be read is refused with code 400, never passed.
    pub async fn answer(&self, endpoint: Endpoint, body: &[u8]) -> Vec<u8> {
        let start = Instant::now();
        let answer = match review::read(body) {
            Ok(document) => match Review::of(&document) {
                Ok(Review { api_version: "admission.k8s.io/v1", request }) => {
                    serialised(self.respond(endpoint, &request).await)
                }
                Ok(review) => refused(review.request.uid, "policyctl understands admission.k8s.io/v1 alone"),
                Err(lack) => refused("", &format!("policyctl cannot read this review: {lack}")),
            },
            Err(unreadable) => self::unreadable(endpoint, body, &unreadable),
        };
        self.metrics.took(endpoint.name(), start.elapsed());
        answer
    }

    async fn respond<'r>(&self, endpoint: Endpoint, request: &'r Request<'_>) -> Response<'r> {
        match (endpoint, request.operation) {
            (Endpoint::Guard, _) => guard::respond(self, request),
            (_, "CREATE" | "UPDATE") if quick::is_clean(self, request) => {
                self.metrics.answered(endpoint.name(), "allowed", request.namespace, "");
                Response::allowed(request.uid)
            }
            (Endpoint::Validate, "CREATE" | "UPDATE") => self.validate(request, Mode::Audit).await,
            (Endpoint::Enforce, "CREATE" | "UPDATE") => self.validate(request, Mode::Enforce).await,
            (Endpoint::Mutate, "CREATE") if subject::is_pod(request) => self.mutate(request).await,
            _ => Response::allowed(request.uid),
        }
    }

    async fn validate<'r>(&self, request: &'r Request<'_>, least: Mode) -> Response<'r> {
        let uid = request.uid;
        let template = !subject::is_pod(request);
        if template && self.workloads == Templates::Off {
            return Response::allowed(uid);
        }
        let Some(subject) = Subject::of(request.object, request) else { return Response::allowed(uid) };
        let mut examined = self.examine(&subject, request).await;
        examined.mode = examined.mode.max(least);
        if request.operation == "UPDATE" {
            self.keep_what_is_new(&mut examined.verdict, request).await;
        }
        answer::validated(self, request, &subject, examined, template)
    }

    /// On an update only what the old object did not have counts; a deletion under way excuses nothing.
    async fn keep_what_is_new(&self, verdict: &mut Verdict, request: &Request<'_>) {
        let Some(old) = Subject::of(request.old_object, request) else { return };
        let before = self.examine(&old, request).await.verdict;
        let mut known: Vec<_> = before.findings.iter().map(|f| (f.fingerprint(), f.level)).collect();
        verdict.findings.retain(|finding| {
            let mark = (finding.fingerprint(), finding.level);
            match known.iter().position(|seen| *seen == mark) {
                Some(index) => {
                    known.swap_remove(index);
                    false
                }
                None => true,
            }
        });
    }

    async fn mutate<'r>(&self, request: &'r Request<'_>) -> Response<'r> {
        let uid = request.uid;
        let Some(subject) = Subject::of(request.object, request) else { return Response::allowed(uid) };
        let Some(workload) = subject.pod() else { return Response::allowed(uid) };
        let policy = self.policy.get();
        let facts = self.cluster.facts(workload).await;
        let mode = self.mode(&policy, request.namespace).await;
        answer::mutated(self, request, &subject, workload, (&facts, &policy, mode))
    }

    async fn examine(&self, subject: &Subject, request: &Request<'_>) -> Examined {
        let policy = self.policy.get();
        let mut facts = Vec::new();
        for workload in &subject.contents.workloads {
            facts.push(self.cluster.facts(workload).await);
        }
        let judge = Judge { policy: &policy, door: Door::Webhook, day: (self.today)() };
        let about = |workload: &Workload| facts_of(subject, &facts, workload);
        Examined {
            verdict: judge.document(&subject.document, &subject.contents, about),
            mode: self.mode(&policy, request.namespace).await,
            unseen_account: unseen_account(subject, &facts),
        }
    }

    /// The policy's mode is a floor, which the namespace's label may raise.
    async fn mode(&self, policy: &Policy, namespace: &str) -> Mode {
        let floor = policy.admission.mode_of(namespace);
        let label = self.cluster.namespace_label(namespace, mode::LABEL, mode::parse).await;
        label.map_or(floor, |label| label.max(floor))
    }
}

fn facts_of<'f>(subject: &Subject, facts: &'f [Facts], workload: &Workload) -> Cow<'f, Facts> {
    let index = subject.contents.workloads.iter().position(|other| std::ptr::eq(other, workload));
    index.and_then(|index| facts.get(index)).map_or_else(Cow::default, Cow::Borrowed)
}

fn unseen_account(subject: &Subject, facts: &[Facts]) -> Option<String> {
    let unknown = facts.first().is_some_and(|facts| facts.service_account == Fact::Unknown);
    let pod = subject.contents.workloads.first().and_then(Workload::pod);
    let name = pod.filter(|_| unknown)?.service_account.as_ref().map_or("default", |named| &named.name);
    Some(name.to_owned())
}

/// What cannot be read is refused; but by `/validate`, where it is a pod's creation that both are asked about.
fn unreadable(endpoint: Endpoint, body: &[u8], unreadable: &Unreadable) -> Vec<u8> {
    let uid = review::uid_of_unreadable(body);
    if endpoint == Endpoint::Mutate && !uid.is_empty() {
        return serialised(Response::allowed(&uid));
    }
    let Position { line, column } = unreadable.position;
    refused(&uid, &format!("policyctl cannot read this review: {unreadable} (line {line} column {column})"))
}

fn refused(uid: &str, why: &str) -> Vec<u8> {
    serialised(Response::invalid(uid, why.to_owned()))
}

fn serialised(response: Response<'_>) -> Vec<u8> {
    Answer::new(response).to_bytes()
}

/// As metrics and logs spell a level.
pub(crate) fn level_name(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warn => "warn",
        Level::Deny => "deny",
    }
}
