//! What only one platform has.

use super::{Named, Text};
use crate::document::At;

/// What only one platform has.
#[derive(Debug, Clone)]
pub enum Platform {
    /// A pod.
    Kubernetes(Pod),
    /// An ECS task.
    Ecs(Task),
    /// A service of a Compose file.
    Docker(Docker),
}

/// What Docker gives a container beyond what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docker {
    /// The network that it is in.
    pub network: DockerNetwork,
    /// The node that says so.
    pub at: Option<At>,
}

/// Docker's networks, by where they lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DockerNetwork {
    /// A bridge, the usual one or one of its own: one hop from the host.
    Bridge,
    /// The host's own network.
    Host,
    /// No network.
    None,
    /// Networks that lead nowhere else (`internal: true`).
    Internal,
    /// A network that was not seen: external, of another driver, another container's, a template mark.
    Other,
}

/// What a pod says beyond its containers.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four switches that do not depend on each other")]
pub struct Pod {
    /// The pod's spec.
    pub spec: Option<At>,
    /// The pod's own metadata (a template's, for a workload kind).
    pub metadata: Option<At>,
    /// `serviceAccountName`, or the older `serviceAccount`; `None` means `default`.
    pub service_account: Option<Named>,
    /// `hostNetwork: true`.
    pub host_network: bool,
    /// Windows, from `os.name`, node selector or node affinity; `None` when nothing says so.
    pub os: Option<Os>,
    /// Runs on Fargate, as its labels or node selector say.
    pub fargate: bool,
    /// A pod that exists: it has a status, a node or a uid. Manifests and templates have not.
    pub runs: bool,
    /// It is a template inside another kind, not a pod itself.
    pub template: bool,
}

/// What a task definition says beyond its containers.
#[derive(Debug, Clone, Default)]
pub struct Task {
    /// `taskRoleArn`; the empty string is `None`.
    pub task_role: Option<Named>,
    /// `executionRoleArn`; the empty string is `None`.
    pub execution_role: Option<Named>,
    /// `networkMode`; `None` is bridge on Linux.
    pub network_mode: Option<NetworkMode>,
    /// The node of `networkMode`.
    pub network_mode_at: Option<At>,
    /// `requiresCompatibilities`, or `compatibilities` of describe output when the former is absent.
    pub launch_types: Vec<LaunchType>,
    /// From `runtimePlatform.operatingSystemFamily`.
    pub os: Option<Os>,
    /// A bare container array: task level fields are not absent but unseen.
    pub bare: bool,
}

/// An operating system family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
}

/// ECS `networkMode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkMode {
    /// Docker's bridge.
    Bridge,
    /// The instance's own network.
    Host,
    /// A network interface of the task's own.
    Awsvpc,
    /// No network.
    None,
    /// Windows' NAT, spelled `default`.
    Default,
    /// A value we do not know, or a template mark.
    Other(Text),
}

/// ECS launch types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaunchType {
    /// Container instances of one's own.
    Ec2,
    /// Fargate.
    Fargate,
    /// ECS Anywhere.
    External,
    /// ECS managed instances.
    ManagedInstances,
    /// A value we do not know, or a template mark.
    Other(Text),
}
