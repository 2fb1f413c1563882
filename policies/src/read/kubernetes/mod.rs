//! Kubernetes objects: what runs, and what is a fact for what runs.

mod argo;
mod container;
mod data;
mod network;
mod platform;
mod pod;
mod templates;
mod volume;

use super::Contents;
use crate::document::Node;
use crate::facts::is_emulator_name;
use crate::workload::Store;

/// The API group of our own policy file, which is no input.
const OWN_GROUP: &str = "policyctl.dev/";

/// API groups of operators that run object servers.
const SERVER_GROUPS: [&str; 3] = ["minio.min.io", "ceph.rook.io", "seaweed.seaweedfs.com"];

/// It has what every Kubernetes object has.
pub(super) fn is_object(node: Node<'_>) -> bool {
    text(node, "apiVersion").is_some() && text(node, "kind").is_some()
}

/// Reads an object, or each object of a list.
pub(super) fn read(object: Node<'_>, contents: &mut Contents) {
    let kind = text(object, "kind").unwrap_or_default();
    let version = text(object, "apiVersion").unwrap_or_default();
    if let Some(list) = list_of(object, kind) {
        list.items().for_each(|item| read_item(item, kind, contents));
    } else if kind == "AdmissionReview" {
        if let Some(inner) = reviewed(object) {
            read(inner, contents);
        }
    } else if !version.starts_with(OWN_GROUP) {
        read_one(object, version, kind, contents);
    }
}

/// Source: Kubernetes API conventions, "Lists and simple kinds"; OpenShift API, `Template` (`objects`).
fn list_of<'d>(object: Node<'d>, kind: &str) -> Option<Node<'d>> {
    let member = match kind {
        "Template" => "objects",
        kind if kind.ends_with("List") => "items",
        _ => return None,
    };
    object.get(member).filter(|list| list.is_sequence())
}

/// The items of a typed list may leave out their kind: it is the list's, without `List`.
fn read_item(item: Node<'_>, list_kind: &str, contents: &mut Contents) {
    if is_object(item) {
        read(item, contents);
    } else if let Some(kind) = list_kind.strip_suffix("List").filter(|kind| !kind.is_empty()) {
        read_one(item, "v1", kind, contents);
    }
}

fn reviewed(review: Node<'_>) -> Option<Node<'_>> {
    review.get("request")?.get("object").filter(|object| is_object(*object))
}

fn read_one(object: Node<'_>, version: &str, kind: &str, contents: &mut Contents) {
    match (group(version), kind) {
        ("", "ServiceAccount") => contents.service_accounts.push(data::service_account(object)),
        ("", "Secret") => contents.objects.push((Store::Secret, data::secret(object))),
        ("", "ConfigMap") => contents.objects.push((Store::ConfigMap, data::config_map(object))),
        ("networking.k8s.io" | "extensions", "NetworkPolicy") => {
            contents.network_policies.push(network::policy(object));
        }
        _ => read_running(object, version, kind, contents),
    }
}

/// What holds pods in any form; everything else is counted.
fn read_running(object: Node<'_>, version: &str, kind: &str, contents: &mut Contents) {
    let before = contents.workloads.len();
    if let Some(steps) = argo::templates(object, version) {
        contents.workloads.push(argo::workload(object, kind, steps));
    } else {
        let found = templates::find(object, version, kind);
        contents.workloads.extend(found.pods.iter().map(|pod| pod::workload(object, kind, pod)));
        found.objects.into_iter().for_each(|inner| read(inner, contents));
    }
    if contents.workloads.len() == before {
        contents.others += 1;
        contents.emulators.extend(emulator(object, version, kind));
    }
}

/// An object server that an operator runs, or the Service of an emulator that runs elsewhere.
fn emulator(object: Node<'_>, version: &str, kind: &str) -> Option<String> {
    let (_, name) = data::identity(object);
    let served = kind == "Service" && is_emulator_name(&name);
    let operated = SERVER_GROUPS.contains(&group(version));
    (served || operated).then_some(name)
}

fn group(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}

fn text<'d>(node: Node<'d>, key: &str) -> Option<&'d str> {
    node.get(key)?.text()
}
