//! Compose files: each service is a workload of one container.
//!
//! `profiles`, `extends` and `include` are left alone: what they bring in was not seen.
//! Source: Compose Specification, "Services top-level elements", "Networks top-level elements" and
//! "Secrets top-level elements".

mod interpolation;
mod network;
mod service;

use super::fields::{Fields, shown};
use crate::credential::safe_name;
use crate::document::{Entry, Node};
use crate::workload::{Platform, Text, Workload, WorkloadId};

/// What a report calls a service.
const KIND: &str = "Service (Compose)";

/// Members of the file's own lists in which people leave keys.
const SHARED: [(&str, &str, &str); 3] = [
    ("configs", "content", "config"),
    ("volumes", "driver_opts", "volume option"),
    ("networks", "driver_opts", "network option"),
];

/// It has services, and one of them has an image or is built.
pub(super) fn is_file(root: Node<'_>) -> bool {
    let has_source = |entry: Entry<'_>| ["image", "build"].iter().any(|key| entry.value.get(key).is_some());
    let services = root.get("services").filter(|services| services.is_mapping());
    root.get("apiVersion").is_none() && services.is_some_and(|services| services.entries().any(has_source))
}

/// Reads every service.
pub(super) fn read(file: Node<'_>, workloads: &mut Vec<Workload>) {
    let services = file.get("services").into_iter().flat_map(Node::entries);
    let mut read: Vec<_> =
        services.filter(|entry| entry.value.is_mapping()).map(|entry| workload(file, entry)).collect();
    if let Some(first) = read.first_mut() {
        let mut fields = Fields::exact();
        keep_shared(&mut fields, file);
        first.loose.extend(fields.loose);
    }
    workloads.append(&mut read);
}

/// Texts that belong to no service; the first one speaks for them.
fn keep_shared(fields: &mut Fields, file: Node<'_>) {
    for (list, member, field) in SHARED {
        for entry in file.get(list).into_iter().flat_map(Node::entries) {
            if let Some(text) = entry.value.get(member) {
                fields.keep_below(text, field);
            }
        }
    }
}

fn workload(file: Node<'_>, entry: Entry<'_>) -> Workload {
    let name = shown(entry.key).unwrap_or_default();
    let node = entry.value;
    let mut fields = Fields::exact();
    let (container, volumes) = service::service(&mut fields, file, node, &name);
    let network = network::of(file, node);
    if let Some(build) = node.get("build").and_then(|build| build.get("args")) {
        fields.keep_below(build, "build argument");
    }
    fields.keep_replaced(node.document(), node);
    Workload {
        id: WorkloadId { kind: Text::new_static(KIND), namespace: None, name: safe_name(&name).into() },
        at: node.at(),
        platform: Platform::Docker(network),
        containers: vec![container],
        volumes,
        labels: Vec::new(),
        annotations: Vec::new(),
        loose: fields.loose,
        problems: fields.problems,
    }
}
