//! NetworkPolicies as Kubernetes reads them: additive, for selected pods of their own namespace.
//!
//! Source: Kubernetes documentation, "Network Policies".

use std::net::IpAddr;

use super::Cidr;
use crate::facts::{EgressRule, Facts, NetworkPolicy, Peer, PortRange};
use crate::workload::Workload;

/// The policies that govern a pod's egress; none: everything is allowed.
pub(super) struct Egress<'f> {
    policies: Vec<&'f NetworkPolicy>,
}

/// How far a kind of traffic is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Allowed {
    /// Not at all.
    No,
    /// To addresses of which it is not known whether they are the right ones.
    Perhaps,
    /// By an address block.
    ByBlock,
    /// To anyone.
    ToAnyone,
}

impl<'f> Egress<'f> {
    /// The policies that select this pod.
    pub(super) fn of(workload: &Workload, facts: &'f Facts) -> Self {
        let policies = facts.network_policies.known().map(Vec::as_slice).unwrap_or_default();
        Self { policies: policies.iter().filter(|policy| policy.governs(workload)).collect() }
    }

    pub(super) fn is_free(&self) -> bool {
        self.policies.is_empty()
    }

    /// The policy to name in a reason: the first that governs.
    pub(super) fn first(&self) -> Option<&'f NetworkPolicy> {
        self.policies.first().copied()
    }

    /// Traffic to one address.
    pub(super) fn to_address(&self, address: IpAddr, port: u16) -> Allowed {
        self.best(|rule| best_peer(rule, |peer| peer_has(peer, address)), &["TCP"], port)
    }

    /// Traffic to AWS: its addresses are not known, but they are those of the internet or of a VPC.
    pub(super) fn to_aws(&self, port: u16) -> Allowed {
        self.best(|rule| best_peer(rule, peer_may_be_aws), &["TCP"], port)
    }

    /// Name resolution, wherever the name server is.
    pub(super) fn to_names(&self) -> Allowed {
        self.best(|_| Allowed::ToAnyone, &["UDP", "TCP"], 53)
    }

    fn best(&self, rule_allows: impl Fn(&EgressRule) -> Allowed, protocols: &[&str], port: u16) -> Allowed {
        let rules = self.policies.iter().flat_map(|policy| &policy.egress);
        let open = rules.filter(|rule| opens(rule, protocols, port));
        open.map(rule_allows).max().unwrap_or(Allowed::No)
    }
}

fn opens(rule: &EgressRule, protocols: &[&str], port: u16) -> bool {
    rule.ports.is_empty() || rule.ports.iter().any(|range| has_port(range, protocols, port))
}

/// A named port is one of the pods that are reached; addresses have none.
fn has_port(range: &PortRange, protocols: &[&str], port: u16) -> bool {
    let within = match (range.first, range.last) {
        (None, _) => true,
        (Some(first), last) => (first..=last.unwrap_or(first)).contains(&port),
    };
    range.named.is_none() && within && protocols.contains(&range.protocol.as_str())
}

fn best_peer(rule: &EgressRule, allows: impl Fn(&Peer) -> Allowed) -> Allowed {
    if rule.to.is_empty() {
        return Allowed::ToAnyone;
    }
    rule.to.iter().map(allows).max().unwrap_or(Allowed::No)
}

fn peer_has(peer: &Peer, address: IpAddr) -> Allowed {
    let Peer::Block(block, except) = peer else { return Allowed::No };
    let has = |block: &String| Cidr::parse(block).is_some_and(|block| block.contains(address));
    if has(block) && !except.iter().any(has) { Allowed::ByBlock } else { Allowed::No }
}

fn peer_may_be_aws(peer: &Peer) -> Allowed {
    let Peer::Block(block, _) = peer else { return Allowed::No };
    match Cidr::parse(block) {
        Some(block) if block.is_wide() || !block.is_public() => Allowed::ByBlock,
        Some(block) if block.is_link_local() => Allowed::No,
        _ => Allowed::Perhaps,
    }
}
