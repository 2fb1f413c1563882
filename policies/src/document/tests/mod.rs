//! What the readers promise, seen through the public face of the tree.

mod bounds;
mod edit;
mod json;
mod part;
mod properties;
mod unfold;
mod writer;
mod yaml;

use std::sync::Arc;

use super::{Document, Format, Limits, Node, Stream, Unreadable, parse};

fn stream(text: &str, format: Format) -> Stream {
    parse(&Arc::from("input"), text.as_bytes(), format, Limits::default())
}

fn documents(text: &str, format: Format) -> Vec<Document> {
    stream(text, format).into_iter().map(|document| document.expect("readable")).collect()
}

fn document(text: &str, format: Format) -> Document {
    let mut documents = documents(text, format);
    assert_eq!(documents.len(), 1, "one document");
    documents.remove(0)
}

fn yaml(text: &str) -> Document {
    document(text, Format::Yaml)
}

fn json(text: &str) -> Document {
    document(text, Format::Json)
}

fn refusal(text: &str, format: Format) -> Unreadable {
    let mut stream = stream(text, format);
    stream.remove(0).expect_err("unreadable")
}

/// The bytes of a node, as they stand in the input.
fn written(node: Node<'_>) -> &str {
    let span = node.span();
    &node.document().text()[span.start as usize..span.end as usize]
}
