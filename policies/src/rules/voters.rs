//! Whose word counts: the SDK that is known, else the SDKs that people start with today.

use crate::trace::{SdkTrace, Trace};

/// The current AWS SDKs and CLIs. Older and third-party chains vote only when they are known to be there.
const CURRENT: [&str; 12] = [
    "boto3",
    "aws-cli-v1",
    "aws-cli-v2",
    "js-v3",
    "java-v2",
    "kotlin",
    "go-v2",
    "rust",
    "cpp",
    "ruby",
    "php",
    "dotnet-v4",
];

/// The walks that count.
pub(super) fn voters(trace: &Trace) -> impl Iterator<Item = &SdkTrace> {
    trace.sdks.iter().filter(|walk| trace.known || CURRENT.contains(&walk.sdk))
}

/// How the voters are divided over a question.
pub(super) struct Vote<'t> {
    /// Those for whom it is so.
    pub(super) yes: Vec<&'t SdkTrace>,
    /// How many were asked.
    pub(super) asked: usize,
}

impl<'t> Vote<'t> {
    /// Puts a question to every voter.
    pub(super) fn on(trace: &'t Trace, question: impl Fn(&SdkTrace) -> bool) -> Self {
        let all: Vec<&SdkTrace> = voters(trace).collect();
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
}
