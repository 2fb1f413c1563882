//! Kubernetes: `hostNetwork`, Fargate, Windows, NetworkPolicies and what CNIs make of them.
//!
//! Sources: Amazon EKS user guide, "Learn how EKS Pod Identity grants pods access to AWS services" and
//! "Limit pod traffic with Kubernetes network policies"; Cilium documentation, "Network Policy", on
//! entities: an `ipBlock` never matches the host's own addresses.

use std::net::{IpAddr, Ipv4Addr};

use super::egress::{Allowed, Egress};
use super::{Cause, Network, Reach};
use crate::facts::Facts;
use crate::policy::{Cni, Surroundings};
use crate::workload::{Os, Pod, Workload};

const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));
const POD_IDENTITY: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23));
const HTTP: u16 = 80;
const HTTPS: u16 = 443;

pub(super) fn network(workload: &Workload, pod: &Pod, facts: &Facts, surroundings: &Surroundings) -> Network {
    let egress = if pod.host_network {
        None
    } else {
        Some(Egress::of(workload, facts)).filter(|egress| !egress.is_free())
    };
    let egress = egress.as_ref();
    let aws = egress.map_or(Reach::Yes, |egress| decided(egress, egress.to_aws(HTTPS), "443"));
    Network {
        metadata: metadata(pod, egress, surroundings),
        ecs: Reach::no("the ECS agent's endpoint is on ECS only"),
        pod_identity: pod_identity(pod, egress, surroundings.cni),
        sts: aws.clone(),
        aws,
        dns: egress.map_or(Reach::Yes, |egress| decided(egress, egress.to_names(), "53 (DNS)")),
    }
}

fn decided(egress: &Egress<'_>, allowed: Allowed, port: &str) -> Reach {
    match allowed {
        Allowed::ToAnyone | Allowed::ByBlock => Reach::Yes,
        Allowed::Perhaps => {
            Reach::Unknown(cause(egress, &format!("allows port {port} to some addresses only")))
        }
        Allowed::No => Reach::No(cause(egress, &format!("allows no egress to AWS over port {port}"))),
    }
}

fn cause(egress: &Egress<'_>, says: &str) -> Cause {
    let Some(policy) = egress.first() else { return Cause::new(says.to_owned()) };
    Cause {
        says: format!("NetworkPolicy {} {says}", policy.name).into(),
        at: None,
        elsewhere: policy.place.clone().map(Box::new),
    }
}

fn metadata(pod: &Pod, egress: Option<&Egress<'_>>, surroundings: &Surroundings) -> Reach {
    if pod.fargate {
        return Reach::no("Fargate gives pods no instance metadata");
    }
    if pod.host_network {
        return Reach::Yes;
    }
    if surroundings.metadata_blocked == Some(true) {
        return Reach::no("the policy's surroundings say that metadata is blocked");
    }
    let allowed = egress.map_or(Reach::Yes, |egress| link_local(egress, METADATA, surroundings.cni, false));
    match allowed {
        Reach::Yes if surroundings.metadata_blocked.is_none() => {
            Reach::unknown("the node's metadata hop limit is not known")
        }
        decided => decided,
    }
}

fn pod_identity(pod: &Pod, egress: Option<&Egress<'_>>, cni: Option<Cni>) -> Reach {
    if pod.fargate {
        return Reach::no("EKS Pod Identity does not serve Fargate pods");
    }
    if pod.os == Some(Os::Windows) {
        return Reach::no("EKS Pod Identity does not serve Windows pods");
    }
    egress.map_or(Reach::Yes, |egress| link_local(egress, POD_IDENTITY, cni, true))
}

/// Link-local traffic where NetworkPolicies govern: what they say, as the CNI reads it.
fn link_local(egress: &Egress<'_>, address: IpAddr, cni: Option<Cni>, on_host: bool) -> Reach {
    let allowed = egress.to_address(address, HTTP);
    match (allowed, cni) {
        (Allowed::ToAnyone, _) => Reach::Yes,
        (_, None) => Reach::Unknown(cause(
            egress,
            &format!("governs egress, and how the CNI treats {address} is not known"),
        )),
        (Allowed::ByBlock, Some(Cni::Cilium)) if on_host => Reach::No(cause(
            egress,
            &format!(
                "allows {address} by an ipBlock, which Cilium never matches with the host's own addresses"
            ),
        )),
        (Allowed::ByBlock | Allowed::Perhaps, Some(_)) => Reach::Yes,
        (Allowed::No, Some(_)) => Reach::No(cause(egress, &format!("allows no egress to {address}"))),
    }
}
