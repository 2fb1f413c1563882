//! The credential trace: per SDK, what its default chain will do in this container.
//!
//! [`Offer`] says what the process finds: variables, properties, files, and how each endpoint answers.
//! [`chains`] says, as data, what each SDK asks in which order. [`walk::walk`] brings them together.
//! The same walk serves workloads and the raw environments that recordings of real SDKs are held against.

pub mod bom;
pub mod chain;
pub mod chains;
pub mod environment;
mod fault;
pub mod offer;
mod outcome;
mod proven;
pub mod reach;
mod sdks;
mod source;
mod walk;

pub use fault::{Fault, Then};
pub use offer::{Bare, Offer};
pub use outcome::{Ending, FailureClass, Link, Outcome, OutcomeKind, SdkTrace, State, Turn};
pub use proven::{Gap, recorded_version, recordings, unproven};
pub use reach::{Cause, Network, Reach};
pub use source::{NotASource, Source};
pub use walk::{ending, walk};

use std::sync::OnceLock;

use chain::Chain;

use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Workload};

/// The walks of every SDK in one container. They are taken when someone first asks for them: most rules ask for
/// none, or for how they end alone.
#[derive(Debug, Clone)]
pub struct Trace {
    /// What the network lets through.
    pub network: Network,
    /// The SDKs were named (annotation, label, policy, bill of materials): those that vote are all that there are.
    pub known: bool,
    named: Vec<&'static Chain>,
    offer: Offer,
    walks: OnceLock<Vec<Walk>>,
    endings: OnceLock<Vec<Ending>>,
}

/// One SDK, and its walk once it is taken.
#[derive(Debug, Clone)]
struct Walk {
    chain: &'static Chain,
    votes: bool,
    taken: OnceLock<SdkTrace>,
}

impl Walk {
    fn take(&self, offer: &Offer) -> &SdkTrace {
        self.taken.get_or_init(|| SdkTrace { votes: self.votes, ..walk(self.chain, offer, &[]) })
    }
}

impl Trace {
    /// Every SDK, in the order of [`chains::CHAINS`]; those in question have `votes`.
    pub fn sdks(&self) -> impl Iterator<Item = &SdkTrace> {
        self.walks().iter().map(|walk| walk.take(&self.offer))
    }

    /// The SDKs in question.
    pub fn voting(&self) -> impl Iterator<Item = &SdkTrace> {
        self.walks().iter().filter(|walk| walk.votes).map(|walk| walk.take(&self.offer))
    }

    /// How the walks of the SDKs in question end.
    pub fn endings(&self) -> &[Ending] {
        let end = |(chain, votes): (&'static Chain, bool)| votes.then(|| ending(chain, &self.offer));
        self.endings.get_or_init(|| self.chains().filter_map(end).collect())
    }

    /// Every chain, and whether it is in question.
    fn chains(&self) -> impl Iterator<Item = (&'static Chain, bool)> {
        chains::CHAINS.iter().map(|chain| (*chain, sdks::votes(chain, &self.named)))
    }

    fn walks(&self) -> &[Walk] {
        let untaken = |(chain, votes)| Walk { chain, votes, taken: OnceLock::new() };
        self.walks.get_or_init(|| self.chains().map(untaken).collect())
    }

    /// The walks of the same SDKs with these sources taken away.
    pub fn without(&self, sources: &[Source]) -> Vec<SdkTrace> {
        let again = |(chain, votes)| SdkTrace { votes, ..walk(chain, &self.offer, sources) };
        self.chains().map(again).collect()
    }

    /// What the container's process finds.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }
}

/// Makes every chain ready to be walked for one container, and marks those in question.
pub fn of_container(workload: &Workload, container: &Container, facts: &Facts, policy: &Policy) -> Trace {
    let network = reach::of_container(workload, container, facts, policy);
    let offer = offer::of_container(workload, container, facts, policy, &network);
    let named = sdks::named(workload, container, facts, policy);
    let known = !named.is_empty();
    Trace { network, known, named, offer, walks: OnceLock::new(), endings: OnceLock::new() }
}

#[cfg(test)]
mod tests;
