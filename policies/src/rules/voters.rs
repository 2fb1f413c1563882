//! How the SDKs in question are divided over a question.

use crate::finding::Finding;
use crate::trace::{Ending, FailureClass, OutcomeKind, SdkTrace, Source, Trace, recorded_version};

/// The voters' answers to one question.
pub(super) struct Vote {
    /// Those for whom it is so.
    pub(super) yes: Vec<&'static str>,
    /// How many were asked.
    pub(super) asked: usize,
}

/// What a question is put to: how an SDK's walk ends or, where the question is about links, all of it.
pub(super) trait Voter {
    /// The SDK.
    fn sdk(&self) -> &'static str;
}

impl Voter for Ending {
    fn sdk(&self) -> &'static str {
        self.sdk
    }
}

impl Voter for SdkTrace {
    fn sdk(&self) -> &'static str {
        self.sdk
    }
}

impl Vote {
    /// Puts a question to every voter.
    pub(super) fn on<'t, V: Voter + 't>(
        voters: impl IntoIterator<Item = &'t V>,
        question: impl Fn(&V) -> bool,
    ) -> Self {
        let mut vote = Self { yes: Vec::new(), asked: 0 };
        for voter in voters {
            vote.asked += 1;
            vote.yes.extend(question(voter).then(|| voter.sdk()));
        }
        vote
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
        match &self.yes[..] {
            [one, two, three, rest @ ..] if rest.len() > 1 => {
                format!("{one}, {two}, {three} and {} more", rest.len())
            }
            names => super::wording::list(names),
        }
    }

    /// For how many it is so, and which real SDKs were recorded doing it.
    pub(super) fn proof(&self) -> String {
        self.tells("so for")
    }

    /// As [`Self::proof`], with other words before the numbers: `the chain stops there in`.
    pub(super) fn tells(&self, lead: &str) -> String {
        let mut told = format!("{lead} {} of {} SDKs asked", self.yes.len(), self.asked);
        recorded(&self.yes, &mut told);
        told
    }
}

/// The SDKs whose chain ends in an error.
pub(super) fn stopped(trace: &Trace) -> Vote {
    Vote::on(trace.endings(), |ending| {
        ending.outcome.kind == OutcomeKind::Error && ending.outcome.class == Some(FailureClass::Stop)
    })
}

/// Adds `; recorded: boto3 1.44.8, js-v3 3.1169.0`, of those that were.
fn recorded(sdks: &[&'static str], told: &mut String) {
    let mut before = "; recorded: ";
    for sdk in sdks {
        let Some(version) = recorded_version(sdk) else { continue };
        for part in [before, sdk, " ", version] {
            told.push_str(part);
        }
        before = ", ";
    }
}

/// A source and the SDKs that use it.
pub(super) type Camp<'t> = (&'t Source, Vec<&'static str>);

/// The sources that are used, each with the SDKs that use it; the largest camp first.
pub(super) fn camps(endings: &[Ending]) -> Vec<Camp<'_>> {
    let mut camps: Vec<Camp<'_>> = Vec::new();
    for ending in endings.iter().filter(|ending| ending.outcome.kind == OutcomeKind::Credentials) {
        let Some(source) = &ending.outcome.source else { continue };
        match camps.iter_mut().find(|(known, _)| *known == source) {
            Some((_, sdks)) => sdks.push(ending.sdk),
            None => camps.push((source, vec![ending.sdk])),
        }
    }
    camps.sort_by_key(|(_, sdks)| std::cmp::Reverse(sdks.len()));
    camps
}

/// Names each camp: the source, who uses it, and which of them were recorded.
pub(super) fn with_camps(finding: Finding, camps: &[Camp<'_>]) -> Finding {
    camps.iter().fold(finding, |finding, (source, sdks)| {
        let mut reason = format!("{source}: {}", super::wording::list(sdks));
        recorded(sdks, &mut reason);
        finding.because_of(reason)
    })
}
