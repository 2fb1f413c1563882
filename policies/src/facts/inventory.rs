//! The facts of a whole input: gathered file by file, asked workload by workload.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::emulator::{is_emulator_image, is_emulator_name};
use super::nearness::{ByFolder, Home};
use super::{
    DataObject, DataValue, Fact, Facts, NetworkPolicy, ObjectName, RefusingRoles, ServiceAccount, references,
};
use crate::document::Resolved;
use crate::read::Contents;
use crate::trace::bom::Bills;
use crate::workload::{Pod, Store, Workload, WorkloadId};

/// What an input says about the surroundings of its workloads. Parts are gathered apart and merged in any order.
#[derive(Debug, Default)]
pub struct Inventory {
    accounts: BTreeMap<Key, ByFolder<ServiceAccount>>,
    secrets: BTreeMap<Key, ByFolder<DataObject>>,
    config_maps: BTreeMap<Key, ByFolder<DataObject>>,
    /// By namespace.
    policies: BTreeMap<String, ByFolder<NetworkPolicy>>,
    emulators: ByFolder<Emulator>,
    bills: Option<Arc<Bills>>,
    refusing_roles: RefusingRoles,
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
            self.accounts.entry(key).or_default().add(file, account.clone());
        }
        for (store, object) in &contents.objects {
            let key = (object.namespace.clone(), object.name.clone());
            self.of_store_mut(*store).entry(key).or_default().add(file, object.clone());
        }
        for policy in &contents.network_policies {
            self.policies.entry(policy.namespace.clone()).or_default().add(file, policy.clone());
        }
        for emulator in emulators(file, contents) {
            self.emulators.add(file, emulator);
        }
    }

    /// Takes the bills of materials of its images.
    pub fn made_of(&mut self, bills: Bills) {
        self.bills = Some(Arc::new(bills));
    }

    /// Takes roles that no ECS task can assume, as IAM says.
    pub fn refused_by(&mut self, roles: &RefusingRoles) {
        self.refusing_roles.extend(roles.iter().map(|(role, why)| (role.clone(), *why)));
    }

    /// Joins what was gathered apart.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        append(&mut self.accounts, other.accounts);
        append(&mut self.secrets, other.secrets);
        append(&mut self.config_maps, other.config_maps);
        append(&mut self.policies, other.policies);
        self.emulators.append(other.emulators);
        self.bills = self.bills.or(other.bills);
        self.refusing_roles.extend(other.refusing_roles);
        self
    }

    /// What is known about a workload that stands in `file`. `complete` says that the input is the whole
    /// cluster.
    pub fn about(&self, workload: &Workload, file: &str, complete: bool) -> Facts {
        let asked = Asked { workload, file, home: Home::of(file), complete };
        let objects = references::of(workload).into_iter();
        Facts {
            service_account: workload.pod().map_or(Fact::Absent, |pod| self.account(&asked, pod)),
            objects: objects.map(|name| (name.clone(), self.object(&asked, &name))).collect(),
            network_policies: self.network_policies(&asked),
            complete,
            untrusted_author: false,
            sibling_emulator: self.sibling_emulator(&asked),
            emulator_in_file: self.has_emulator(&asked),
            pod_identity: Fact::Unknown,
            bills: self.bills.clone(),
            refusing_roles: self.refusing_roles.clone(),
        }
    }

    /// `default` needs no manifest: where none is given, it has no role. A patch leaves the account to
    /// the manifest that it changes.
    fn account(&self, asked: &Asked<'_>, pod: &Pod) -> Fact<ServiceAccount> {
        if pod.service_account.is_none() && is_patch(asked.workload) {
            return Fact::Unknown;
        }
        let name = pod.service_account.as_ref().map_or("default", |named| &named.name);
        let found = asked.joined(&self.accounts, name, |account| account.place.as_ref(), same_annotations);
        let seen_all = asked.complete && !self.accounts.is_empty();
        found.unwrap_or(if name == "default" || seen_all { Fact::Absent } else { Fact::Unknown })
    }

    fn object(&self, asked: &Asked<'_>, name: &ObjectName) -> Fact<DataObject> {
        let objects = self.of_store(name.store);
        let found = asked.joined(objects, &name.name, |object| object.place.as_ref(), same_data);
        let seen_all = asked.complete && !objects.is_empty();
        found.unwrap_or(if seen_all { Fact::Absent } else { Fact::Unknown })
    }

    /// Where both say their namespace, every policy of it counts; where they leave it to whoever applies
    /// them, only the nearest do.
    fn network_policies(&self, asked: &Asked<'_>) -> Fact<Vec<NetworkPolicy>> {
        let namespace = asked.workload.namespace();
        let governing = |policy: &&NetworkPolicy| policy.governs(asked.workload);
        match self.policies.get(namespace) {
            Some(policies) if asked.complete || namespace != "default" => {
                Fact::Known(policies.all().filter(governing).cloned().collect())
            }
            Some(policies) => Fact::Known(policies.nearest(&asked.home).filter(governing).cloned().collect()),
            None if asked.complete => Fact::Known(Vec::new()),
            None => Fact::Unknown,
        }
    }

    /// The nearest workload or container that is an emulator, unless it is this workload's only one.
    fn sibling_emulator(&self, asked: &Asked<'_>) -> Option<String> {
        let near = self.emulators.nearest(&asked.home).chain(self.emulators.all());
        let mut siblings = near.filter(|emulator| !asked.is_itself(emulator));
        siblings.next().map(|emulator| emulator.name.clone())
    }

    /// The workload's own file has one.
    fn has_emulator(&self, asked: &Asked<'_>) -> bool {
        let mut beside = self.emulators.of_folder(&asked.home);
        beside.any(|emulator| *emulator.file == *asked.file && !asked.is_itself(emulator))
    }

    fn of_store(&self, store: Store) -> &BTreeMap<Key, ByFolder<DataObject>> {
        if store == Store::ConfigMap { &self.config_maps } else { &self.secrets }
    }

    fn of_store_mut(&mut self, store: Store) -> &mut BTreeMap<Key, ByFolder<DataObject>> {
        if store == Store::ConfigMap { &mut self.config_maps } else { &mut self.secrets }
    }
}

