//! Which SDKs are in question: those that are named, else the current AWS SDKs.
//!
//! Images and variables such as `NODE_ENV` or `PYTHONPATH` are hints at most: a Node image can run a Go
//! binary, and a wrong guess would hide a disagreement. They are not used here.

use super::chain::Chain;
use super::chains;
use crate::credential::Secret;
use crate::facts::Facts;
use crate::workload::{Container, Value, Workload};

/// The annotation, label, docker label or tag that names a workload's SDKs: `boto3,java-v2`.
pub(super) const KEY: &str = "policyctl.dev/sdk";

/// The chains that a workload's own words name, a container's docker label before annotations, labels and tags;
/// else those that its bill of materials lists.
pub(super) fn named(workload: &Workload, container: &Container, facts: &Facts) -> Vec<&'static Chain> {
    let option = container.options.iter().find(|option| option.field == "docker label" && option.key == KEY);
    let own = option.and_then(|option| match &option.value {
        Value::Literal(text) => Some(text),
        _ => None,
    });
    let shared = || workload.annotations.iter().chain(&workload.labels).find(|label| label.key == KEY);
    let written = own.or_else(|| shared().map(|label| &label.value));
    written.map_or_else(|| of_bom(facts), listed)
}

fn of_bom(facts: &Facts) -> Vec<&'static Chain> {
    facts.bom.iter().flat_map(|bom| bom.sdks()).filter_map(chains::chain).collect()
}

#[expect(clippy::disallowed_methods, reason = "names of SDKs; what is none is passed over")]
fn listed(names: &Secret) -> Vec<&'static Chain> {
    names.expose().split([',', '_', ' ']).filter_map(|name| chains::chain(name.trim())).collect()
}

/// Whether an SDK is in question.
pub(super) fn votes(chain: &'static Chain, named: &[&'static Chain]) -> bool {
    if named.is_empty() { chain.current } else { named.iter().any(|named| named.sdk == chain.sdk) }
}
