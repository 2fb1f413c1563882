//! Per container: inject, complete, or leave alone. `PATCHING` as code.

use serde_json::{Value, json};

use super::promise::{Mechanism, Promise};
use super::volume::{self, Names, Present};
use super::{Deed, Injection, KEYS_REMOVED, Pod, keys};
use crate::document::{At, Node};
use crate::finding::{Finding, Level};
use crate::fix::Change;
use crate::policy::Door;
use crate::workload::{Container, Os, Role, Value as Given};

const ROLE_ARN: &str = "AWS_ROLE_ARN";
const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const AUTH_TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const SKIP: &str = "eks.amazonaws.com/skip-containers";

/// What one container is to get.
enum Plan {
    /// Everything.
    Inject,
    /// The half that is missing.
    Complete(&'static str),
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
    let mut into_containers = Injection::default();
    for container in in_order(pod) {
        one(pod, promise, container, &mut into_containers);
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
fn in_order<'a>(pod: &Pod<'a>) -> impl Iterator<Item = &'a Container> {
    let skipped: Vec<String> =
        pod.annotation(SKIP).map(|names| names.split(',').map(str::to_owned).collect()).unwrap_or_default();
    let (apps, inits): (Vec<_>, Vec<_>) = pod
        .workload
        .containers
        .iter()
        .filter(|container| container.role != Role::Ephemeral)
        .partition(|container| container.role == Role::App);
    apps.into_iter().chain(inits).filter(move |container| !skipped.contains(&container.name))
}

/// The other mechanism is already somewhere in the pod: whoever put it there meant it.
fn other_kind_present(pod: &Pod<'_>, promise: &Promise) -> bool {
    let names: [&str; 2] = match promise.mechanism {
        Mechanism::Irsa { .. } => [FULL_URI, AUTH_TOKEN_FILE],
        Mechanism::PodIdentity { .. } => [ROLE_ARN, TOKEN_FILE],
    };
    pod.workload.containers.iter().any(|container| names.iter().any(|name| container.var(name).is_some()))
}

fn one(pod: &Pod<'_>, promise: &Promise, container: &Container, injection: &mut Injection) {
    match plan(pod, promise, container) {
        Plan::Inject => {
            add(pod, promise, container, &everything(pod, promise, container), injection);
            injection.did(match promise.mechanism {
                Mechanism::Irsa { .. } => Deed::Irsa,
                Mechanism::PodIdentity { .. } => Deed::PodIdentity,
            });
            take_keys_out(pod, promise, container, injection);
        }
        Plan::Kept => take_keys_out(pod, promise, container, injection),
        Plan::Complete(missing) => {
            let wanted = identity(pod, promise);
            let half: Vec<_> = wanted.into_iter().filter(|(name, _)| *name == missing).collect();
            add(pod, promise, container, &half, injection);
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

fn plan(pod: &Pod<'_>, promise: &Promise, container: &Container) -> Plan {
    if volume::mounted(container, Names::of(promise)) == Present::InTheWay {
        return Plan::Leave(Some("another mount stands where the token belongs; no identity was injected"));
    }
    let wanted = identity(pod, promise);
    let present: Vec<_> = wanted.iter().filter(|(name, _)| container.var(name).is_some()).collect();
    match present.as_slice() {
        [] => Plan::Inject,
        [(name, value)] => match wanted.iter().find(|(other, _)| other != name) {
            Some((missing, _)) if may_complete(pod, container, name, value) => Plan::Complete(missing),
            _ => Plan::Leave(Some(
                "half an identity is written here, and not the promised one; complete or delete it",
            )),
        },
        both if both.iter().all(|(name, value)| written(pod, container, name) == Some(value)) => Plan::Kept,
        _ => Plan::Leave(None),
    }
}

fn take_keys_out(pod: &Pod<'_>, promise: &Promise, container: &Container, injection: &mut Injection) {
    let removals = keys::replaced(pod, promise, container);
    if !removals.is_empty() {
        injection.did(Deed::KeysRemoved);
        injection.changes.extend(removals);
        injection.emptied.push(container.name.clone());
    }
}

fn may_complete(pod: &Pod<'_>, container: &Container, name: &str, promised: &str) -> bool {
    pod.policy.patch.half_identity.contains(&Door::Webhook) && written(pod, container, name) == Some(promised)
}

/// What a variable's value is in the manifest itself.
fn written<'d>(pod: &Pod<'d>, container: &Container, name: &str) -> Option<&'d str> {
    let var = container.var(name)?;
    matches!(var.value, Given::Literal(_)).then(|| pod.document.node(var.value_at).text()).flatten()
}

/// The two variables that make the identity, in EKS's order.
fn identity(pod: &Pod<'_>, promise: &Promise) -> [(&'static str, String); 2] {
    let path = Names::of(promise).token_path();
    match &promise.mechanism {
        Mechanism::Irsa { role_arn, .. } => {
            let windows = pod.workload.pod().is_some_and(|pod| pod.os == Some(Os::Windows));
            let path = if windows { format!("C:{}", path.replace('/', "\\")) } else { path };
            [(ROLE_ARN, role_arn.clone()), (TOKEN_FILE, path)]
        }
        Mechanism::PodIdentity { .. } => [(FULL_URI, endpoint(pod).to_owned()), (AUTH_TOKEN_FILE, path)],
    }
}

/// The agent's address, by the cluster's address family.
fn endpoint(pod: &Pod<'_>) -> &'static str {
    if pod.policy.surroundings.ipv6 {
        "http://[fd00:ec2::23]/v1/credentials"
    } else {
        "http://169.254.170.23/v1/credentials"
    }
}

/// All variables that a container without an identity gets, in EKS's order.
fn everything(pod: &Pod<'_>, promise: &Promise, container: &Container) -> Vec<(&'static str, String)> {
    let mut variables = Vec::new();
    if promise.regional_sts && container.var("AWS_STS_REGIONAL_ENDPOINTS").is_none() {
        variables.push(("AWS_STS_REGIONAL_ENDPOINTS", "regional".to_owned()));
    }
    let regions = ["AWS_DEFAULT_REGION", "AWS_REGION"];
    if let Some(region) = &pod.policy.surroundings.region
        && regions.iter().all(|name| container.var(name).is_none())
    {
        variables.extend(regions.map(|name| (name, region.clone())));
    }
    variables.extend(identity(pod, promise));
    variables
}

fn add(
    pod: &Pod<'_>,
    promise: &Promise,
    container: &Container,
    variables: &[(&'static str, String)],
    injection: &mut Injection,
) {
    let items = variables.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    append(pod, container.at, "env", items, injection);
    let names = Names::of(promise);
    if volume::mounted(container, names) == Present::No {
        append(pod, container.at, "volumeMounts", vec![volume::mount(names)], injection);
    }
}

/// Appends to a list of the container, or makes the list.
fn append(pod: &Pod<'_>, container: At, list: &str, items: Vec<Value>, injection: &mut Injection) {
    match pod.document.node(container).get(list).filter(|node| node.is_sequence()) {
        Some(node) => injection.changes.extend(items.into_iter().map(|item| Change::Append(node.at(), item))),
        None => injection.changes.push(Change::Member(container, list.into(), Value::Array(items))),
    }
}
