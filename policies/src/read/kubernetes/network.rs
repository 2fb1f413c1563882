//! NetworkPolicies, as far as egress goes.
//!
//! Source: Kubernetes API reference, `NetworkPolicy` v1.

use super::data::identity;
use crate::document::Node;
use crate::facts::{EgressRule, NetworkPolicy, Peer, PortRange, Selector};
use crate::read::place;

/// Reads a NetworkPolicy. What cannot be read allows nothing.
pub(super) fn policy(object: Node<'_>) -> NetworkPolicy {
    let (namespace, name) = identity(object);
    let spec = object.get("spec");
    let field = |key: &str| spec.and_then(|spec| spec.get(key));
    let egress: Vec<_> = field("egress").into_iter().flat_map(Node::items).map(rule).collect();
    NetworkPolicy {
        namespace,
        name,
        selects: field("podSelector").map(selector).unwrap_or_default(),
        governs_egress: governs(field("policyTypes"), !egress.is_empty()),
        egress,
        place: Some(place(field("egress").or(field("policyTypes")).or(spec).unwrap_or(object))),
    }
}

/// Without `policyTypes`, egress is governed when there is a rule for it.
fn governs(types: Option<Node<'_>>, has_rules: bool) -> bool {
    match types.filter(|types| types.items().len() > 0) {
        Some(types) => types.items().any(|item| item.text() == Some("Egress")),
        None => has_rules,
    }
}

/// An absent, null or empty list of peers or ports is no restriction.
fn rule(node: Node<'_>) -> EgressRule {
    let items = |key: &str| node.get(key).into_iter().flat_map(Node::items);
    EgressRule { to: items("to").map(peer).collect(), ports: items("ports").map(ports).collect() }
}

fn peer(node: Node<'_>) -> Peer {
    let block = node.get("ipBlock").and_then(|block| Some((block, block.get("cidr")?.text()?)));
    match block {
        Some((block, cidr)) => Peer::Block(cidr.to_owned(), texts(block, "except")),
        None => Peer::Selected {
            pods: node.get("podSelector").map(selector),
            namespaces: node.get("namespaceSelector").map(selector),
        },
    }
}

fn ports(node: Node<'_>) -> PortRange {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let number = |key: &str| text(key).and_then(|port| port.parse::<u16>().ok());
    let first = number("port");
    PortRange {
        protocol: text("protocol").unwrap_or("TCP").to_owned(),
        first,
        last: number("endPort").or(first),
        named: text("port").filter(|_| first.is_none()).map(ToOwned::to_owned),
    }
}

fn selector(node: Node<'_>) -> Selector {
    let labels = node.get("matchLabels").into_iter().flat_map(Node::entries);
    let expressions = node.get("matchExpressions").into_iter().flat_map(Node::items);
    Selector {
        labels: labels
            .filter_map(|label| Some((label.key.text()?.into(), label.value.text()?.into())))
            .collect(),
        expressions: expressions.map(expression).collect(),
    }
}

fn expression(node: Node<'_>) -> (String, String, Vec<String>) {
    let text = |key: &str| node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
    (text("key"), text("operator"), texts(node, "values"))
}

fn texts(node: Node<'_>, key: &str) -> Vec<String> {
    node.get(key)
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|item| item.text().map(ToOwned::to_owned))
        .collect()
}
