//! The policy file: read with positions, validated into a second type that cannot be wrong.

mod admission;
mod day;
mod exception;
mod file;
mod levels;
mod matching;
mod roles;
mod surroundings;

pub use admission::{Admission, Mode};
pub use day::{Day, NotADay};
pub use exception::Exception;
pub use file::{Problem, nearest_name, schema};
pub use levels::{Levels, Proposal, RuleLevel, Setting};
pub use matching::{Glob, Globs, Match, Target};
pub use roles::{Grant, Mapped, MappedRole};
pub use surroundings::{Cni, Surroundings};

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::finding::{Finding, Level};
use crate::need::Grade;
use crate::workload::{Container, Workload};

/// A policy in force. It cannot be wrong: everything in it was validated where it was read.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name: the file's `metadata.name`, or the bundle's.
    pub name: String,
    /// `sha256:` and the hash of its text, so that a report says what was in force.
    pub digest: String,
    /// What it stands on.
    pub bundle: Bundle,
    /// How grave each rule's findings are.
    pub levels: Levels,
    /// What containers need, by the author's word; the last match wins.
    pub needs: Vec<DeclaredNeed>,
    /// The role map.
    pub roles: Vec<MappedRole>,
    /// Exceptions, expired ones included.
    pub exceptions: Vec<Exception>,
    /// Which doors may change what they see.
    pub patch: PatchDoors,
    /// What a file cannot tell.
    pub surroundings: Surroundings,
    /// What only the admission webhook reads.
    pub admission: Admission,
}

/// The policies that we ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    /// Every denial is a warning.
    Advisory,
    /// The default.
    Baseline,
    /// Denies and warns where `baseline` is content.
    Strict,
}

/// A way into the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// `policyctl check` and its kind.
    Cli,
    /// The admission webhook.
    Webhook,
    /// `policyctl ecs register`.
    Register,
    /// The ECS gateway.
    Gateway,
    /// Hooks that AWS calls: of CloudFormation, of ECS deployments, of EventBridge.
    Hook,
}

/// What the policy's author says containers need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredNeed {
    /// Its name in the policy file.
    pub name: String,
    /// Whom it is about.
    pub matches: Match,
    /// What they need.
    pub aws: Grade,
    /// The SDKs that they use, as the oracle names them; empty when nothing is said.
    pub sdks: Vec<String>,
}

/// Which doors may change what they see, by kind of change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchDoors {
    /// Wiring a promised role.
    pub identity: Vec<Door>,
    /// Completing half a web identity.
    pub half_identity: Vec<Door>,
    /// Adding credential addresses to NO_PROXY.
    pub no_proxy: Vec<Door>,
}

impl Default for PatchDoors {
    /// The gateway never: whoever registers through it reads back what it wrote.
    fn default() -> Self {
        Self {
            identity: vec![Door::Webhook, Door::Register],
            half_identity: vec![Door::Webhook],
            no_proxy: vec![Door::Webhook, Door::Register],
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::bundled(Bundle::Baseline)
    }
}

impl Policy {
    /// A policy that we ship, with nothing of one's own.
    pub fn bundled(bundle: Bundle) -> Self {
        let (digest, levels) = bundle.read().clone();
        Self {
            name: bundle.name().to_owned(),
            digest,
            bundle,
            levels,
            needs: Vec::new(),
            roles: Vec::new(),
            exceptions: Vec::new(),
            patch: PatchDoors::default(),
            surroundings: Surroundings::default(),
            admission: Admission::default(),
        }
    }

    /// What the author says this container needs; `None` when nothing is said.
    pub fn declared_need(&self, workload: &Workload, container: &Container) -> Option<Grade> {
        let target = Target::workload(workload).container(Some(&container.name));
        self.needs.iter().rev().find(|need| need.matches.matches(&target)).map(|need| need.aws)
    }

    /// The SDKs that the author says this container uses, by the last match that names some.
    pub fn declared_sdks(&self, workload: &Workload, container: &Container) -> &[String] {
        let target = Target::workload(workload).container(Some(&container.name));
        let naming = self.needs.iter().rev().filter(|need| !need.sdks.is_empty());
        naming
            .filter(|need| need.matches.matches(&target))
            .map(|need| need.sdks.as_slice())
            .next()
            .unwrap_or_default()
    }

    /// What the role map says of a workload.
    pub fn role_for(&self, workload: &Workload) -> Mapped<'_> {
        let task = workload.task().is_some();
        let fits = |role: &MappedRole| matches!(role.grant, Grant::TaskRole(_)) == task;
        roles::look_up(&self.roles, &Target::workload(workload), fits)
    }

    /// The level of a finding at a door; `None` when the policy allows it.
    pub fn level_of(&self, finding: &Finding, door: Door) -> Option<Level> {
        let proposal = Proposal { rule: finding.rule, level: finding.level, strict: finding.strict };
        self.levels.of(proposal, self.bundle, door)
    }
}

impl Bundle {
    /// Every bundle, mildest first.
    pub const ALL: [Self; 3] = [Self::Advisory, Self::Baseline, Self::Strict];

    /// The bundle's own file.
    pub fn text(self) -> &'static str {
        match self {
            Self::Advisory => include_str!("../../bundles/advisory.yaml"),
            Self::Baseline => include_str!("../../bundles/baseline.yaml"),
            Self::Strict => include_str!("../../bundles/strict.yaml"),
        }
    }

    /// The highest level of every rule that there is.
    pub fn ceilings(self) -> &'static BTreeMap<String, Level> {
        &self.read().1.ceilings
    }

    fn read(self) -> &'static (String, Levels) {
        static READ: [OnceLock<(String, Levels)>; 3] = [const { OnceLock::new() }; 3];
        READ[self as usize].get_or_init(|| file::read_bundle(self.name(), self.text()).unwrap_or_default())
    }

    /// As `extends` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Baseline => "baseline",
            Self::Strict => "strict",
        }
    }
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 5] = [Self::Cli, Self::Webhook, Self::Register, Self::Gateway, Self::Hook];

    /// As the policy file names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Webhook => "webhook",
            Self::Register => "register",
            Self::Gateway => "gateway",
            Self::Hook => "hook",
        }
    }
}
