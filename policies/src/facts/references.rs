//! The Secrets and ConfigMaps that a workload refers to.

use std::collections::BTreeSet;

use super::ObjectName;
use crate::workload::{Container, Reference, Store, VolumeSource, Workload};

/// Every object a workload refers to: by key, in bulk, or as a volume.
pub(super) fn of(workload: &Workload) -> BTreeSet<ObjectName> {
    let mut names = BTreeSet::new();
    let mut add = |reference: &Reference| names.extend(name(reference));
    workload.containers.iter().flat_map(by_container).for_each(&mut add);
    workload.volumes.iter().for_each(|volume| by_volume(&volume.source, &mut add));
    names
}

fn name(reference: &Reference) -> Option<ObjectName> {
    let in_cluster = matches!(reference.store, Store::Secret | Store::ConfigMap);
    in_cluster.then(|| ObjectName { store: reference.store, name: reference.object.clone() })
}

fn by_container(container: &Container) -> impl Iterator<Item = &Reference> {
    let by_key = container.env.iter().filter_map(|var| var.reference());
    by_key.chain(container.env_sources.iter().map(|source| &source.from))
}

fn by_volume(source: &VolumeSource, add: &mut impl FnMut(&Reference)) {
    match source {
        VolumeSource::Object(reference, _) => add(reference),
        VolumeSource::Several(sources) => sources.iter().for_each(|source| by_volume(source, add)),
        VolumeSource::Host(_) | VolumeSource::Token { .. } | VolumeSource::Other(_) => {}
    }
}
