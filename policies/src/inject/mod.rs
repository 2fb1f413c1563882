//! Making a promised role true, in a pod that is about to be created and in a task definition that is
//! about to be registered.
//!
//! The promise decides, not the evidence of need: a service account's annotation, or the policy's role
//! map. What is injected, in which order and where, is exactly what EKS's own webhook injects, so that
//! the two can run side by side; where something stands in the way nothing is guessed.
//!
//! Source for names, values and places: amazon-eks-pod-identity-webhook v0.6.17, `pkg/handler`.

mod containers;
mod keys;
mod kit;
mod promise;
mod proxy;
mod task;
mod volume;

use crate::document::Document;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::fix::Change;
use crate::policy::{Door, Policy};
use crate::workload::{Text, Workload};

pub use promise::{Mechanism, Promise, Promised};
pub use task::task;

/// What is done. Names for metrics and audit annotations, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// IRSA was injected.
    Irsa,
    /// EKS Pod Identity was injected.
    PodIdentity,
    /// A task role was set.
    TaskRole,
    /// Half a web identity was completed.
    Completed,
    /// Credential addresses were added to NO_PROXY.
    NoProxy,
    /// A key pair that the role replaces was taken out.
    KeysRemoved,
}

impl Deed {
    /// As metrics and annotations spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Irsa => "irsa",
            Self::PodIdentity => "pod-identity",
            Self::TaskRole => "task-role",
            Self::Completed => "half-identity",
            Self::NoProxy => "no-proxy",
            Self::KeysRemoved => "keys-removed",
        }
    }
}

/// The annotation that says from which containers of a pod a key pair was taken out.
pub const KEYS_REMOVED: &str = "policyctl.dev/keys-removed";

/// The changes, and what kept others from being made.
#[derive(Debug, Default)]
pub struct Injection {
    /// In the order in which they apply.
    pub changes: Vec<Change>,
    /// What was done, each once.
    pub deeds: Vec<Deed>,
    /// What stood in the way.
    pub findings: Vec<Finding>,
    /// Names of the pod's containers whose key pair is taken out.
    pub emptied: Vec<Text>,
}

impl Injection {
    fn did(&mut self, deed: Deed) {
        if !self.deeds.contains(&deed) {
            self.deeds.push(deed);
        }
    }
}

/// What a pod is to get. The caller has made sure that it is a pod being created, not a template and not an update.
pub fn pod(document: &Document, workload: &Workload, facts: &Facts, policy: &Policy) -> Injection {
    let mut injection = Injection::default();
    let subject = Pod { document, workload, facts, policy };
    match promise::of(&subject) {
        Promised::Nothing => {}
        Promised::Broken(finding) => injection.findings.push(*finding),
        Promised::This(promise) => containers::inject(&subject, &promise, &mut injection),
    }
    if policy.patch.no_proxy.contains(&Door::Webhook) {
        proxy::repair(&subject, &mut injection);
    }
    injection.deeds.sort();
    injection
}

/// What injection looks at.
struct Pod<'a> {
    document: &'a Document,
    workload: &'a Workload,
    facts: &'a Facts,
    policy: &'a Policy,
}

impl Pod<'_> {
    /// The text of an annotation of the pod.
    fn annotation(&self, key: &str) -> Option<&str> {
        let label = self.workload.annotations.iter().find(|label| label.key == key)?;
        self.document.node(label.at).text()
    }
}
