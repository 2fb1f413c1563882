//! The policy file: read with positions, validated into a second type that cannot be wrong.

use std::fmt;
use std::str::FromStr;

/// A policy in force.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name: the file's `metadata.name`, or the bundle's.
    pub name: String,
    /// What it stands on.
    pub bundle: Bundle,
    /// What a file cannot tell.
    pub surroundings: Surroundings,
}

/// The policies that we ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    /// Every denial is a warning.
    Advisory,
    /// The default.
    Baseline,
    /// Raises what `JUDGING` marks.
    Strict,
}

/// A day, UTC. An input of the engine, so that expiry can be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Not a day of the form `2027-03-31`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the form 2027-03-31")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().ok_or(NotADay);
        let (year, month, day) = (next()?, next()?, next()?);
        let day = Self {
            year: year.parse().map_err(|_| NotADay)?,
            month: month.parse().map_err(|_| NotADay)?,
            day: day.parse().map_err(|_| NotADay)?,
        };
        let valid = (1..=12).contains(&day.month) && (1..=31).contains(&day.day) && year.len() == 4;
        if valid { Ok(day) } else { Err(NotADay) }
    }
}

/// What a file cannot tell: `spec.surroundings`.
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
