//! NO_PROXY: without it some SDKs send the request for credentials to the proxy.

use serde_json::json;

use super::{Deed, Injection, Pod};
use crate::document::Document;
use crate::fix::Change;
use crate::workload::{Container, EnvVar, Role, Workload};

const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// Variables that carry plain HTTP to a proxy, each with the variable that lists its exceptions.
const PROXIES: [(&str, &str); 4] = [
    ("HTTP_PROXY", "NO_PROXY"),
    ("http_proxy", "no_proxy"),
    ("ALL_PROXY", "NO_PROXY"),
    ("all_proxy", "no_proxy"),
];

/// Adds the Pod Identity agent's address to the exceptions of every container that would miss it.
pub(super) fn repair(pod: &Pod<'_>, injection: &mut Injection) {
    let injected = injection.deeds.contains(&Deed::PodIdentity);
    let address = if pod.policy.surroundings.ipv6 { "[fd00:ec2::23]" } else { "169.254.170.23" };
    for container in pod.workload.containers.iter().filter(|container| container.role != Role::Ephemeral) {
        if injected || asks_agent(pod.document, container) {
            one(pod.document, container, address, "env", injection);
        }
    }
}

/// Adds the ECS credential endpoint's address to the exceptions of every container that would miss it.
pub(super) fn repair_task(document: &Document, workload: &Workload, injection: &mut Injection) {
    for container in &workload.containers {
        one(document, container, "169.254.170.2", "environment", injection);
    }
}

fn asks_agent(document: &Document, container: &Container) -> bool {
    let uri = container.var(FULL_URI).and_then(|var| text(document, var));
    uri.is_some_and(|uri| uri.contains("169.254.170.23") || uri.contains("fd00:ec2::23"))
}

fn one(document: &Document, container: &Container, address: &str, list: &str, injection: &mut Injection) {
    let mut repaired: Vec<&str> = Vec::new();
    for (proxy, exceptions) in PROXIES {
        if !is_set(document, container, proxy) || repaired.contains(&exceptions) {
            continue;
        }
        if let Some(change) = exception(document, container, exceptions, (address, list)) {
            injection.changes.push(change);
            injection.did(Deed::NoProxy);
            repaired.push(exceptions);
        }
    }
}

/// `None` when the address is listed already, or the list comes by reference and cannot be read.
fn exception(
    document: &Document,
    container: &Container,
    name: &str,
    (address, list): (&str, &str),
) -> Option<Change> {
    let Some(var) = container.var(name) else {
        let entry = json!({"name": name, "value": address});
        let present = document.node(container.at).get(list).filter(|node| node.is_sequence());
        return Some(match present {
            Some(node) => Change::Append(node.at(), entry.into()),
            None => Change::Member(container.at, list.to_owned(), json!([entry])),
        });
    };
    let listed = text(document, var)?;
    let holds = listed.split(',').any(|item| item.trim() == address || item.trim() == "*");
    let joined = if listed.is_empty() { address.to_owned() } else { format!("{listed},{address}") };
    (!holds).then(|| Change::Replace(var.value_at, json!(joined)))
}

fn is_set(document: &Document, container: &Container, name: &str) -> bool {
    container.var(name).is_some_and(|var| var.literal().is_none() || text(document, var) != Some(""))
}

fn text<'d>(document: &'d Document, var: &EnvVar) -> Option<&'d str> {
    var.literal()?;
    document.node(var.value_at).text()
}
