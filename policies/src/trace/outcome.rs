//! What comes of a walk: each link's turn, and the end.

use std::borrow::Cow;

use serde::Serialize;

use super::fault::Fault;
use super::source::Source;
use crate::document::At;

/// What becomes of the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeKind {
    /// It has credentials.
    Credentials,
    /// It sends unsigned requests.
    Anonymous,
    /// It has looked everywhere and says so.
    None,
    /// It stops with an error.
    Error,
    /// No answer within 40 seconds.
    Hang,
    /// The process or its credential call dies.
    Crash,
    /// It depends on what the input does not say.
    Unknown,
}

/// What happened when something on the way failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureClass {
    /// The SDK stops with the error.
    Stop,
    /// It goes on silently to what comes later.
    FallThrough,
    /// It goes on without credentials.
    Unsigned,
}

/// The end of one SDK's walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What becomes of it.
    pub kind: OutcomeKind,
    /// Where the credentials come from, when there are some.
    pub source: Option<Source>,
    /// What a failure on the way led to, if there was one.
    pub class: Option<FailureClass>,
    /// A clause, when something failed or is unknown.
    pub because: Option<Cow<'static, str>>,
}

/// How one SDK's walk ends, without what the links would have had that it never came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The SDK.
    pub sdk: &'static str,
    /// How it ends.
    pub outcome: Outcome,
    /// Where what leads to its credentials stands, when it has some.
    pub at: Option<At>,
}

/// What a provider has to offer here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not configured.
    Absent,
    /// It would answer.
    Offered,
    /// Configured by halves.
    Incomplete,
    /// Configured, but its endpoint is out of reach or refuses.
    Unreachable,
    /// It depends on what the input does not say.
    Unknown,
}

/// What became of a provider in one walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// Its credentials are used.
    Used,
    /// It would answer, but an earlier one does.
    Shadowed,
    /// It was asked and passed on.
    Passed,
    /// It was asked and ended the walk.
    Stopped,
    /// It had nothing.
    Skipped,
}

/// A link of the chain, as it was walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The provider's name: `env`, `web-identity`, `container`, `metadata`, ...
    pub provider: &'static str,
    /// What it would give.
    pub source: Option<Source>,
    /// What it has to offer.
    pub state: State,
    /// What became of it.
    pub turn: Turn,
    /// Where what it reads stands in the workload (a variable, a mount), if it does.
    pub at: Option<At>,
    /// What is wrong with it, if anything.
    pub fault: Option<Fault>,
}

/// One SDK's walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkTrace {
    /// The SDK, as the oracle names it: `boto3`, `java-v2:without-sts`.
    pub sdk: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Its links, in order.
    pub chain: Vec<Link>,
    /// How many recordings of the real SDK stand behind this chain.
    pub proven: u32,
    /// It is in question here: named for this workload or, where none is, a current AWS SDK.
    pub votes: bool,
}

impl SdkTrace {
    /// The link whose credentials are used.
    pub fn winner(&self) -> Option<&Link> {
        self.chain.iter().find(|link| link.turn == Turn::Used)
    }
}
