//! Most pods have nothing to do with AWS. They are let through without a question to any rule.

use policyctl_policies::document::Node;
use policyctl_policies::policy::{Bundle, Grant, Policy};
use policyctl_policies::sieve;

use super::{Admission, subject};
use crate::review::Request;

/// A pod about which no rule has anything to say and into which nothing is injected, as can be told from its
/// text, its service account and the policy. The full examination would come to the same.
pub(super) fn is_clean(admission: &Admission, request: &Request<'_>) -> bool {
    let Some(object) = request.object.filter(|_| subject::is_pod(request)) else { return false };
    let Some(spec) = object.get("spec") else { return false };
    is_plain(&admission.policy.get())
        && object.document().duplicates().is_empty()
        && admission.cluster.promises_nothing(request.namespace, account(spec))
        && !(admission.cluster.reads_object_keys() && takes_in_bulk(spec))
        && !sieve::may_concern(object.source())
}

/// The policy says nothing that could concern a pod which never mentions AWS.
fn is_plain(policy: &Policy) -> bool {
    let for_pods = |grant: &Grant| !matches!(grant, Grant::TaskRole(_));
    policy.bundle != Bundle::Strict
        && policy.needs.is_empty()
        && !policy.roles.iter().any(|role| for_pods(&role.grant))
}

/// The service account, as pods name it in two ways.
fn account(spec: Node<'_>) -> &str {
    let named = |key| spec.get(key).and_then(Node::text).filter(|name| !name.is_empty());
    named("serviceAccountName").or_else(|| named("serviceAccount")).unwrap_or("default")
}

/// A container takes its variables from whole objects.
fn takes_in_bulk(spec: Node<'_>) -> bool {
    let mut containers =
        spec.entries().filter(|entry| entry.value.is_sequence()).flat_map(|list| list.value.items());
    containers.any(|container| container.get("envFrom").is_some())
}
