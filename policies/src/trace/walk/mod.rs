//! The walk: one interpreter of every chain, three-valued.
//!
//! Each provider is asked what it has ([`Answer`]); then the chain is followed from its first link, and
//! what a link's faults lead to ([`Then`]) decides. A provider of which too little is known makes the
//! outcome unknown, unless every way on comes to the same.

mod call;
mod container;
mod gate;
mod host;
mod keys;
mod metadata;
mod profile;
mod profiles;
mod role;
mod web_identity;

use std::borrow::{Borrow, Cow};

use super::chain::{Chain, End, Provider};
use super::fault::{Fault, Then};
use super::offer::Offer;
use super::outcome::{Ending, FailureClass, Link, Outcome, OutcomeKind, SdkTrace, State, Turn};
use super::source::Source;
use crate::document::At;

/// A time before this year is past. The walk has no clock: what lies in between is not known.
const PAST: &str = "2025";
/// A time in this year or later is to come.
const FUTURE: &str = "2090";

/// What a provider has.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    /// It is not configured.
    Nothing,
    /// Credentials.
    Gives(Source),
    /// It is configured, and this is wrong; what it would have given.
    Fails(Fault, Source),
    /// It depends, and on what; what it may give.
    Unknown(&'static str, Source),
}

impl Answer {
    fn source(&self) -> Option<&Source> {
        match self {
            Self::Nothing => None,
            Self::Gives(source) | Self::Fails(_, source) | Self::Unknown(_, source) => Some(source),
        }
    }

    fn fault(&self) -> Option<Fault> {
        match self {
            Self::Fails(fault, _) => Some(*fault),
            Self::Nothing | Self::Gives(_) | Self::Unknown(..) => None,
        }
    }

    fn state(&self) -> State {
        match self {
            Self::Nothing => State::Absent,
            Self::Gives(_) => State::Offered,
            Self::Fails(fault, _) => fault.state(),
            Self::Unknown(..) => State::Unknown,
        }
    }
}

/// An answer, and where what led to it stands.
#[derive(Debug)]
struct Asked {
    answer: Answer,
    at: Option<At>,
}

impl Asked {
    const NOTHING: Self = Self { answer: Answer::Nothing, at: None };

    fn new(answer: Answer, at: Option<At>) -> Self {
        Self { answer, at }
    }
}

/// Why a call does not come back with credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Fault(Fault),
    Unknown(&'static str),
}

impl Trouble {
    fn with(self, source: Source) -> Answer {
        match self {
            Self::Fault(fault) => Answer::Fails(fault, source),
            Self::Unknown(on) => Answer::Unknown(on, source),
        }
    }
}

/// One SDK in one place.
struct Walker<'w> {
    chain: &'static Chain,
    offer: &'w Offer,
}

/// Walks one chain. Sources in `without` are taken away first.
pub fn walk(chain: &'static Chain, offer: &Offer, without: &[Source]) -> SdkTrace {
    let walker = Walker { chain, offer };
    let asked: Vec<Asked> =
        chain.links.iter().map(|link| taken_away(walker.ask(&link.provider), without)).collect();
    let mut links = links(chain, &asked);
    let outcome = walker.follow(&|index| &asked[index], &mut |index, turn, _| links[index].turn = turn);
    SdkTrace {
        sdk: chain.sdk,
        outcome,
        chain: links,
        proven: super::proven::recordings(chain.sdk),
        votes: false,
    }
}

/// How the walk of one chain ends. Providers are asked only until it does: most chains ask one or two.
pub fn ending(chain: &'static Chain, offer: &Offer) -> Ending {
    let walker = Walker { chain, offer };
    let mut used = None;
    let outcome = walker.follow(&|index| walker.ask(&chain.links[index].provider), &mut |_, turn, at| {
        used = at.filter(|_| turn == Turn::Used);
    });
    Ending { sdk: chain.sdk, outcome, at: used }
}

fn taken_away(asked: Asked, without: &[Source]) -> Asked {
    if asked.answer.source().is_some_and(|source| without.contains(source)) { Asked::NOTHING } else { asked }
}

