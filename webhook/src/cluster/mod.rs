//! What is known of the cluster: kept in memory by watches, with one live read on a miss inside a small budget.
//!
//! Only what a decision needs is kept: annotations of ServiceAccounts and labels of Namespaces that concern
//! AWS or us, NetworkPolicies, and, where the operator allows it, the names of keys in Secrets and ConfigMaps.

mod keys;
mod listed;
mod names;
mod told;
mod watch;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use k8s_openapi::api::core::v1::{Namespace, ServiceAccount as ServiceAccountObject};
use kube::{Api, Client, ResourceExt};
use policyctl_policies::facts::{Fact, Facts, NetworkPolicy, ObjectName, ServiceAccount};
use policyctl_policies::workload::Workload;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

pub use keys::KeyNames;
pub use listed::Listed;
pub use names::Names;
pub use told::{TellingOf, Told};
pub use watch::start;

/// Live reads under way at a time; more are not waited for.
const LIVE_READS: usize = 64;

/// Labels or annotations that are kept of an object.
pub type Kept = BTreeMap<String, String>;

/// What watches have seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// ServiceAccounts, by namespace and name.
    pub service_accounts: RwLock<Names>,
    /// Namespaces; their own namespace is empty.
    pub namespaces: RwLock<Names>,
    /// NetworkPolicies, by namespace and name.
    pub network_policies: RwLock<Listed<Box<NetworkPolicy>>>,
    /// Which of the three have been listed once.
    pub synced: Synced,
    /// When each watch last told of something.
    pub telling: TellingOf,
}

/// Which watches have been listed once.
#[derive(Debug, Default)]
pub struct Synced {
    /// ServiceAccounts.
    pub service_accounts: AtomicBool,
    /// Namespaces.
    pub namespaces: AtomicBool,
    /// NetworkPolicies.
    pub network_policies: AtomicBool,
}

impl Synced {
    /// The watches that have not been listed yet.
    pub fn missing(&self) -> Vec<&'static str> {
        let all = [
            ("serviceaccounts", &self.service_accounts),
            ("namespaces", &self.namespaces),
            ("networkpolicies", &self.network_policies),
        ];
        all.into_iter().filter(|(_, done)| !done.load(Ordering::Acquire)).map(|(name, _)| name).collect()
    }
}

/// The cluster, as far as a decision may look.
pub struct Cluster {
    seen: Arc<Seen>,
    client: Option<Client>,
    budget: Duration,
    live: Semaphore,
    keys: Option<KeyNames>,
}

impl Cluster {
    /// Looks at what watches see, and asks the API server on a miss within the budget.
    pub fn new(seen: Arc<Seen>, client: Client, budget: Duration, read_object_keys: bool) -> Self {
        let keys = read_object_keys.then(|| KeyNames::new(client.clone()));
        Self { seen, client: Some(client), budget, live: Semaphore::new(LIVE_READS), keys }
    }

    /// Knows nothing beyond what was put into `seen`; for trials and tests.
    pub fn offline(seen: Arc<Seen>) -> Self {
        Self { seen, client: None, budget: Duration::ZERO, live: Semaphore::new(LIVE_READS), keys: None }
    }

    /// What watches have seen.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// What is not ready yet; empty when everything is.
    pub fn not_ready(&self) -> Vec<&'static str> {
        if self.client.is_some() { self.seen.synced.missing() } else { Vec::new() }
    }

    /// The service account is known, and carries no annotation that concerns AWS.
    pub fn promises_nothing(&self, namespace: &str, account: &str) -> bool {
        read(&self.seen.service_accounts).is_bare(namespace, account)
    }

    /// The names of keys in Secrets and ConfigMaps are read.
    pub fn reads_object_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// The facts about one workload. Waits for the API server no longer than the budget.
    pub async fn facts(&self, workload: &Workload) -> Facts {
        let deadline = Instant::now() + self.budget;
        let (service_account, objects) =
            tokio::join!(self.service_account(workload, deadline), self.objects(workload, deadline));
        Facts {
            service_account,
            objects,
            network_policies: self.network_policies(workload),
            complete: true,
            untrusted_author: true,
            ..Facts::default()
        }
    }

    /// What a label says that is kept of a namespace; `None` where it has none, or is not known.
    pub async fn namespace_label<T>(
        &self,
        name: &str,
        key: &str,
        says: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if let Some(label) = read(&self.seen.namespaces).value("", name, key) {
            return label.and_then(says);
        }
        let deadline = Instant::now() + self.budget;
        let labels = self.live_read(deadline, |client| async move {
            let found = Api::<Namespace>::all(client).get_metadata_opt(name).await?;
            Ok(found.map(|object| names::kept(object.labels())))
        });
        labels.await.known()?.get(key).and_then(|label| says(label))
    }

    async fn service_account(&self, workload: &Workload, deadline: Instant) -> Fact<ServiceAccount> {
        let named = workload.pod().and_then(|pod| pod.service_account.as_ref());
        let name = named.map_or("default", |named| named.name.as_str());
        let namespace = workload.namespace();
        let watched = read(&self.seen.service_accounts).get(namespace, name);
        let kept = match watched {
            Some(kept) => Fact::Known(kept),
            None => self.live_service_account(namespace, name, deadline).await,
        };
        let about = |annotations| ServiceAccount {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            annotations,
            place: None,
        };
        match kept {
            Fact::Known(annotations) => Fact::Known(about(annotations)),
            Fact::Absent => Fact::Absent,
            Fact::Unknown => Fact::Unknown,
        }
    }

    async fn live_service_account(&self, namespace: &str, name: &str, deadline: Instant) -> Fact<Kept> {
        self.live_read(deadline, |client| async move {
            let api = Api::<ServiceAccountObject>::namespaced(client, namespace);
            let found = api.get_metadata_opt(name).await?;
            Ok(found.map(|object| names::kept(object.annotations())))
        })
        .await
    }

    async fn live_read<F, R>(&self, deadline: Instant, ask: F) -> Fact<Kept>
    where
        F: FnOnce(Client) -> R,
        R: Future<Output = Result<Option<Kept>, kube::Error>>,
    {
        let (Some(client), Ok(_permit)) = (self.client.clone(), self.live.try_acquire()) else {
            return Fact::Unknown;
        };
        match timeout_at(deadline, ask(client)).await {
            Ok(Ok(Some(kept))) => Fact::Known(kept),
            Ok(Ok(None)) => Fact::Absent,
            Ok(Err(_)) | Err(_) => Fact::Unknown,
        }
    }

    async fn objects(
        &self,
        workload: &Workload,
        deadline: Instant,
    ) -> BTreeMap<ObjectName, Fact<policyctl_policies::facts::DataObject>> {
        match &self.keys {
            Some(keys) => keys.of(workload, deadline).await,
            None => BTreeMap::new(),
        }
    }

    /// Those that govern this workload; a namespace may hold many more.
    fn network_policies(&self, workload: &Workload) -> Fact<Vec<NetworkPolicy>> {
        let synced = self.seen.synced.network_policies.load(Ordering::Acquire);
        if !synced {
            return Fact::Unknown;
        }
        let all = read(&self.seen.network_policies);
        let near = all.of(workload.namespace()).filter(|policy| policy.governs(workload));
        let mut near: Vec<NetworkPolicy> = near.map(|policy| NetworkPolicy::clone(policy)).collect();
        // The same pod asked about twice is answered alike.
        near.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Fact::Known(near)
    }
}

/// Reads through a lock whose holder may have panicked: what it guards is replaced whole, never half.
pub(crate) fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Writes through a lock whose holder may have panicked.
pub(crate) fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}
