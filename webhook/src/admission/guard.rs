//! The guard: anyone may raise a namespace's mode, only configured groups may lower it.

use policyctl_policies::document::{Format, Limits, parse};
use policyctl_policies::policy::Mode;
use serde_json::value::RawValue;
use tracing::warn;

use super::{Admission, mode};
use crate::review::{Request, Response};

/// Cluster administrators can do anything anyway.
const ADMINISTRATORS: &str = "system:masters";

/// Allows every change of a namespace but a lowering by someone who may not.
pub(super) fn respond<'r>(admission: &Admission, request: &'r Request<'_>) -> Response<'r> {
    let uid = request.uid.as_str();
    let (before, after) = (labelled(request.old_object), labelled(request.object));
    if request.operation.as_str() != "UPDATE" || after >= before || may_lower(admission, request) {
        return Response::allowed(uid);
    }
    let (user, namespace) = (request.user_info.username.as_str(), request.name());
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
    let groups = &request.user_info.groups;
    allowed(admission).iter().any(|allowed| groups.iter().any(|group| group.as_str() == *allowed))
}

fn allowed(admission: &Admission) -> Vec<&str> {
    let configured = admission.guard_groups.iter().map(String::as_str);
    std::iter::once(ADMINISTRATORS).chain(configured).collect()
}

/// The mode that the label names; an unknown word is none, so that writing one lowers.
fn labelled(object: Option<&RawValue>) -> Option<Mode> {
    let text = object?.get();
    let document =
        parse(&"namespace".into(), text.as_bytes(), Format::Json, Limits::default()).pop()?.ok()?;
    let labels = document.root().get("metadata")?.get("labels")?;
    mode::parse(labels.get(mode::LABEL)?.text()?)
}
