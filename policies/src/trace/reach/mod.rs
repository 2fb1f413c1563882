//! What a container's network lets it reach, three-valued and with the reason.
//!
//! Files are seldom the whole cluster. What is said here is what these files say; whether others may
//! allow more is for the rules to weigh ([`Facts::complete`]).

mod block;
mod docker;
mod ecs;
mod egress;
mod kubernetes;

pub use block::Cidr;

use std::borrow::Cow;

use crate::document::{At, Resolved};
use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Platform, Workload};

/// Yes, no, or not known; with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Packets get there and back.
    Yes,
    /// They do not.
    No(Cause),
    /// It depends on what the input does not say.
    Unknown(Cause),
}

/// Why something can or cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// A clause: `networkMode is none`.
    pub says: Cow<'static, str>,
    /// Where it stands in this document, if it does.
    pub at: Option<At>,
    /// Where it stands in another document (a NetworkPolicy), if it does.
    pub elsewhere: Option<Box<Resolved>>,
}

/// What a container's network lets it reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The instance metadata service, 169.254.169.254.
    pub metadata: Reach,
    /// The ECS container credentials endpoint, 169.254.170.2.
    pub ecs: Reach,
    /// The EKS Pod Identity agent, 169.254.170.23.
    pub pod_identity: Reach,
    /// STS over 443.
    pub sts: Reach,
    /// Any AWS service over 443.
    pub aws: Reach,
    /// Name resolution.
    pub dns: Reach,
}

impl Cause {
    /// A clause that stands nowhere.
    pub fn new(says: impl Into<Cow<'static, str>>) -> Self {
        Self { says: says.into(), at: None, elsewhere: None }
    }

    /// A clause about a node of this document.
    pub fn at(says: impl Into<Cow<'static, str>>, at: Option<At>) -> Self {
        Self { says: says.into(), at, elsewhere: None }
    }
}

impl Reach {
    /// Not reachable, for this reason.
    pub fn no(says: &'static str) -> Self {
        Self::No(Cause::new(says))
    }

    /// Not known, for this reason.
    pub fn unknown(says: &'static str) -> Self {
        Self::Unknown(Cause::new(says))
    }

    /// The reason, unless it is reachable.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Yes => None,
            Self::No(cause) | Self::Unknown(cause) => Some(cause),
        }
    }

    /// Certainly reachable.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Certainly not reachable.
    pub fn is_no(&self) -> bool {
        matches!(self, Self::No(_))
    }
}

impl Network {
    /// Nothing can be reached, for one reason.
    fn closed(cause: &Cause) -> Self {
        Self::all(&Reach::No(cause.clone()))
    }

    fn all(reach: &Reach) -> Self {
        let reach = || reach.clone();
        Self {
            metadata: reach(),
            ecs: reach(),
            pod_identity: reach(),
            sts: reach(),
            aws: reach(),
            dns: reach(),
        }
    }
}

/// What this container's network lets it reach.
pub fn of_container(workload: &Workload, container: &Container, facts: &Facts, policy: &Policy) -> Network {
    match &workload.platform {
        Platform::Ecs(task) => ecs::network(task, container, &policy.surroundings),
        Platform::Docker(docker) => docker::network(docker, container, &policy.surroundings),
        Platform::Kubernetes(pod) => kubernetes::network(workload, pod, facts, &policy.surroundings),
    }
}

/// A bridge is one hop more. Source: Amazon EC2 user guide, "Use IMDSv2", on containers.
fn behind_a_hop(limit: Option<u8>) -> Reach {
    match limit {
        Some(0 | 1) => Reach::no("the metadata hop limit is 1, and a bridge takes one more"),
        Some(_) => Reach::Yes,
        None => Reach::unknown("the instance's metadata hop limit is not known"),
    }
}
