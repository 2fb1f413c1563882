//! What a pod says of where and as whom it runs.

use super::templates::PodTemplate;
use crate::document::Node;
use crate::read::fields::Fields;
use crate::workload::{Label, Os, Pod};

/// Labels that name a node's operating system. Source: Kubernetes reference, "Well-Known Labels".
const OS_LABELS: [&str; 2] = ["kubernetes.io/os", "beta.kubernetes.io/os"];
/// Set on pods by EKS. Source: Amazon EKS user guide, "Define which Pods use AWS Fargate when launched".
const FARGATE_PROFILE: &str = "eks.amazonaws.com/fargate-profile";
/// A node's label on EKS: `fargate`, `hybrid`, `auto`.
const COMPUTE_TYPE: &str = "eks.amazonaws.com/compute-type";
const FARGATE_SCHEDULER: &str = "fargate-scheduler";

/// Reads the parts of a pod that are no containers, volumes or metadata.
pub(super) fn pod(fields: &mut Fields, object: Node<'_>, pod: &PodTemplate<'_>, labels: &[Label]) -> Pod {
    let spec = pod.spec;
    let named = fields.named(spec, "serviceAccountName");
    Pod {
        spec: Some(spec.at()),
        metadata: pod.metadata.map(Node::at),
        service_account: named.or_else(|| fields.named(spec, "serviceAccount")),
        host_network: fields.is_on(spec, "hostNetwork"),
        os: os(fields, spec),
        fargate: is_fargate(fields, spec, labels),
        runs: pod.is_object && exists(object, spec),
        template: !pod.is_object,
    }
}

fn os(fields: &mut Fields, spec: Node<'_>) -> Option<Os> {
    let named = fields.mapping(spec, "os", "a mapping").and_then(|os| fields.name(os, "name"));
    let selected = selected_os(fields, spec);
    named.as_deref().and_then(os_of).or(selected).or_else(|| required_os(spec))
}

fn selected_os(fields: &mut Fields, spec: Node<'_>) -> Option<Os> {
    let selector = fields.mapping(spec, "nodeSelector", "a mapping of texts")?;
    OS_LABELS.iter().find_map(|label| os_of(&fields.name(selector, label)?))
}

/// The system that every term of the required node affinity asks for.
/// Source: Kubernetes API reference, `NodeSelector`: terms are alternatives.
fn required_os(spec: Node<'_>) -> Option<Os> {
    let path =
        ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"];
    let terms = path.iter().try_fold(spec, |node, key| node.get(key))?;
    let mut systems = terms.items().map(term_os);
    let first = systems.next()??;
    systems.all(|os| os == Some(first)).then_some(first)
}

fn term_os(term: Node<'_>) -> Option<Os> {
    let expressions = term.get("matchExpressions")?;
    expressions.items().find_map(|expression| {
        let on_os = OS_LABELS.contains(&expression.get("key")?.text()?);
        let (operator, values) = (expression.get("operator")?.text()?, expression.get("values")?);
        let only = (values.items().len() == 1).then(|| values.items().next()?.text()).flatten()?;
        (on_os && operator == "In").then(|| os_of(only)).flatten()
    })
}

fn os_of(name: &str) -> Option<Os> {
    match name {
        "linux" => Some(Os::Linux),
        "windows" => Some(Os::Windows),
        _ => None,
    }
}

fn is_fargate(fields: &mut Fields, spec: Node<'_>, labels: &[Label]) -> bool {
    let selector = fields.get(spec, "nodeSelector");
    let compute = selector.and_then(|selector| selector.get(COMPUTE_TYPE)).and_then(Node::text);
    let scheduler = fields.name(spec, "schedulerName");
    labels.iter().any(|label| label.key == FARGATE_PROFILE)
        || compute == Some("fargate")
        || scheduler.as_deref() == Some(FARGATE_SCHEDULER)
}

/// A cluster gives a pod a uid, a node and a status; a manifest may carry an empty status.
fn exists(object: Node<'_>, spec: Node<'_>) -> bool {
    let uid = object.get("metadata").and_then(|metadata| metadata.get("uid"));
    let status = object.get("status").is_some_and(|status| status.entries().len() > 0);
    uid.is_some() || status || spec.get("nodeName").is_some()
}
