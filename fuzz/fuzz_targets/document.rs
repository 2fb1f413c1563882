//! Any bytes, as JSON and as YAML: the tree holds together, and edits do what they say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyctl_fuzz::stream;
use policyctl_policies::document::{At, Change, Document, Format, Node, find_mark, splice};

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Json, Format::Yaml] {
        for document in stream(bytes, format).iter().flatten() {
            check_nodes(document);
            check_edit(document, bytes.len());
        }
    }
});

fn check_nodes(document: &Document) {
    // The time is spent on many small documents, not on the pointers of one that aliases made large.
    for node in document.nodes().take(1000) {
        let span = node.span();
        assert!(document.text().get(span.start as usize..span.end as usize).is_some());
        node.text().map(find_mark);
        if document.duplicates().is_empty() && !node.is_key() {
            assert_eq!(document.find(&node.pointer()).map(Node::at), Some(node.at()));
        }
    }
}

/// Takes one node out; the length of the input says which.
fn check_edit(document: &Document, choice: usize) {
    let nodes: Vec<_> = document.nodes().take(1000).filter(|n| !n.is_key() && n.at() != At::ROOT).collect();
    let Some(node) = nodes.get(choice % nodes.len().max(1)) else { return };
    if let Ok(edit) = document.edit(&[Change::Remove(node.at())]) {
        splice(document.text(), &edit.into_iter().collect::<Vec<_>>());
    }
}
