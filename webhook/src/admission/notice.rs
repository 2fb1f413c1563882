//! Telling the controller of a pod that it was denied, or would be.

use policyctl_policies::finding::{Level, Located};
use policyctl_policies::policy::Mode;

use super::{Admission, Subject, text};
use crate::events::Notice;
use crate::review::Request;

/// Tells the controller of a new pod why it was denied, or would be in a namespace that enforces.
///
/// Not on a dry run, and not where the mode is to look on in silence.
pub(super) fn tell(
    admission: &Admission,
    request: &Request<'_>,
    subject: &Subject,
    (findings, rules): (&[Located], &str),
    mode: Mode,
) {
    let new = request.operation == "CREATE" && subject.pod().is_some();
    if !admission.events.are_on() || !new || request.dry_run || mode == Mode::Audit {
        return;
    }
    let denied: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Deny).collect();
    // A static pod's mirror belongs to its node, which no namespace holds.
    let controller = subject.controller().filter(|controller| controller.kind != "Node");
    let Some(controller) = controller.filter(|_| !denied.is_empty()) else { return };
    admission.events.tell(Notice {
        controller,
        namespace: request.namespace.to_owned(),
        denied: mode == Mode::Enforce,
        rules: rules.to_owned(),
        note: text::denial(&denied, &admission.policy.get().name, request.uid),
    });
}
