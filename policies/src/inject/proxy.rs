//! NO_PROXY: without it some SDKs send the request for credentials to the proxy.

use serde_json::json;

use super::{Deed, Injection, Pod};
use crate::fix::Change;
use crate::workload::{Container, EnvVar, Role};

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
    for container in pod.workload.containers.iter().filter(|container| container.role != Role::Ephemeral) {
        if injected || asks_agent(pod, container) {
            one(pod, container, injection);
        }
    }
}

fn asks_agent(pod: &Pod<'_>, container: &Container) -> bool {
    let uri = container.var(FULL_URI).and_then(|var| text(pod, var));
    uri.is_some_and(|uri| uri.contains("169.254.170.23") || uri.contains("fd00:ec2::23"))
}

fn one(pod: &Pod<'_>, container: &Container, injection: &mut Injection) {
    let address = if pod.policy.surroundings.ipv6 { "[fd00:ec2::23]" } else { "169.254.170.23" };
    let mut repaired: Vec<&str> = Vec::new();
    for (proxy, exceptions) in PROXIES {
        if !is_set(pod, container, proxy) || repaired.contains(&exceptions) {
            continue;
        }
        if let Some(change) = exception(pod, container, exceptions, address) {
            injection.changes.push(change);
            injection.did(Deed::NoProxy);
            repaired.push(exceptions);
        }
    }
}

/// `None` when the address is listed already, or the list comes by reference and cannot be read.
fn exception(pod: &Pod<'_>, container: &Container, name: &str, address: &str) -> Option<Change> {
    let Some(var) = container.var(name) else {
        let entry = json!({"name": name, "value": address});
        return container.env_at.map(|list| Change::Append(list, entry));
    };
    let listed = text(pod, var)?;
    let holds = listed.split(',').any(|item| item.trim() == address || item.trim() == "*");
    let joined = if listed.is_empty() { address.to_owned() } else { format!("{listed},{address}") };
    (!holds).then(|| Change::Replace(var.value_at, json!(joined)))
}

fn is_set(pod: &Pod<'_>, container: &Container, name: &str) -> bool {
    container.var(name).is_some_and(|var| var.literal().is_none() || text(pod, var) != Some(""))
}

fn text<'d>(pod: &Pod<'d>, var: &EnvVar) -> Option<&'d str> {
    var.literal()?;
    pod.document.node(var.value_at).text()
}