fn links(chain: &Chain, asked: &[Asked]) -> Vec<Link> {
    chain
        .links
        .iter()
        .zip(asked)
        .map(|(link, asked)| Link {
            provider: link.name,
            source: asked.answer.source().cloned(),
            state: asked.answer.state(),
            turn: if asked.answer.state() == State::Offered { Turn::Shadowed } else { Turn::Skipped },
            at: asked.at,
            fault: asked.answer.fault(),
        })
        .collect()
}

impl Walker<'_> {
    fn ask(&self, provider: &Provider) -> Asked {
        match provider {
            Provider::Keys(keys) => self.keys(keys),
            Provider::Profile(profile) => self.profile(profile),
            Provider::WebIdentity(identity) => self.web_identity(*identity),
            Provider::Container(container) => self.container(container),
            Provider::Metadata(metadata) => self.metadata(metadata),
            Provider::KeyFile(file) => self.key_file(*file),
        }
    }

    /// Follows the chain from its gates, noting each link's turn and where what it read stands.
    fn follow<A: Borrow<Asked>>(
        &self,
        ask: &dyn Fn(usize) -> A,
        note: &mut dyn FnMut(usize, Turn, Option<At>),
    ) -> Outcome {
        match self.gate() {
            Some((fault, then)) => dead_end(then, fault),
            None => follow(self.chain, ask, 0, None, note),
        }
    }
}

/// Follows the chain from one of its links; no link is asked twice.
fn follow<A: Borrow<Asked>>(
    chain: &Chain,
    ask: &dyn Fn(usize) -> A,
    from: usize,
    mut failed: Option<Fault>,
    note: &mut dyn FnMut(usize, Turn, Option<At>),
) -> Outcome {
    for index in from..chain.links.len() {
        let asked = ask(index);
        let Asked { answer, at } = asked.borrow();
        let outcome = match answer {
            Answer::Nothing => continue,
            Answer::Gives(source) => credentials(source, failed),
            Answer::Fails(fault, source) => match chain.links[index].then(*fault) {
                Then::Next => {
                    if !source.is_metadata() {
                        failed.get_or_insert(*fault);
                    }
                    note(index, Turn::Passed, *at);
                    continue;
                }
                Then::Use => credentials(source, failed),
                then => dead_end(then, *fault),
            },
            Answer::Unknown(on, source) => {
                let otherwise = follow(chain, ask, index + 1, failed, &mut |_, _, _| ());
                unless_all_the_same(on, source, otherwise)
            }
        };
        note(index, last_turn(outcome.kind), *at);
        return outcome;
    }
    at_the_end(chain.end, failed)
}

fn last_turn(kind: OutcomeKind) -> Turn {
    match kind {
        OutcomeKind::Credentials => Turn::Used,
        OutcomeKind::Unknown => Turn::Passed,
        _ => Turn::Stopped,
    }
}

fn credentials(source: &Source, failed: Option<Fault>) -> Outcome {
    Outcome {
        kind: OutcomeKind::Credentials,
        source: Some(source.clone()),
        class: failed.map(|_| FailureClass::FallThrough),
        because: failed.map(|fault| fault.says().into()),
    }
}

fn dead_end(then: Then, fault: Fault) -> Outcome {
    let (kind, class) = match then {
        Then::Unsigned => (OutcomeKind::Anonymous, FailureClass::Unsigned),
        Then::Hang => (OutcomeKind::Hang, FailureClass::Stop),
        Then::Crash => (OutcomeKind::Crash, FailureClass::Stop),
        Then::Stop | Then::Next | Then::Use => (OutcomeKind::Error, FailureClass::Stop),
    };
    Outcome { kind, source: None, class: Some(class), because: Some(fault.says().into()) }
}

fn at_the_end(end: End, failed: Option<Fault>) -> Outcome {
    let (kind, class) = match end {
        End::Nothing => (OutcomeKind::None, FailureClass::Stop),
        End::Unsigned => (OutcomeKind::Anonymous, FailureClass::Unsigned),
    };
    Outcome {
        kind,
        source: None,
        class: failed.map(|_| class),
        because: failed.map(|fault| fault.says().into()),
    }
}

/// An unknown provider leaves the outcome known only when the rest of the chain comes to the same source.
fn unless_all_the_same(on: &'static str, source: &Source, otherwise: Outcome) -> Outcome {
    if otherwise.source.as_ref() == Some(source) {
        return otherwise;
    }
    Outcome { kind: OutcomeKind::Unknown, source: None, class: None, because: Some(Cow::Borrowed(on)) }
}
