//! How the SDKs in question are divided over a question.

use crate::trace::{SdkTrace, Trace, recorded_version};

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
        let version = |walk: &&SdkTrace| Some(format!("{} {}", walk.sdk, recorded_version(walk.sdk)?));
        let recorded: Vec<String> = self.yes.iter().filter_map(version).collect();
        let so = format!("so for {} of {} SDKs asked", self.yes.len(), self.asked);
        if recorded.is_empty() { so } else { format!("{so}; recorded: {}", recorded.join(", ")) }
    }
}
