//! A bridged container that depends on the instance's role, which its hop limit keeps on the instance.

use super::asked_for::is_asked_for;
use super::sole_identity::is_left_without;
use super::{Examined, Family, Rule, Subject, wording};
use crate::document::At;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::Identity;
use crate::trace::Reach;
use crate::workload::{DockerNetwork, LaunchType, NetworkMode, Platform, Task};

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
        let Some(bridge) = bridge(subject) else { return };
        let containers = subject.containers.iter();
        findings.extend(containers.filter_map(|examined| self.about(subject, &bridge, examined)));
    }
}

/// A bridge between containers and their instance.
struct Bridge {
    /// The node that says so, if one does.
    at: Option<At>,
    remedy: &'static str,
}

impl MetadataHopLimit {
    fn about(&self, subject: &Subject<'_>, bridge: &Bridge, examined: &Examined<'_>) -> Option<Finding> {
        if !depends_on_instance(subject, examined) || !is_left_without(examined) {
            return None;
        }
        let says = match &examined.network().metadata {
            Reach::No(_) => "cannot reach it: the hop limit is 1 and a bridge takes one more",
            Reach::Unknown(_) if subject.is_task() && is_asked_for(subject, self.name()) => {
                "reaches it only with a hop limit of 2"
            }
            _ => return None,
        };
        let who = wording::container(examined.container);
        let message = format!("{who} depends on the instance's role and {says}; {}", bridge.remedy);
        Some(
            Finding::new(self.name(), Level::Warn, bridge.at.unwrap_or(examined.container.at), message)
                .in_container(&examined.container.name)
                .fixed_by(Fix::manual(bridge.remedy)),
        )
    }
}

/// Nothing else gives it a role. Under Docker nothing else could: a policy that names the hop limit says that the
/// host is an instance.
fn depends_on_instance(subject: &Subject<'_>, examined: &Examined<'_>) -> bool {
    match subject.workload.platform {
        Platform::Docker(_) => matches!(examined.identity, Identity::Unknown),
        Platform::Ecs(_) | Platform::Kubernetes(_) => matches!(examined.identity, Identity::Missing),
    }
}

fn bridge(subject: &Subject<'_>) -> Option<Bridge> {
    match &subject.workload.platform {
        Platform::Ecs(task) if is_bridged(task) => Some(Bridge {
            at: task.network_mode_at,
            remedy: "give the task a role, whose endpoint needs no hop",
        }),
        Platform::Docker(docker) if docker.network == DockerNetwork::Bridge => {
            Some(Bridge { at: docker.at, remedy: "set the instance's metadata hop limit to 2" })
        }
        Platform::Ecs(_) | Platform::Docker(_) | Platform::Kubernetes(_) => None,
    }
}

/// On instances of one's own, behind Docker's bridge.
fn is_bridged(task: &Task) -> bool {
    let bridge = matches!(task.network_mode, None | Some(NetworkMode::Bridge));
    let own = task.launch_types.is_empty() || task.launch_types.contains(&LaunchType::Ec2);
    bridge && own && !task.bare
}
