//! A pod, or the template of one, becomes a workload.

use smol_str::format_smolstr;

use super::templates::PodTemplate;
use super::{container, platform, volume};
use crate::credential::safe_name;
use crate::document::Node;
use crate::read::fields::{Fields, shown};
use crate::workload::{Container, Label, Loose, Platform, Role, Text, Workload, WorkloadId};

/// What kubectl keeps of an earlier manifest: it repeats the object, and nobody reads it.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Reads the pod of an object of this kind.
pub(super) fn workload(object: Node<'_>, kind: &str, pod: &PodTemplate<'_>) -> Workload {
    let mut fields = Fields::exact();
    fields.checked(pod.spec, pod.spec.is_mapping(), "the spec of a pod");
    let containers = containers(&mut fields, pod.spec);
    let volumes = volume::volumes(&mut fields, pod.spec);
    Workload { containers, volumes, ..around(fields, object, kind, pod) }
}

/// A workload but for its containers and volumes, whose fields were looked up before.
pub(super) fn around(mut fields: Fields, object: Node<'_>, kind: &str, pod: &PodTemplate<'_>) -> Workload {
    let own = pod.metadata.and_then(|own| fields.checked(own, own.is_mapping(), "a mapping"));
    let labels = metadata(&mut fields, own, "labels");
    let annotations = metadata(&mut fields, own, "annotations");
    if !pod.is_object {
        outer_metadata(&mut fields, object);
    }
    let platform = Platform::Kubernetes(platform::pod(&mut fields, object, pod, &labels));
    fields.keep_replaced(object.document(), object);
    Workload {
        id: id(object, kind, pod.label),
        at: object.at(),
        platform,
        containers: Vec::new(),
        volumes: Vec::new(),
        labels,
        annotations,
        loose: fields.loose,
        problems: fields.problems,
    }
}

/// What a report calls the workload of an object.
fn id(object: Node<'_>, kind: &str, label: Option<&str>) -> WorkloadId {
    let metadata = object.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(shown);
    let name = field("name").or_else(|| field("generateName").map(|prefix| format_smolstr!("{prefix}*")));
    let name = name.unwrap_or_else(|| Text::new_static("(unnamed)"));
    WorkloadId {
        kind: safe_name(kind).into(),
        namespace: field("namespace").filter(|namespace| !namespace.is_empty()),
        name: label.map_or(name.clone(), |label| format_smolstr!("{name}/{}", safe_name(label))),
    }
}

/// Init containers first, as they run.
pub(super) fn containers(fields: &mut Fields, spec: Node<'_>) -> Vec<Container> {
    let lists =
        [("initContainers", Role::Init), ("containers", Role::App), ("ephemeralContainers", Role::Ephemeral)];
    let user = container::user(fields, spec);
    let mut all = Vec::new();
    for (key, role) in lists {
        for (index, item) in fields.mappings(spec, key, "a list of containers").into_iter().enumerate() {
            let mut container = container::container(fields, item, index, role);
            container.user = container.user.or(user);
            all.push(container);
        }
    }
    all
}

/// Labels or annotations of a pod.
fn metadata(fields: &mut Fields, metadata: Option<Node<'_>>, key: &str) -> Vec<Label> {
    let labels =
        metadata.map(|metadata| fields.labels(metadata, key, "a mapping of texts")).unwrap_or_default();
    labels.into_iter().filter(|label| label.key != LAST_APPLIED).collect()
}

/// Labels and annotations of the object around a template: no process reads them.
fn outer_metadata(fields: &mut Fields, object: Node<'_>) {
    for (key, field) in [("labels", "label"), ("annotations", "annotation")] {
        let labels = metadata(fields, object.get("metadata"), key);
        let loose = labels.into_iter().map(|Label { key, value, at }| Loose { field, key, text: value, at });
        fields.loose.extend(loose);
    }
}
