//! The mark by which `policyctl-webhook check` knows that an answer is ours, whatever the mode.

use policyctl_policies::policy::{Mode, Policy};

use super::{Subject, mode};
use crate::check::probe::{ANNOTATION, MARK};
use crate::review::{Request, Response};

/// Enough of a policy's digest to tell one from another: its algorithm and twelve digits.
const SHORT: usize = "sha256:".len() + 12;

/// Adds a warning to the answer for a pod that asks for it, on a dry run.
pub(super) fn marked<'r>(
    mut response: Response<'r>,
    request: &Request<'_>,
    subject: &Subject,
    mode: Mode,
    policy: &Policy,
) -> Response<'r> {
    if request.dry_run && subject.is_annotated(ANNOTATION) {
        let (mode, name) = (mode::name(mode), &policy.name);
        let digest: String = policy.digest.chars().take(SHORT).collect();
        response.warnings.insert(0, format!("{MARK}: mode {mode}, policy {name} ({digest})"));
    }
    response
}
