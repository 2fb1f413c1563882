//! Taking out the key pair that a role replaces: opt-in, whole pairs only, and only within the role's account.

use super::Pod;
use super::promise::Promise;
use crate::credential::{self, Carrier, KeySet, Reader, Target};
use crate::document::At;
use crate::facts::Facts;
use crate::fix::Change;
use crate::workload::{Container, Workload};

/// The removals from a pod's container, last entry first, so that none moves another.
pub(super) fn replaced(pod: &Pod<'_>, promise: &Promise, container: &Container) -> Vec<Change> {
    if !promise.replaces_keys {
        return Vec::new();
    }
    let account = promise.mechanism.role_arn().and_then(account_of);
    let sets = credential::of_container(pod.workload, container, pod.facts);
    removals(&sets, |set| is_of_account(set, account))
}

/// The removals from a task definition's container. What comes by reference may go too: whoever registers
/// sees the difference first.
pub(super) fn of_task(workload: &Workload, container: &Container, facts: &Facts, role: &str) -> Vec<Change> {
    let account = account_of(role);
    let sets = credential::of_container(workload, container, facts);
    let by_reference = |set: &KeySet| set.id.as_ref().is_some_and(|id| id.reference.is_some());
    removals(&sets, |set| by_reference(set) || is_of_account(set, account))
}

fn removals(sets: &[KeySet], may_go: impl Fn(&KeySet) -> bool) -> Vec<Change> {
    let whole = sets.iter().filter(|set| is_whole(set) && may_go(set));
    let mut entries: Vec<At> = whole.flat_map(|set| set.parts().filter_map(|part| part.entry)).collect();
    entries.sort_unstable_by(|a, b| b.cmp(a));
    entries.into_iter().map(Change::Remove).collect()
}

fn is_of_account(set: &KeySet, account: Option<&str>) -> bool {
    let of_key = set.id.as_ref().and_then(|id| id.account.as_deref());
    of_key.is_some() && of_key == account
}

fn is_whole(set: &KeySet) -> bool {
    set.is_pair()
        && set.reader == Reader::Sdk
        && set.target == Target::Aws
        && set.parts().all(|part| part.carrier == Carrier::Variable && part.entry.is_some() && !part.bulk)
}

fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}
