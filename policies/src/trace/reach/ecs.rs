//! ECS: network mode, launch type, agent settings, `disableNetworking`.
//!
//! Sources: Amazon ECS developer guide, "Task IAM role", "Amazon ECS container agent configuration" and
//! "Task networking"; README of aws/amazon-ecs-agent for the agent's defaults.

use super::{Cause, Network, Reach, behind_a_hop};
use crate::policy::Surroundings;
use crate::workload::{Container, LaunchType, NetworkMode, Os, Task};

pub(super) fn network(task: &Task, container: &Container, surroundings: &Surroundings) -> Network {
    if let Some(at) = container.network_disabled {
        return Network::closed(&Cause::at("disableNetworking is true", Some(at)));
    }
    match &task.network_mode {
        Some(NetworkMode::None) => Network::closed(&Cause::at("networkMode is none", task.network_mode_at)),
        Some(NetworkMode::Other(_)) => {
            Network::all(&Reach::Unknown(Cause::at("networkMode is not known", task.network_mode_at)))
        }
        None if task.bare => Network::all(&Reach::unknown("the task's networkMode was not seen")),
        mode => open(task, mode.as_ref().unwrap_or(&usual_mode(task)), surroundings),
    }
}

/// The mode of a task that names none.
fn usual_mode(task: &Task) -> NetworkMode {
    if task.os == Some(Os::Windows) { NetworkMode::Default } else { NetworkMode::Bridge }
}

fn open(task: &Task, mode: &NetworkMode, surroundings: &Surroundings) -> Network {
    Network {
        metadata: each_launch_type(task, |launch| metadata(launch, mode, surroundings)),
        ecs: each_launch_type(task, |launch| agent(launch, mode, surroundings)),
        pod_identity: Reach::no("the EKS Pod Identity agent runs on EKS only"),
        sts: Reach::Yes,
        aws: Reach::Yes,
        dns: Reach::Yes,
    }
}

/// One answer for all launch types that the task may run on; EC2 when it names none.
fn each_launch_type(task: &Task, answer: impl Fn(&LaunchType) -> Reach) -> Reach {
    let first = answer(task.launch_types.first().unwrap_or(&LaunchType::Ec2));
    let all_alike = task.launch_types.iter().skip(1).all(|launch| alike(&answer(launch), &first));
    if all_alike { first } else { Reach::unknown("it depends on the launch type") }
}

fn alike(one: &Reach, other: &Reach) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

fn metadata(launch: &LaunchType, mode: &NetworkMode, surroundings: &Surroundings) -> Reach {
    match (launch, mode) {
        (LaunchType::Fargate, _) => Reach::no("Fargate gives tasks no instance metadata"),
        (LaunchType::External, _) => Reach::no("an external instance has no instance metadata"),
        (LaunchType::ManagedInstances, NetworkMode::Awsvpc) => {
            Reach::no("managed instances block instance metadata in awsvpc mode")
        }
        (LaunchType::ManagedInstances, _) => {
            Reach::unknown("what managed instances let through is not known")
        }
        (LaunchType::Ec2, NetworkMode::Awsvpc) if surroundings.awsvpc_block_imds == Some(true) => {
            Reach::no("the agent blocks instance metadata in awsvpc mode")
        }
        (LaunchType::Ec2, NetworkMode::Host | NetworkMode::Awsvpc) => Reach::Yes,
        (LaunchType::Ec2, _) => behind_a_hop(surroundings.metadata_hop_limit),
        (LaunchType::Other(_), _) => Reach::unknown("the launch type is not known"),
    }
}

fn agent(launch: &LaunchType, mode: &NetworkMode, surroundings: &Surroundings) -> Reach {
    match (launch, mode) {
        (LaunchType::Fargate, _) => Reach::Yes,
        (LaunchType::Ec2 | LaunchType::External, _) if surroundings.task_iam_role == Some(false) => {
            Reach::no("the agent's task roles are switched off")
        }
        (LaunchType::External, NetworkMode::Awsvpc) => {
            Reach::unknown("external instances do not support awsvpc mode")
        }
        (_, NetworkMode::Default) => {
            Reach::unknown("on Windows the default network needs a route of its own")
        }
        (LaunchType::Other(_), _) => Reach::unknown("the launch type is not known"),
        _ => Reach::Yes,
    }
}
