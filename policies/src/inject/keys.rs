//! Taking out the key pair that a role replaces: opt-in, whole pairs only, and only within the role's account.

use super::Pod;
use super::promise::Promise;
use crate::credential::{self, Carrier, KeySet, Reader, Target};
use crate::document::At;
use crate::fix::Change;
use crate::workload::Container;

/// The removals, last entry first, so that none moves another.
pub(super) fn replaced(pod: &Pod<'_>, promise: &Promise, container: &Container) -> Vec<Change> {
    let account = promise.mechanism.role_arn().and_then(|arn| arn.split(':').nth(4)).map(str::to_owned);
    let sets = if promise.replaces_keys {
        credential::of_container(pod.workload, container, pod.facts)
    } else {
        Vec::new()
    };
    let mut entries: Vec<At> = sets
        .iter()
        .filter(|set| is_replaceable(set, account.as_deref()))
        .flat_map(|set| set.parts().filter_map(|part| part.entry))
        .collect();
    entries.sort_unstable_by(|a, b| b.cmp(a));
    entries.into_iter().map(Change::Remove).collect()
}

fn is_replaceable(set: &KeySet, account: Option<&str>) -> bool {
    let of_role = set.id.as_ref().and_then(|id| id.account.as_deref());
    set.is_pair()
        && set.reader == Reader::Sdk
        && set.target == Target::Aws
        && of_role.is_some()
        && of_role == account
        && set.parts().all(|part| part.carrier == Carrier::Variable && part.entry.is_some() && !part.bulk)
}
