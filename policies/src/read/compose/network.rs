//! Which network a service is in.

use crate::document::Node;
use crate::workload::{Docker, DockerNetwork};

/// How often `service:NAME` may lead to another service.
const HOPS: usize = 4;
/// The network of a service that names none.
const USUAL: &str = "default";

/// `network_mode`, else what its `networks` are.
pub(super) fn of(file: Node<'_>, service: Node<'_>) -> Docker {
    let mut owner = service;
    for _ in 0..HOPS {
        let Some(mode) = owner.get("network_mode") else { return joined(file, owner) };
        let text = mode.text().unwrap_or_default();
        let shared = text.strip_prefix("service:").and_then(|name| file.get("services")?.get(name));
        let Some(other) = shared else { return Docker { network: named(text), at: Some(mode.at()) } };
        owner = other;
    }
    Docker { network: DockerNetwork::Other, at: service.get("network_mode").map(Node::at) }
}

fn named(mode: &str) -> DockerNetwork {
    match mode {
        "host" => DockerNetwork::Host,
        "none" => DockerNetwork::None,
        "bridge" | "default" => DockerNetwork::Bridge,
        _ => DockerNetwork::Other,
    }
}

/// One network that leads out is enough.
fn joined(file: Node<'_>, service: Node<'_>) -> Docker {
    let listed = service.get("networks");
    let names = listed.into_iter().flat_map(names_of).collect::<Vec<_>>();
    let names = if names.is_empty() { vec![USUAL] } else { names };
    let leads = |name: &&str| led_by(file, name);
    let all: Vec<_> = names.iter().map(leads).collect();
    let outwards =
        [DockerNetwork::Bridge, DockerNetwork::Other].into_iter().find(|network| all.contains(network));
    Docker { network: outwards.unwrap_or(DockerNetwork::Internal), at: listed.map(Node::at) }
}

fn names_of(networks: Node<'_>) -> Vec<&str> {
    let listed = networks.items().filter_map(Node::text);
    listed.chain(networks.entries().filter_map(|entry| entry.key.text())).collect()
}

/// Of a network that others made, nothing is known.
fn led_by(file: Node<'_>, name: &str) -> DockerNetwork {
    let Some(network) = file.get("networks").and_then(|networks| networks.get(name)) else {
        return DockerNetwork::Bridge;
    };
    let is_on = |key: &str| network.get(key).is_some_and(|value| value.text() != Some("false"));
    match network.get("driver").and_then(Node::text) {
        _ if is_on("internal") => DockerNetwork::Internal,
        _ if is_on("external") => DockerNetwork::Other,
        None | Some("bridge") => DockerNetwork::Bridge,
        Some(_) => DockerNetwork::Other,
    }
}
