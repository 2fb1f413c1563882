//! The credential trace: per SDK, what its default chain will do in this container.
//!
//! [`offer`](Offer) says what the process finds: variables, properties, files, and how each endpoint
//! answers. [`chains`] says, as data, what each SDK asks in which order. The walk brings them together.
//! The same walk serves workloads and the raw environments that recordings of real SDKs are held against.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::document::At;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Workload};

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
    pub says: String,
    /// Where it stands in this document, if it does.
    pub at: Option<At>,
    /// Where it stands in another document (a NetworkPolicy), if it does.
    pub elsewhere: Option<Box<crate::document::Resolved>>,
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

/// Where a credential comes from. `Display` gives the names of the oracle: `env`, `file:default`,
/// `assume-role<-metadata`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The standard variables.
    Env,
    /// Other variables that the SDK reads as keys.
    EnvAlias,
    /// Java system properties.
    SystemProperties,
    /// The shared credentials file, by profile.
    File(String),
    /// The shared config file, by profile.
    Config(String),
    /// A `credential_process`.
    Process,
    /// IAM Identity Center.
    Sso,
    /// Web identity (IRSA) from variables.
    WebIdentity,
    /// Web identity from a profile.
    WebIdentityProfile,
    /// A role assumed with other credentials.
    AssumeRole(Box<Source>),
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`: an ECS task role.
    ContainerRelative,
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI` to a host of its own.
    ContainerFull,
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI` to the EKS Pod Identity agent.
    PodIdentity,
    /// The instance metadata service: the node's or the instance's role.
    Metadata,
    /// A metadata service at another address that a variable names.
    MetadataAlternative,
}

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
    /// No answer within 30 seconds.
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
    pub because: Option<String>,
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
}

/// The walks of every SDK in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// What the network lets through.
    pub network: Network,
    /// The SDKs were named (annotation, label, policy, bill of materials, image): not all that there are.
    pub known: bool,
    /// One per SDK.
    pub sdks: Vec<SdkTrace>,
}

/// What a process finds: the oracle's environments and workloads alike.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Variables of the process.
    pub variables: BTreeMap<String, Offered>,
}

/// A value that the process finds.
#[derive(Debug, Clone)]
pub enum Offered {
    /// This text.
    Text(crate::credential::Secret),
    /// Something, but not known what: it comes by reference.
    Something,
}

/// Walks the chains of the SDKs in question for one container.
pub fn of_container(workload: &Workload, container: &Container, facts: &Facts, policy: &Policy) -> Trace {
    let _ = (workload, container, facts, policy);
    let unknown = || Reach::Unknown(Cause { says: "not examined".into(), at: None, elsewhere: None });
    Trace {
        network: Network {
            metadata: unknown(),
            ecs: unknown(),
            pod_identity: unknown(),
            sts: unknown(),
            aws: unknown(),
            dns: unknown(),
        },
        known: false,
        sdks: Vec::new(),
    }
}
