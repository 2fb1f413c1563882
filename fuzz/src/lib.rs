//! What the targets have in common: from bytes to findings and their fixes.

use std::sync::Arc;

use policyctl_policies::check;
use policyctl_policies::document::{Document, Format, Limits, Stream};
use policyctl_policies::facts::Inventory;
use policyctl_policies::policy::{Bundle, Policy};
use policyctl_policies::read::{Contents, parse, read};

/// Small enough that a slow input shows as slow.
pub fn stream(bytes: &[u8], format: Format) -> Stream {
    let limits = Limits { nodes: 100_000, ..Limits::default() };
    parse(&Arc::from("input"), bytes, format, limits)
}

/// Reads an input, checks all in it against each other, and tries every fix.
pub fn check_input(bytes: &[u8], format: Format) {
    let documents: Vec<_> = stream(bytes, format).into_iter().flatten().collect();
    let contents: Vec<_> = documents.iter().map(|document| read(document, "input")).collect();
    let mut inventory = Inventory::default();
    for found in &contents {
        inventory.add(&Arc::from("input"), found);
    }
    let policy = Policy::bundled(Bundle::Strict);
    for (document, found) in documents.iter().zip(&contents) {
        check_document(document, found, &inventory, &policy);
    }
}

fn check_document(document: &Document, contents: &Contents, inventory: &Inventory, policy: &Policy) {
    let facts = |workload: &_| inventory.about(workload, "input", true);
    for case in check::document(document, contents, facts, policy) {
        for fix in case.findings.iter().filter_map(|finding| finding.fix.as_ref()) {
            let _ = document.patch(&fix.changes);
            let _ = document.edit(&fix.changes);
        }
    }
}
