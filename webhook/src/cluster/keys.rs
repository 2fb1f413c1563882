//! Names of keys in Secrets and ConfigMaps that a pod takes in bulk. Opt-in, on demand, never a value.

use std::collections::{BTreeMap, HashMap};
use std::sync::RwLock;
use std::time::Duration;

use futures::future::join_all;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{Api, Client};
use policyctl_policies::facts::{DataObject, DataValue, Fact, ObjectName};
use policyctl_policies::workload::{Store, Workload};
use tokio::time::{Instant, timeout_at};

use super::{read, write};

/// For how long the names of an object's keys are believed.
const FRESH: Duration = Duration::from_mins(1);

/// Objects remembered at a time; when full, all are forgotten.
const MOST: usize = 10_000;

type Where = (String, ObjectName);

/// When the names were read, and what they are.
type Remembered = (Instant, Fact<Vec<String>>);

/// Reads the names of keys, and remembers them for a minute.
pub struct KeyNames {
    client: Client,
    remembered: RwLock<HashMap<Where, Remembered>>,
}

impl KeyNames {
    /// Asks through this client.
    pub fn new(client: Client) -> Self {
        Self { client, remembered: RwLock::default() }
    }

    /// The objects that a workload takes in bulk.
    pub async fn of(&self, workload: &Workload, deadline: Instant) -> BTreeMap<ObjectName, Fact<DataObject>> {
        let namespace = workload.namespace();
        let sources = workload.containers.iter().flat_map(|container| &container.env_sources);
        let mut names: Vec<_> = sources
            .filter(|source| matches!(source.from.store, Store::Secret | Store::ConfigMap))
            .map(|source| ObjectName { store: source.from.store, name: source.from.object.clone() })
            .collect();
        names.sort();
        names.dedup();
        let reads = names.into_iter().map(|name| self.one(namespace, name, deadline));
        join_all(reads).await.into_iter().collect()
    }

    async fn one(
        &self,
        namespace: &str,
        name: ObjectName,
        deadline: Instant,
    ) -> (ObjectName, Fact<DataObject>) {
        let place = (namespace.to_owned(), name.clone());
        let known = read(&self.remembered).get(&place).filter(|(at, _)| at.elapsed() < FRESH).cloned();
        let keys = match known {
            Some((_, keys)) => keys,
            None => self.ask(place, deadline).await,
        };
        let object = match keys {
            Fact::Known(keys) => Fact::Known(named(namespace, &name.name, keys)),
            Fact::Absent => Fact::Absent,
            Fact::Unknown => Fact::Unknown,
        };
        (name, object)
    }

    async fn ask(&self, place: Where, deadline: Instant) -> Fact<Vec<String>> {
        let keys = match timeout_at(deadline, self.fetch(&place)).await {
            Ok(Ok(Some(keys))) => Fact::Known(keys),
            // Not remembered: whoever applies a pod and its Secret together may be about to make it.
            Ok(Ok(None)) => return Fact::Absent,
            Ok(Err(_)) | Err(_) => return Fact::Unknown,
        };
        let mut remembered = write(&self.remembered);
        if remembered.len() >= MOST {
            remembered.clear();
        }
        remembered.insert(place, (Instant::now(), keys.clone()));
        keys
    }

    async fn fetch(&self, (namespace, name): &Where) -> Result<Option<Vec<String>>, kube::Error> {
        let client = self.client.clone();
        if name.store == Store::ConfigMap {
            let found = Api::<ConfigMap>::namespaced(client, namespace).get_opt(&name.name).await?;
            return Ok(found.map(|object| object.data.unwrap_or_default().into_keys().collect()));
        }
        let found = Api::<Secret>::namespaced(client, namespace).get_opt(&name.name).await?;
        Ok(found.map(|object| object.data.unwrap_or_default().into_keys().collect()))
    }
}

fn named(namespace: &str, name: &str, keys: Vec<String>) -> DataObject {
    let unseen = || DataValue { class: None, plain: None, profiles: Vec::new(), ships_to: None, place: None };
    DataObject {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        keys: keys.into_iter().map(|key| (key, unseen())).collect(),
        place: None,
    }
}
