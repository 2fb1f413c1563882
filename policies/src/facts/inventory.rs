//! The facts of a whole input: gathered file by file, asked workload by workload.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::emulator::{is_emulator_image, is_emulator_name};
use super::nearness::{Home, nearest};
use super::{DataObject, Fact, Facts, NetworkPolicy, ObjectName, ServiceAccount, references};
use crate::document::Resolved;
use crate::read::Contents;
use crate::workload::{Pod, Store, Workload, WorkloadId};

/// What an input says about the surroundings of its workloads. Parts are gathered apart and merged in any order.
#[derive(Debug, Default)]
pub struct Inventory {
    accounts: BTreeMap<Key, Vec<ServiceAccount>>,
    secrets: BTreeMap<Key, Vec<DataObject>>,
    config_maps: BTreeMap<Key, Vec<DataObject>>,
    policies: BTreeMap<String, Vec<NetworkPolicy>>,
    emulators: Vec<Emulator>,
}

/// Namespace and name.
type Key = (String, String);

/// An emulator or an object server.
#[derive(Debug)]
struct Emulator {
    /// What runs it, when that is in the input.
    workload: Option<WorkloadId>,
    file: Arc<str>,
    /// What it is called in a finding.
    name: String,
}

impl Inventory {
    /// Adds what one document of a file holds.
    pub fn add(&mut self, file: &Arc<str>, contents: &Contents) {
        for account in &contents.service_accounts {
            let key = (account.namespace.clone(), account.name.clone());
            self.accounts.entry(key).or_default().push(account.clone());
        }
        for (store, object) in &contents.objects {
            let key = (object.namespace.clone(), object.name.clone());
            self.of_store_mut(*store).entry(key).or_default().push(object.clone());
        }
        for policy in &contents.network_policies {
            self.policies.entry(policy.namespace.clone()).or_default().push(policy.clone());
        }
        self.emulators.extend(contents.workloads.iter().filter_map(|workload| emulator(file, workload)));
        let named = |name: &String| Emulator { workload: None, file: Arc::clone(file), name: name.clone() };
        self.emulators.extend(contents.emulators.iter().map(named));
    }

