//! Which SDKs are in question: those that are named, else the current AWS SDKs.
//!
//! Of images only those count that hold one program, whose chain is known. Others, and variables such as
//! `NODE_ENV` or `PYTHONPATH`, are hints at most: a Node image can run a Go binary, and a wrong guess would
//! hide a disagreement.

use super::chain::Chain;
use super::chains;
use crate::credential::Secret;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Value, Workload};

/// The annotation, label, docker label or tag that names a workload's SDKs: `boto3,java-v2`.
pub(super) const KEY: &str = "policyctl.dev/sdk";

/// Images of one program, as their publishers name them, and the chain that it brings.
const IMAGES: [(&str, &str); 6] = [
    ("amazon/aws-cli", "aws-cli-v2"),
    ("public.ecr.aws/aws-cli/aws-cli", "aws-cli-v2"),
    ("hashicorp/terraform", "terraform-aws"),
    ("fluent/fluent-bit", "fluent-bit"),
    ("restic/restic", "restic"),
    ("rclone/rclone", "rclone"),
];

/// The chains that a workload's own words name, a container's docker label before annotations, labels and tags;
/// else those that the policy names, those that its bills of materials list, or that of its image.
pub(super) fn named(
    workload: &Workload,
    container: &Container,
    facts: &Facts,
    policy: &Policy,
) -> Vec<&'static Chain> {
    let option = container.options.iter().find(|option| option.field == "docker label" && option.key == KEY);
    let own = option.and_then(|option| match &option.value {
        Value::Literal(text) => Some(text),
        _ => None,
    });
    let shared = || workload.annotations.iter().chain(&workload.labels).find(|label| label.key == KEY);
    let written = own.or_else(|| shared().map(|label| &label.value));
    written.map_or_else(|| told(workload, container, facts, policy), listed)
}

fn told(workload: &Workload, container: &Container, facts: &Facts, policy: &Policy) -> Vec<&'static Chain> {
    let declared = policy.declared_sdks(workload, container);
    let declared: Vec<_> = declared.iter().filter_map(|name| chains::chain(name)).collect();
    let found = if declared.is_empty() { of_bills(container, facts) } else { declared };
    if found.is_empty() { of_image(container).into_iter().collect() } else { found }
}

fn of_image(container: &Container) -> Option<&'static Chain> {
    let image = container.image.as_ref()?.name.split('@').next()?;
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let (_, sdk) = IMAGES.iter().find(|(name, _)| {
        image.strip_prefix(name).is_some_and(|tag| tag.is_empty() || tag.starts_with(':'))
    })?;
    chains::chain(sdk)
}

fn of_bills(container: &Container, facts: &Facts) -> Vec<&'static Chain> {
    let made = facts.bills.as_ref().and_then(|bills| bills.of(container));
    made.iter().flat_map(|made| made.bom.sdks()).filter_map(chains::chain).collect()
}

#[expect(clippy::disallowed_methods, reason = "names of SDKs; what is none is passed over")]
fn listed(names: &Secret) -> Vec<&'static Chain> {
    names.expose().split([',', '_', ' ']).filter_map(|name| chains::chain(name.trim())).collect()
}

/// Whether an SDK is in question.
pub(super) fn votes(chain: &'static Chain, named: &[&'static Chain]) -> bool {
    if named.is_empty() { chain.current } else { named.iter().any(|named| named.sdk == chain.sdk) }
}
