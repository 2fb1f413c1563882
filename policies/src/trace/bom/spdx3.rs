//! SPDX 3 in JSON-LD: one flat list of elements, which name one another by `spdxId`.
//!
//! Source: SPDX 3.0.1, `Core/SpdxDocument`, `Core/Relationship`, `Software/Package`, and the JSON-LD context.

use super::{Bom, Image};
use crate::document::Node;

/// How the contexts of every SPDX 3 begin.
const CONTEXT: &str = "https://spdx.org/rdf/3";

/// The elements, where this is SPDX 3.
pub(super) fn graph(root: Node<'_>) -> Option<Node<'_>> {
    let context = root.get("@context")?;
    let is_spdx = |node: Node<'_>| node.text().is_some_and(|text| text.starts_with(CONTEXT));
    (is_spdx(context) || context.items().any(is_spdx)).then(|| root.get("@graph")).flatten()
}

impl Bom {
    pub(super) fn of_graph(graph: Node<'_>) -> Self {
        let mut bom = Self { image: Image::of_graph(graph), ..Self::default() };
        for package in packages(graph) {
            bom.add(purl(package));
        }
        bom
    }
}

impl Image {
    /// What SPDX 3 says of the packages that the document is about.
    fn of_graph(graph: Node<'_>) -> Self {
        let roots = roots(graph);
        let mut image = Self::default();
        for package in packages(graph).filter(|package| roots.contains(&text(*package, "spdxId"))) {
            image.add_purl(purl(package));
            if text(package, "software_primaryPurpose") == "container" {
                image.add_versioned(text(package, "name"), text(package, "software_packageVersion"));
            }
        }
        image
    }
}

fn text<'d>(node: Node<'d>, key: &str) -> &'d str {
    node.get(key).and_then(Node::text).unwrap_or_default()
}

fn packages(graph: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    graph.items().filter(|element| text(*element, "type") == "software_Package")
}

/// A package URL has a property of its own, and may stand among the identifiers instead.
fn purl(package: Node<'_>) -> &str {
    let is_purl =
        |entry: &Node<'_>| text(*entry, "externalIdentifierType").eq_ignore_ascii_case("packageUrl");
    let identified =
        || items(package, "externalIdentifier").find(is_purl).map(|entry| text(entry, "identifier"));
    match text(package, "software_packageUrl") {
        "" => identified().unwrap_or_default(),
        own => own,
    }
}

fn items<'d>(element: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> {
    element.get(key).into_iter().flat_map(Node::items)
}

/// What the document and its bills have as roots or describe.
fn roots(graph: Node<'_>) -> Vec<&str> {
    let rooted = graph.items().flat_map(|element| items(element, "rootElement"));
    let describes = graph.items().filter(|element| text(*element, "relationshipType") == "describes");
    rooted.chain(describes.flat_map(|element| items(element, "to"))).filter_map(Node::text).collect()
}