    /// Joins what was gathered apart.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        append(&mut self.accounts, other.accounts);
        append(&mut self.secrets, other.secrets);
        append(&mut self.config_maps, other.config_maps);
        append(&mut self.policies, other.policies);
        self.emulators.extend(other.emulators);
        self
    }

    /// What is known about a workload that stands in `file`. `complete` says that the input is the whole
    /// cluster.
    pub fn about(&self, workload: &Workload, file: &str, complete: bool) -> Facts {
        let home = Home::of(file);
        Facts {
            service_account: workload
                .pod()
                .map_or(Fact::Absent, |pod| self.account(workload, pod, home, complete)),
            objects: references::of(workload)
                .into_iter()
                .map(|name| (name.clone(), self.object(workload, &name, home, complete)))
                .collect(),
            network_policies: self.network_policies(workload, home, complete),
            complete,
            sibling_emulator: self.sibling_emulator(workload, file),
            pod_identity: Fact::Unknown,
        }
    }

    /// `default` needs no manifest: where none is given, it has no role. A patch leaves the account to
    /// the manifest that it changes.
    fn account(
        &self,
        workload: &Workload,
        pod: &Pod,
        home: Home<'_>,
        complete: bool,
    ) -> Fact<ServiceAccount> {
        let name = pod.service_account.as_ref().map_or("default", |named| &named.name);
        let key = (workload.namespace().to_owned(), name.to_owned());
        let found = self.accounts.get(&key).map(Vec::as_slice).unwrap_or_default();
        let seen_all = complete && !self.accounts.is_empty();
        match joined(found, home, |account| account.place.as_ref(), |a, b| a.annotations == b.annotations) {
            _ if pod.service_account.is_none() && is_patch(workload) => Fact::Unknown,
            Some(fact) => fact,
            None if name == "default" || seen_all => Fact::Absent,
            None => Fact::Unknown,
        }
    }

    fn object(
        &self,
        workload: &Workload,
        name: &ObjectName,
        home: Home<'_>,
        complete: bool,
    ) -> Fact<DataObject> {
        let objects = self.of_store(name.store);
        let key = (workload.namespace().to_owned(), name.name.clone());
        let found = objects.get(&key).map(Vec::as_slice).unwrap_or_default();
        let seen_all = complete && !objects.is_empty();
        let absent = if seen_all { Fact::Absent } else { Fact::Unknown };
        joined(found, home, |object| object.place.as_ref(), same_data).unwrap_or(absent)
    }

    /// Where both say their namespace, every policy of it counts; where they leave it to whoever applies
    /// them, only the nearest do.
    fn network_policies(
        &self,
        workload: &Workload,
        home: Home<'_>,
        complete: bool,
    ) -> Fact<Vec<NetworkPolicy>> {
        let all = self.policies.get(workload.namespace()).map(Vec::as_slice).unwrap_or_default();
        let policies = if complete || workload.namespace() != "default" {
            all.to_vec()
        } else {
            let near = nearest(all, |policy| home.folders_up(file_of(policy.place.as_ref())));
            near.into_iter().cloned().collect()
        };
        if policies.is_empty() && !complete { Fact::Unknown } else { Fact::Known(policies) }
    }

    /// The nearest workload or container that is an emulator, unless it is this workload's only one.
    fn sibling_emulator(&self, workload: &Workload, file: &str) -> Option<String> {
        let alone = workload.containers.len() == 1;
        let is_itself = |e: &Emulator| alone && e.workload.as_ref() == Some(&workload.id) && *e.file == *file;
        let siblings = self.emulators.iter().filter(|emulator| !is_itself(emulator));
        let home = Home::of(file);
        siblings.min_by_key(|emulator| home.distance(&emulator.file)).map(|emulator| emulator.name.clone())
    }

    fn of_store(&self, store: Store) -> &BTreeMap<Key, Vec<DataObject>> {
        if store == Store::ConfigMap { &self.config_maps } else { &self.secrets }
    }

    fn of_store_mut(&mut self, store: Store) -> &mut BTreeMap<Key, Vec<DataObject>> {
        if store == Store::ConfigMap { &mut self.config_maps } else { &mut self.secrets }
    }
}

/// The nearest candidate, or `Unknown` where the nearest disagree; `None` without candidates.
fn joined<T: Clone>(
    candidates: &[T],
    home: Home<'_>,
    place: impl Fn(&T) -> Option<&Resolved>,
    same: impl Fn(&T, &T) -> bool,
) -> Option<Fact<T>> {
    let near = nearest(candidates, |candidate| home.distance(file_of(place(candidate))));
    let (first, others) = near.split_first()?;
    let agree = others.iter().all(|other| same(first, other));
    Some(if agree { Fact::Known((*first).clone()) } else { Fact::Unknown })
}

/// A manifest without an image runs nothing by itself: it changes another one.
fn is_patch(workload: &Workload) -> bool {
    workload.containers.iter().all(|container| container.image.is_none())
}

fn same_data(a: &DataObject, b: &DataObject) -> bool {
    let what = |object: &DataObject| -> Vec<_> {
        let keys = object.keys.iter();
        keys.map(|(key, value)| (key.clone(), value.class, value.plain.clone(), value.profiles.clone()))
            .collect()
    };
    what(a) == what(b)
}

fn file_of(place: Option<&Resolved>) -> &str {
    place.map_or("", |place| &place.file)
}

fn emulator(file: &Arc<str>, workload: &Workload) -> Option<Emulator> {
    let container = workload
        .containers
        .iter()
        .find(|container| container.image.as_ref().is_some_and(|image| is_emulator_image(&image.name)));
    let by_name = is_emulator_name(&workload.id.name).then(|| workload.id.name.clone());
    let name = container.map(|container| container.name.clone()).or(by_name)?;
    Some(Emulator { workload: Some(workload.id.clone()), file: Arc::clone(file), name })
}

fn append<K: Ord, V>(all: &mut BTreeMap<K, Vec<V>>, more: BTreeMap<K, Vec<V>>) {
    for (key, values) in more {
        all.entry(key).or_default().extend(values);
    }
}
