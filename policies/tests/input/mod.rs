//! An input, written out in a test and judged as the command line judges a file.

use std::sync::Arc;

use policyctl_policies::document::{self, Document, Format, Limits};
use policyctl_policies::facts::Inventory;
use policyctl_policies::policy::{Door, Policy};
use policyctl_policies::read::{self, Contents};
use policyctl_policies::verdict::{Judge, Verdict};

/// The documents of one file and what they hold.
pub(crate) struct Input {
    documents: Vec<(Document, Contents)>,
    /// What its documents say about each other's workloads; tests may add to it.
    pub(crate) inventory: Inventory,
    name: Arc<str>,
}

impl Input {
    /// Reads one file; JSON when it begins as JSON does.
    pub(crate) fn read(text: &str) -> Self {
        let json = text.trim_start().starts_with(['{', '[']);
        let format = if json { Format::Json } else { Format::Yaml };
        let name: Arc<str> = if json { "task.json".into() } else { "manifests.yaml".into() };
        let mut inventory = Inventory::default();
        let mut documents = Vec::new();
        for document in document::parse(&name, text.as_bytes(), format, Limits::default()) {
            let document = document.expect("a test's input can be read");
            let contents = read::read(&document, "task");
            inventory.add(&name, &contents);
            documents.push((document, contents));
        }
        Self { documents, inventory, name }
    }

    /// Judges it at the command line's door.
    pub(crate) fn judge(&self, policy: &Policy) -> Verdict {
        let mut verdict = Verdict::default();
        for (_, part) in self.by_document(policy) {
            verdict.absorb(part);
        }
        verdict
    }

    /// Each document with its own verdict.
    pub(crate) fn by_document(&self, policy: &Policy) -> Vec<(&Document, Verdict)> {
        let judge = Judge { policy, door: Door::Cli, day: "2026-11-25".parse().expect("a day") };
        let complete = policy.surroundings.complete;
        let facts = |workload: &_| self.inventory.about(workload, &self.name, complete);
        let documents = self.documents.iter();
        documents.map(|(document, contents)| (document, judge.document(document, contents, facts))).collect()
    }
}
