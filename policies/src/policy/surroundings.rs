//! What a file cannot tell: `spec.surroundings`.

/// What the policy's author says of the surroundings. Everything left out is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `input: complete`.
    pub complete: bool,
    /// `kubernetes.cni`.
    pub cni: Option<Cni>,
    /// `kubernetes.ipFamily` is `ipv6`.
    pub ipv6: bool,
    /// `kubernetes.metadata: blocked` (true) or `open` (false).
    pub metadata_blocked: Option<bool>,
    /// `kubernetes.region`.
    pub region: Option<String>,
    /// `ecs.agent.taskIamRole`.
    pub task_iam_role: Option<bool>,
    /// `ecs.agent.awsvpcBlockImds`.
    pub awsvpc_block_imds: Option<bool>,
    /// `ecs.metadataHopLimit`.
    pub metadata_hop_limit: Option<u8>,
    /// `docker.metadataHopLimit`: the hosts are EC2 instances.
    pub docker_hop_limit: Option<u8>,
}

/// Network plugins whose treatment of link-local egress is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cni {
    /// Amazon VPC CNI with its network policy agent.
    VpcCni,
    /// Cilium.
    Cilium,
    /// Calico.
    Calico,
}
