//! The guard: anyone may raise a namespace's mode, only configured groups may lower it.

use policyctl_policies::document::Node;
use policyctl_policies::policy::Mode;
use tracing::warn;

use super::{Admission, mode};
use crate::review::{Request, Response};

/// Cluster administrators can do anything anyway.
const ADMINISTRATORS: &str = "system:masters";

/// Allows every change of a namespace but a lowering by someone who may not.
pub(super) fn respond<'r>(admission: &Admission, request: &'r Request<'_>) -> Response<'r> {
    let uid = request.uid;
    let (before, after) = (labelled(request.old_object), labelled(request.object));
    if request.operation != "UPDATE" || after >= before || may_lower(admission, request) {
        return Response::allowed(uid);
    }
    let (user, namespace) = (request.user, request.name);
    warn!(uid, user, namespace, "lowering of the mode refused");
    admission.metrics.answered("guard", "denied", namespace, after.map_or("none", mode::name));
    let message = format!(
        "namespace {namespace}: label {} may be raised by anyone, but lowered or removed only by {}",
        mode::LABEL,
        allowed(admission).join(", "),
    );
    Response::denied(uid, message, Vec::new())
}

fn may_lower(admission: &Admission, request: &Request<'_>) -> bool {
    let allowed = allowed(admission);
    request.groups().any(|group| allowed.contains(&group))
}

fn allowed(admission: &Admission) -> Vec<&str> {
    let configured = admission.guard_groups.iter().map(String::as_str);
    std::iter::once(ADMINISTRATORS).chain(configured).collect()
}

/// The mode that the label names; an unknown word is none, so that writing one lowers.
fn labelled(object: Option<Node<'_>>) -> Option<Mode> {
    let labels = object?.get("metadata")?.get("labels")?;
    mode::parse(labels.get(mode::LABEL)?.text()?)
}
