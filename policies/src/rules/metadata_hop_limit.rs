//! A bridged container that depends on the instance's role, which its hop limit keeps on the instance.

use super::asked_for::is_asked_for;
use super::sole_identity::is_left_without;
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::Identity;
use crate::trace::Reach;
use crate::workload::{LaunchType, NetworkMode, Task};

/// The rule.
pub(super) struct MetadataHopLimit;

impl Rule for MetadataHopLimit {
    fn name(&self) -> &'static str {
        "metadata-hop-limit"
    }

    fn family(&self) -> Family {
        Family::Network
    }

    fn summary(&self) -> &'static str {
        "a bridged container depends on the instance's role, and the hop limit keeps it out"
    }

    fn page(&self) -> &'static str {
        include_str!("metadata_hop_limit.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let Some(task) = subject.workload.task().filter(|task| is_bridged(task)) else { return };
        let containers = subject.containers.iter();
        findings.extend(containers.filter_map(|examined| self.about(subject, task, examined)));
    }
}

impl MetadataHopLimit {
    fn about(&self, subject: &Subject<'_>, task: &Task, examined: &Examined<'_>) -> Option<Finding> {
        let identity = &examined.identity;
        if !matches!(identity, Identity::Missing) || !is_left_without(examined) {
            return None;
        }
        let says = match &examined.trace.network.metadata {
            Reach::No(_) => "cannot reach it: the hop limit is 1 and a bridge takes one more",
            Reach::Unknown(_) if is_asked_for(subject, self.name()) => {
                "reaches it only with a hop limit of 2"
            }
            _ => return None,
        };
        let who = wording::container(examined.container);
        let message =
            format!("{who} depends on the instance's role and {says}; give the task a role instead");
        let at = task.network_mode_at.unwrap_or(examined.container.at);
        Some(
            Finding::new(self.name(), Level::Warn, at, message)
                .in_container(&examined.container.name)
                .fixed_by(Fix::manual("set taskRoleArn; its endpoint needs no hop")),
        )
    }
}

/// On instances of one's own, behind Docker's bridge.
fn is_bridged(task: &Task) -> bool {
    let bridge = matches!(task.network_mode, None | Some(NetworkMode::Bridge));
    let own = task.launch_types.is_empty() || task.launch_types.contains(&LaunchType::Ec2);
    bridge && own && !task.bare
}
