//! Per container: inject, complete, or leave alone. `PATCHING` as code.

use std::sync::Arc;

use serde_json::{Value, json};

use super::kit::{self, Kit, Variable};
use super::promise::{Mechanism, Promise};
use super::volume::{self, Names, Present};
use super::{Deed, Injection, KEYS_REMOVED, Pod, keys};
use crate::document::{At, Node};
use crate::finding::{Finding, Level};
use crate::fix::Change;
use crate::policy::Door;
use crate::workload::{Container, Role, Value as Given};

const SKIP: &str = "eks.amazonaws.com/skip-containers";

/// What one container is to get.
enum Plan<'k> {
    /// Everything.
    Inject,
    /// The half that is missing.
    Complete(&'k Variable),
    /// Nothing: someone has kept this promise already.
    Kept,
    /// Nothing, for this reason if there is one to tell.
    Leave(Option<&'static str>),
}

/// Injects a promise into every container that should have it.
pub(super) fn inject(pod: &Pod<'_>, promise: &Promise, injection: &mut Injection) {
    if other_kind_present(pod, promise) {
        return;
    }
    if volume::volume(pod.workload, promise) == Present::InTheWay {
        let says =
            format!("pod: another volume is called {}; no identity was injected", Names::of(promise).volume);
        injection.findings.push(Finding::new("identity-not-injected", Level::Warn, pod.workload.at, says));
        return;
    }
    let kit = Kit::of(pod, promise);
    let mut into_containers = Injection::default();
    for container in in_order(pod) {
        one(pod, &kit, container, &mut into_containers);
    }
    if into_containers.deeds.iter().any(|deed| *deed != Deed::KeysRemoved) {
        around(pod, promise, injection);
    }
    injection.changes.append(&mut into_containers.changes);
    injection.findings.append(&mut into_containers.findings);
    injection.emptied.append(&mut into_containers.emptied);
    mark_emptied(pod, injection);
    into_containers.deeds.into_iter().for_each(|deed| injection.did(deed));
}

/// The label of Pod Identity, then the volume: before the containers, as EKS orders them.
fn around(pod: &Pod<'_>, promise: &Promise, injection: &mut Injection) {
    if matches!(promise.mechanism, Mechanism::PodIdentity { .. }) {
        injection.changes.extend(label(pod));
    }
    let spec = pod.workload.pod().and_then(|pod| pod.spec);
    if let (Some(spec), Present::No) = (spec, volume::volume(pod.workload, promise)) {
        let value = volume::value(promise);
        let volumes = pod.document.node(spec).get("volumes").filter(|node| node.is_sequence());
        injection.changes.push(match volumes {
            Some(list) => Change::Prepend(list.at(), value),
            None => Change::Member(spec, "volumes".into(), json!([value])),
        });
    }
}

fn label(pod: &Pod<'_>) -> Option<Change> {
    const KEY: &str = "eks.amazonaws.com/pod-identity";
    let metadata = pod.workload.pod()?.metadata?;
    let labels = pod.document.node(metadata).get("labels");
    let there = labels.and_then(|labels| labels.get(KEY)).and_then(Node::text) == Some("enabled");
    (!there).then(|| entry(pod, metadata, "labels", (KEY, "enabled".to_owned())))
}

/// So that its author is told, for whom the defect would be hidden otherwise.
fn mark_emptied(pod: &Pod<'_>, injection: &mut Injection) {
    let Some(metadata) = pod.workload.pod().and_then(|pod| pod.metadata) else { return };
    if !injection.emptied.is_empty() {
        let names = injection.emptied.join(",");
        injection.changes.push(entry(pod, metadata, "annotations", (KEYS_REMOVED, names)));
    }
}

/// One entry of a mapping of the metadata, which is made where it is not there.
fn entry(pod: &Pod<'_>, metadata: At, mapping: &str, (key, value): (&str, String)) -> Change {
    match pod.document.node(metadata).get(mapping).filter(|node| node.is_mapping()) {
        Some(mapping) => Change::Member(mapping.at(), key.to_owned(), json!(value)),
        None => Change::Member(metadata, mapping.to_owned(), json!({key: value})),
    }
}

/// Containers, then init containers, as EKS orders its operations; never ephemeral ones.
fn in_order<'a>(pod: &'a Pod<'_>) -> impl Iterator<Item = &'a Container> {
    let skipped = pod.annotation(SKIP);
    let is_skipped = move |name: &str| skipped.is_some_and(|names| names.split(',').any(|one| one == name));
    let all = || pod.workload.containers.iter();
    let apps = all().filter(|container| container.role == Role::App);
    let inits = all().filter(|container| !matches!(container.role, Role::App | Role::Ephemeral));
    apps.chain(inits).filter(move |container| !is_skipped(&container.name))
}

/// The other mechanism is already somewhere in the pod: whoever put it there meant it.
fn other_kind_present(pod: &Pod<'_>, promise: &Promise) -> bool {
    let names = kit::names_of_other(&promise.mechanism);
    pod.workload.containers.iter().any(|container| names.iter().any(|name| container.var(name).is_some()))
}

fn one(pod: &Pod<'_>, kit: &Kit<'_>, container: &Container, injection: &mut Injection) {
    match plan(pod, kit, container) {
        Plan::Inject => {
            add(pod, kit, container, kit.everything(container), injection);
            injection.did(match kit.promise.mechanism {
                Mechanism::Irsa { .. } => Deed::Irsa,
                Mechanism::PodIdentity { .. } => Deed::PodIdentity,
            });
            take_keys_out(pod, kit.promise, container, injection);
        }
        Plan::Kept => take_keys_out(pod, kit.promise, container, injection),
        Plan::Complete(missing) => {
            add(pod, kit, container, std::iter::once(missing), injection);
            injection.did(Deed::Completed);
        }
        Plan::Leave(Some(says)) => {
            let message = format!("container `{}`: {says}", container.name);
            let finding = Finding::new("half-key-pair", Level::Warn, container.at, message);
            injection.findings.push(finding.in_container(&container.name));
        }
        Plan::Leave(None) => {}
    }
}

fn plan<'k>(pod: &Pod<'_>, kit: &'k Kit<'_>, container: &Container) -> Plan<'k> {
    if volume::mounted(container, kit.names) == Present::InTheWay {
        return Plan::Leave(Some("another mount stands where the token belongs; no identity was injected"));
    }
    let [first, second] = &kit.identity;
    let is_there = |variable: &Variable| container.var(variable.name).is_some();
    match (is_there(first), is_there(second)) {
        (false, false) => Plan::Inject,
        (true, false) => half(pod, container, first, second),
        (false, true) => half(pod, container, second, first),
        (true, true) if kit.identity.iter().all(|promised| is_written(pod, container, promised)) => {
            Plan::Kept
        }
        (true, true) => Plan::Leave(None),
    }
}

