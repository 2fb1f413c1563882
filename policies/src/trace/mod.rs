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
pub use offer::Offer;
pub use outcome::{FailureClass, Link, Outcome, OutcomeKind, SdkTrace, State, Turn};
pub use proven::{Gap, recorded_version, recordings, unproven};
pub use reach::{Cause, Network, Reach};
pub use source::{NotASource, Source};
pub use walk::walk;

use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Workload};

/// The walks of every SDK in one container.
#[derive(Debug, Clone)]
pub struct Trace {
    /// What the network lets through.
    pub network: Network,
    /// The SDKs were named (annotation, label, policy, bill of materials): those that vote are all that there are.
    pub known: bool,
    /// One per SDK; those in question have `votes`.
    pub sdks: Vec<SdkTrace>,
    offer: Offer,
}

impl Trace {
    /// The SDKs in question.
    pub fn voting(&self) -> impl Iterator<Item = &SdkTrace> {
        self.sdks.iter().filter(|sdk| sdk.votes)
    }

    /// The walks of the same SDKs with these sources taken away.
    pub fn without(&self, sources: &[Source]) -> Vec<SdkTrace> {
        let again = |sdk: &SdkTrace| {
            let chain = chains::chain(sdk.sdk)?;
            Some(SdkTrace { votes: sdk.votes, ..walk(chain, &self.offer, sources) })
        };
        self.sdks.iter().filter_map(again).collect()
    }

    /// What the container's process finds.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }
}

/// Walks every chain for one container, and marks those in question.
pub fn of_container(workload: &Workload, container: &Container, facts: &Facts, policy: &Policy) -> Trace {
    let network = reach::of_container(workload, container, facts, policy);
    let offer = offer::of_container(workload, container, facts, policy, &network);
    let named = sdks::named(workload, container, facts, policy);
    let sdks = chains::CHAINS
        .iter()
        .map(|chain| SdkTrace { votes: sdks::votes(chain, &named), ..walk(chain, &offer, &[]) })
        .collect();
    Trace { network, known: !named.is_empty(), sdks, offer }
}

#[cfg(test)]
mod tests;
