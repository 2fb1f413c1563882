//! Docker: network modes, and networks that lead nowhere.
//!
//! Sources: Docker documentation, "Networking overview"; Compose Specification, "network_mode" and
//! "internal"; Amazon EC2 user guide, "Use IMDSv2", on containers and the hop limit.

use super::{Cause, Network, Reach, behind_a_hop};
use crate::policy::Surroundings;
use crate::workload::{Container, Docker, DockerNetwork};

/// Variables that name a proxy, through which even an internal network may lead out.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

pub(super) fn network(docker: &Docker, container: &Container, surroundings: &Surroundings) -> Network {
    match docker.network {
        DockerNetwork::None => Network::closed(&Cause::at("network_mode is none", docker.at)),
        DockerNetwork::Internal if PROXIES.iter().any(|name| container.filled(name).is_some()) => {
            Network::all(&Reach::unknown(
                "its networks are internal, and what its proxy lets through was not seen",
            ))
        }
        DockerNetwork::Internal => Network::closed(&Cause::at("every network of it is internal", docker.at)),
        DockerNetwork::Other => {
            Network::all(&Reach::Unknown(Cause::at("what its network leads to was not seen", docker.at)))
        }
        DockerNetwork::Bridge | DockerNetwork::Host => open(docker, surroundings),
    }
}

/// Docker gives no credentials of its own; a stand-in for the ECS endpoint may run beside.
fn open(docker: &Docker, surroundings: &Surroundings) -> Network {
    Network {
        metadata: metadata(docker, surroundings.docker_hop_limit),
        ecs: Reach::unknown("Docker has no ECS endpoint, but for a stand-in that was not seen"),
        pod_identity: Reach::no("the EKS Pod Identity agent runs on EKS only"),
        sts: Reach::Yes,
        aws: Reach::Yes,
        dns: Reach::Yes,
    }
}

/// A hop limit that the policy names makes the host an EC2 instance; otherwise it may be a laptop.
fn metadata(docker: &Docker, limit: Option<u8>) -> Reach {
    match (&docker.network, limit) {
        (_, None) => Reach::unknown("whether the host is an EC2 instance, and its hop limit, is not known"),
        (DockerNetwork::Host, Some(_)) => Reach::Yes,
        (_, limit) => behind_a_hop(limit),
    }
}
