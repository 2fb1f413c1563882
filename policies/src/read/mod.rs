//! From documents to workloads, and to the objects that are facts for other workloads.

use crate::document::{Document, Node, Resolved};
use crate::facts::{DataObject, NetworkPolicy, ServiceAccount};
use crate::workload::Workload;

/// What a document holds that is ours.
#[derive(Debug, Default)]
pub struct Contents {
    /// What is scheduled.
    pub workloads: Vec<Workload>,
    /// ServiceAccounts.
    pub service_accounts: Vec<ServiceAccount>,
    /// Secrets and ConfigMaps, with the store that says which.
    pub objects: Vec<(crate::workload::Store, DataObject)>,
    /// NetworkPolicies.
    pub network_policies: Vec<NetworkPolicy>,
    /// Other Kubernetes objects were seen (so the input is ours, though nothing runs).
    pub others: usize,
}

impl Contents {
    /// Nothing of ours.
    pub fn is_empty(&self) -> bool {
        self.workloads.is_empty()
            && self.service_accounts.is_empty()
            && self.objects.is_empty()
            && self.network_policies.is_empty()
            && self.others == 0
    }
}

/// Reads a document of any kind that is known. `stem` is the file's name without extension, the name
/// of a bare container array.
pub fn read(document: &Document, stem: &str) -> Contents {
    let _ = (document, stem);
    Contents::default()
}

/// The place of a node, for facts that outlive their document.
pub(crate) fn place(node: Node<'_>) -> Resolved {
    node.document().resolve(node.at())
}
