//! Where in an object the pods are: known kinds by their paths, every other kind by shape.

use super::{group, is_object};
use crate::document::Node;

/// How deep a pod template is looked for. JobSet, the deepest kind known, has it at eight.
const DEPTH: usize = 12;

/// A pod, or the template of one.
#[derive(Clone, Copy)]
pub(super) struct PodTemplate<'d> {
    /// Its spec.
    pub(super) spec: Node<'d>,
    /// Its metadata.
    pub(super) metadata: Option<Node<'d>>,
    /// The object is the pod.
    pub(super) is_object: bool,
    /// What tells it from the object's other templates.
    pub(super) label: Option<&'d str>,
}

/// What an object holds.
#[derive(Default)]
pub(super) struct Found<'d> {
    pub(super) pods: Vec<PodTemplate<'d>>,
    /// Whole objects inside another: what it will create.
    pub(super) objects: Vec<Node<'d>>,
}

/// The pods of an object. A known kind has one, even when its containers are missing or of the wrong shape.
pub(super) fn find<'d>(object: Node<'d>, version: &str, kind: &str) -> Found<'d> {
    if let Some(path) = known_path(version, kind) {
        let pod = path.iter().try_fold(object, |node, key| node.get(key));
        let pods = pod.and_then(|pod| of_known(pod, path.is_empty())).into_iter().collect();
        return Found { pods, objects: Vec::new() };
    }
    let mut found = Found::default();
    if !describes_patterns(version, kind) {
        search_members(object, None, DEPTH, &mut found);
        label_apart(&mut found.pods);
    }
    found
}

/// Where the pod template of a built-in kind stands; a pod is its own.
/// Source: Kubernetes API reference, "Workload resources".
fn known_path(version: &str, kind: &str) -> Option<&'static [&'static str]> {
    match (group(version), kind) {
        ("", "Pod") => Some(&[]),
        ("", "PodTemplate") => Some(&["template"]),
        ("", "ReplicationController")
        | ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("batch", "Job") => Some(&["spec", "template"]),
        ("batch", "CronJob") => Some(&["spec", "jobTemplate", "spec", "template"]),
        _ => None,
    }
}

/// A template or a spec of the wrong shape is a pod all the same: what is wrong with it will be said.
fn of_known(pod: Node<'_>, is_object: bool) -> Option<PodTemplate<'_>> {
    let spec = if pod.is_mapping() { pod.get("spec")? } else { pod };
    Some(PodTemplate { spec, metadata: pod.get("metadata"), is_object, label: None })
}

/// Kinds whose pods are patterns to compare with or schemas, not pods that will run.
fn describes_patterns(version: &str, kind: &str) -> bool {
    let group = group(version);
    kind == "CustomResourceDefinition" || group == "kyverno.io" || group.ends_with("gatekeeper.sh")
}

fn search_members<'d>(node: Node<'d>, label: Option<&'d str>, depth: usize, found: &mut Found<'d>) {
    if let Some(spec) = node.get("spec").filter(|spec| has_containers(*spec)) {
        found.pods.push(PodTemplate { spec, metadata: node.get("metadata"), is_object: false, label });
        return;
    }
    for entry in node.entries() {
        match entry.key.text() {
            Some("metadata" | "status") | None => {}
            Some(key) => search(entry.value, naming(key).or(label), depth, found),
        }
    }
}

fn search<'d>(node: Node<'d>, label: Option<&'d str>, depth: usize, found: &mut Found<'d>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if node.is_mapping() && is_object(node) && node.get("metadata").is_some() {
        found.objects.push(node);
    } else if node.is_mapping() {
        let own = ["name", "groupName"].iter().find_map(|key| node.get(key)?.text());
        search_members(node, own.or(label), depth, found);
    }
    node.items().filter(|item| item.is_mapping()).for_each(|item| search(item, label, depth, found));
}

/// Containers, by shape: a list of mappings with an image.
fn has_containers(spec: Node<'_>) -> bool {
    let containers = spec.get("containers");
    containers
        .is_some_and(|list| list.items().any(|item| item.get("image").is_some_and(|i| i.text().is_some())))
}

/// Members that say nothing about which template it is.
fn naming(key: &str) -> Option<&str> {
    (!matches!(key, "spec" | "template" | "podTemplate")).then_some(key)
}

/// A label is needed only where there are several.
fn label_apart(pods: &mut [PodTemplate<'_>]) {
    if let [only] = pods {
        only.label = None;
    }
}
