//! What rules about missing roles share: whether a container is left without any identity, and why it matters.

use super::key_case::{Case, gravity, is_unread};
use super::{Examined, isolated_container};
use crate::credential::Class;
use crate::finding::Finding;
use crate::need::{Grade, Need};
use crate::trace::{Bare, Link, Source, State, Trace};

/// It needs AWS and nothing else that has a finding of its own gives or keeps it credentials: no key, no file, a network.
pub(super) fn is_left_without(examined: &Examined<'_>) -> bool {
    !has_key(examined)
        && !has_file(examined)
        && examined.need().grade >= Grade::Likely
        && !isolated_container::is_isolated(examined)
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

/// A key, whole or not, is there for the process or its log router, and may open a door of AWS.
pub(super) fn has_key(examined: &Examined<'_>) -> bool {
    examined.keys.iter().any(|set| {
        let empty = set.parts().all(|part| part.class == Class::Empty);
        gravity(set).is_some() && !is_unread(set) && !empty && Case::of(set) != Case::StandIn
    })
}

/// A shared file is there, or may be there, that some SDK reads.
pub(super) fn has_file(examined: &Examined<'_>) -> bool {
    file_links(examined).next().is_some()
}

/// The links of all SDKs that read a shared file which is there, or may be.
pub(super) fn file_links<'e>(examined: &'e Examined<'_>) -> impl Iterator<Item = &'e Link> {
    let trace = (!examined.is_bare(Bare::OfFiles)).then(|| examined.trace());
    let links = trace.into_iter().flat_map(Trace::sdks).flat_map(|walk| &walk.chain);
    links.filter(|link| link.state != State::Absent && link.source.as_ref().is_some_and(from_file))
}

/// The credentials come from a shared file, directly or in the end.
pub(super) fn from_file(source: &Source) -> bool {
    match source {
        Source::File(_) | Source::Config(_) | Source::Process | Source::Sso => true,
        Source::AssumeRole(from) => from_file(from),
        _ => false,
    }
}