/// About whom the inventory is asked.
struct Asked<'a> {
    workload: &'a Workload,
    file: &'a str,
    home: Home,
    complete: bool,
}

impl Asked<'_> {
    /// The nearest candidate of this name in the workload's namespace, or `Unknown` where the nearest
    /// disagree; `None` without candidates. The workload's own file is nearest, but not in a base.
    fn joined<T: Clone>(
        &self,
        all: &BTreeMap<Key, ByFolder<T>>,
        name: &str,
        place: impl Fn(&T) -> Option<&Resolved>,
        same: impl Fn(&T, &T) -> bool,
    ) -> Option<Fact<T>> {
        let candidates = all.get(&(self.workload.namespace().to_owned(), name.to_owned()))?;
        let is_here = |item: &&T| place(item).is_some_and(|place| *place.file == *self.file);
        let here = candidates.of_folder(&self.home).filter(is_here);
        let mut counted: Vec<_> = if self.home.in_base { Vec::new() } else { here.collect() };
        if counted.is_empty() {
            counted.extend(candidates.nearest(&self.home));
        }
        let (first, others) = counted.split_first()?;
        let agree = others.iter().all(|other| same(first, other));
        Some(if agree { Fact::Known((*first).clone()) } else { Fact::Unknown })
    }

    fn is_itself(&self, emulator: &Emulator) -> bool {
        let alone = self.workload.containers.len() == 1;
        alone && emulator.workload.as_ref() == Some(&self.workload.id) && *emulator.file == *self.file
    }
}

/// A manifest without an image runs nothing by itself: it changes another one.
fn is_patch(workload: &Workload) -> bool {
    workload.containers.iter().all(|container| container.image.is_none())
}

fn same_annotations(a: &ServiceAccount, b: &ServiceAccount) -> bool {
    a.annotations == b.annotations
}

/// The same but for their places.
fn same_data(a: &DataObject, b: &DataObject) -> bool {
    let same_value =
        |a: &DataValue, b: &DataValue| a.class == b.class && a.plain == b.plain && a.profiles == b.profiles;
    let mut pairs = a.keys.iter().zip(&b.keys);
    a.keys.len() == b.keys.len() && pairs.all(|((a_key, a), (b_key, b))| a_key == b_key && same_value(a, b))
}

fn emulators(file: &Arc<str>, contents: &Contents) -> Vec<Emulator> {
    let named = |name: &String| Emulator { workload: None, file: Arc::clone(file), name: name.clone() };
    let running = contents.workloads.iter().filter_map(|workload| emulator(file, workload));
    running.chain(contents.emulators.iter().map(named)).collect()
}

fn emulator(file: &Arc<str>, workload: &Workload) -> Option<Emulator> {
    let container = workload
        .containers
        .iter()
        .find(|container| container.image.as_ref().is_some_and(|image| is_emulator_image(&image.name)));
    let by_name = is_emulator_name(&workload.id.name).then_some(&workload.id.name);
    let name = container.map(|container| &container.name).or(by_name)?.to_string();
    Some(Emulator { workload: Some(workload.id.clone()), file: Arc::clone(file), name })
}

fn append<K: Ord, T>(all: &mut BTreeMap<K, ByFolder<T>>, more: BTreeMap<K, ByFolder<T>>) {
    for (key, items) in more {
        all.entry(key).or_default().append(items);
    }
}
