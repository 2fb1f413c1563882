//! How the SDKs in question are divided over a question.

use crate::finding::Finding;
use crate::trace::{FailureClass, OutcomeKind, SdkTrace, Source, Trace, recorded_version};

/// The voters' answers to one question.
pub(super) struct Vote<'t> {
    /// Those for whom it is so.
    pub(super) yes: Vec<&'t SdkTrace>,
    /// How many were asked.
    pub(super) asked: usize,
}

impl<'t> Vote<'t> {
    /// Puts a question to every voter.
    pub(super) fn on(trace: &'t Trace, question: impl Fn(&SdkTrace) -> bool) -> Self {
        let all: Vec<&SdkTrace> = trace.voting().collect();
        Self { asked: all.len(), yes: all.into_iter().filter(|walk| question(walk)).collect() }
    }

    /// At least one was asked, and all said yes.
    pub(super) fn is_unanimous(&self) -> bool {
        self.asked > 0 && self.yes.len() == self.asked
    }

    /// Who said yes: `every SDK`, or names, the first three of more than four.
    pub(super) fn names(&self) -> String {
        if self.is_unanimous() && self.asked > 1 {
            return "every SDK".to_owned();
        }
        let names: Vec<&str> = self.yes.iter().map(|walk| walk.sdk).collect();
        match &names[..] {
            [one, two, three, rest @ ..] if rest.len() > 1 => {
                format!("{one}, {two}, {three} and {} more", rest.len())
            }
            _ => super::wording::list(&names),
        }
    }

    /// For how many it is so, and which real SDKs were recorded doing it.
    pub(super) fn proof(&self) -> String {
        self.tells("so for")
    }

    /// As [`Self::proof`], with other words before the numbers: `the chain stops there in`.
    pub(super) fn tells(&self, lead: &str) -> String {
        format!("{lead} {} of {} SDKs asked{}", self.yes.len(), self.asked, recorded(&self.yes))
    }
}

/// The SDKs whose chain ends in an error.
pub(super) fn stopped(trace: &Trace) -> Vote<'_> {
    Vote::on(trace, |walk| {
        walk.outcome.kind == OutcomeKind::Error && walk.outcome.class == Some(FailureClass::Stop)
    })
}

/// `; recorded: boto3 1.44.8, js-v3 3.1169.0`, of those that were.
pub(super) fn recorded(walks: &[&SdkTrace]) -> String {
    let version = |walk: &&SdkTrace| Some(format!("{} {}", walk.sdk, recorded_version(walk.sdk)?));
    let recorded: Vec<String> = walks.iter().filter_map(version).collect();
    if recorded.is_empty() { String::new() } else { format!("; recorded: {}", recorded.join(", ")) }
}

/// A source and the SDKs that use it.
pub(super) type Camp<'t> = (&'t Source, Vec<&'t SdkTrace>);

/// The sources that are used, each with the SDKs that use it; the largest camp first.
pub(super) fn camps<'t>(walks: impl Iterator<Item = &'t SdkTrace>) -> Vec<Camp<'t>> {
    let mut camps: Vec<Camp<'t>> = Vec::new();
    for walk in walks.filter(|walk| walk.outcome.kind == OutcomeKind::Credentials) {
        let Some(source) = &walk.outcome.source else { continue };
        match camps.iter_mut().find(|(known, _)| *known == source) {
            Some((_, sdks)) => sdks.push(walk),
            None => camps.push((source, vec![walk])),
        }
    }
    camps.sort_by_key(|(_, sdks)| std::cmp::Reverse(sdks.len()));
    camps
}

/// Names each camp: the source, who uses it, and which of them were recorded.
pub(super) fn with_camps(finding: Finding, camps: &[Camp<'_>]) -> Finding {
    camps.iter().fold(finding, |finding, (source, walks)| {
        let names: Vec<&str> = walks.iter().map(|walk| walk.sdk).collect();
        finding.because_of(format!("{source}: {}{}", super::wording::list(&names), recorded(walks)))
    })
}
