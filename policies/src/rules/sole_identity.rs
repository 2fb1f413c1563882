//! What rules about missing roles share: whether a container is left without any identity, and why it matters.

use super::key_case::{Case, gravity};
use super::{Examined, Subject, isolated_container};
use crate::finding::Finding;
use crate::need::{Grade, Need};
use crate::trace::Source;

/// It needs AWS and nothing else that has a finding of its own gives or keeps it credentials: no key, no file, a network.
pub(super) fn is_left_without(subject: &Subject<'_>, examined: &Examined<'_>) -> bool {
    examined.need.grade >= Grade::Likely
        && !has_key(examined)
        && !has_file(examined)
        && !isolated_container::is_isolated(subject, examined)
}

/// Adds the heaviest reasons for the need.
pub(super) fn why_needed(mut finding: Finding, need: &Need) -> Finding {
    for reason in need.reasons.iter().filter(|reason| reason.points > 0).take(3) {
        finding = match reason.at {
            Some(at) => finding.because(at, reason.says.as_str()),
            None => finding.because_of(reason.says.as_str()),
        };
    }
    finding
}

/// A key is there that has a finding of its own.
pub(super) fn has_key(examined: &Examined<'_>) -> bool {
    examined.keys.iter().any(|set| {
        let case = Case::of(set);
        gravity(set).is_some()
            && (case.is_standing() || matches!(case, Case::Pasted | Case::Lacks(_) | Case::Unfilled))
    })
}

/// Some SDK takes a shared file.
pub(super) fn has_file(examined: &Examined<'_>) -> bool {
    let sources = examined.trace.sdks.iter().filter_map(|walk| walk.outcome.source.as_ref());
    sources.into_iter().any(|source| matches!(source, Source::File(_) | Source::Config(_)))
}