fn half<'k>(pod: &Pod<'_>, container: &Container, present: &Variable, missing: &'k Variable) -> Plan<'k> {
    if pod.policy.patch.half_identity.contains(&Door::Webhook) && is_written(pod, container, present) {
        return Plan::Complete(missing);
    }
    Plan::Leave(Some("half an identity is written here, and not the promised one; complete or delete it"))
}

fn take_keys_out(pod: &Pod<'_>, promise: &Promise, container: &Container, injection: &mut Injection) {
    let removals = keys::replaced(pod, promise, container);
    if !removals.is_empty() {
        injection.did(Deed::KeysRemoved);
        injection.changes.extend(removals);
        injection.emptied.push(container.name.clone());
    }
}

/// The manifest itself gives the variable the promised value.
fn is_written(pod: &Pod<'_>, container: &Container, promised: &Variable) -> bool {
    container.var(promised.name).is_some_and(|var| {
        matches!(var.value, Given::Literal(_))
            && pod.document.node(var.value_at).text() == Some(promised.value())
    })
}

fn add<'k>(
    pod: &Pod<'_>,
    kit: &'k Kit<'_>,
    container: &Container,
    variables: impl Iterator<Item = &'k Variable>,
    injection: &mut Injection,
) {
    append(pod, container.at, "env", variables.map(|variable| &variable.entry), injection);
    if volume::mounted(container, kit.names) == Present::No {
        append(pod, container.at, "volumeMounts", std::iter::once(&kit.mount), injection);
    }
}

/// Appends to a list of the container, or makes the list.
fn append<'k>(
    pod: &Pod<'_>,
    container: At,
    list: &str,
    items: impl Iterator<Item = &'k Arc<Value>>,
    injection: &mut Injection,
) {
    if let Some(node) = pod.document.node(container).get(list).filter(|node| node.is_sequence()) {
        injection.changes.extend(items.map(|item| Change::Append(node.at(), Arc::clone(item))));
    } else {
        let items = items.map(|item| Value::clone(item)).collect();
        injection.changes.push(Change::Member(container, list.into(), items));
    }
}
