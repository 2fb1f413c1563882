//! From documents to workloads, and to the objects that are facts for other workloads.
//!
//! What a document is, its shape says: no file name and no option is asked. Fields that are not known are
//! left alone; fields of the wrong shape are noted, and the rest is still read.

mod cloudformation;
mod compose;
mod ecs;
mod fields;
mod intrinsic;
mod kubernetes;
mod terraform;
mod words;

use std::sync::Arc;

use crate::document::{self, Document, Format, Limits, Node, Resolved, Stream};
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
    /// Services and custom resources that stand for an emulator or an object server, by name.
    pub emulators: Vec<String>,
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

/// Parses an input whose documents are to be read. As [`document::parse`], but where a kind of document has JSON in a
/// text, such as a Terraform plan, what that text holds stands in its place.
pub fn parse(name: &Arc<str>, bytes: &[u8], format: Format, limits: Limits) -> Stream {
    let unfolded = |document: Document| {
        let texts = terraform::texts(document.root());
        document.unfolded(&texts, limits)
    };
    document::parse(name, bytes, format, limits).into_iter().map(|one| one.map(unfolded)).collect()
}

/// Reads a document of any kind that is known. `stem` is the file's name without extension, the name
/// of a bare container array.
pub fn read(document: &Document, stem: &str) -> Contents {
    let mut contents = Contents::default();
    let root = document.root();
    if ecs::is_container_list(root) {
        contents.workloads.push(ecs::bare(root, stem));
    } else if root.is_sequence() {
        root.items().for_each(|item| read_mapping(item, stem, &mut contents));
    } else {
        document.objects().for_each(|object| read_mapping(object, stem, &mut contents));
    }
    contents
}

fn read_mapping(node: Node<'_>, stem: &str, contents: &mut Contents) {
    if kubernetes::is_object(node) {
        kubernetes::read(node, contents);
    } else if cloudformation::is_template(node) {
        cloudformation::read(node, &mut contents.workloads);
    } else if terraform::is_plan(node) {
        terraform::read(node, &mut contents.workloads);
    } else if compose::is_file(node) {
        compose::read(node, &mut contents.workloads);
    } else if let Some(task) = ecs::task_definition(node, stem) {
        contents.workloads.push(task);
    }
}

/// The place of a node, for facts that outlive their document.
pub(crate) fn place(node: Node<'_>) -> Resolved {
    node.document().resolve(node.at())
}

#[cfg(test)]
mod tests;
