//! The watches: metadata of ServiceAccounts and Namespaces, and NetworkPolicies whole.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use futures::{Stream, StreamExt};
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use k8s_openapi::api::networking::v1::NetworkPolicy as NetworkPolicyObject;
use kube::core::PartialObjectMeta;
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Api, Client, ResourceExt};
use policyctl_policies::document::{Format, Limits, parse};
use policyctl_policies::facts::NetworkPolicy;
use policyctl_policies::read;
use tracing::{info, warn};

use super::names::kept;
use super::{Names, Seen, TellingOf, Told, write};

/// Objects' metadata asked for at a time. While it is read, a page takes many times its text, above all for
/// `managedFields`; a list of 50,000 takes three seconds.
const NAMES: u32 = 50;

/// Whole objects asked for at a time.
const POLICIES: u32 = 20;

/// Starts the three watches; they end with the runtime.
pub fn start(client: &Client, seen: &Arc<Seen>) {
    let config = |page| watcher::Config::default().page_size(page);
    let accounts = watcher(Api::<PartialObjectMeta<ServiceAccount>>::all(client.clone()), config(NAMES));
    let namespaces = watcher(Api::<PartialObjectMeta<Namespace>>::all(client.clone()), config(NAMES));
    let policies = watcher(Api::<NetworkPolicyObject>::all(client.clone()), config(POLICIES));
    let account_sink = NamesSink::new(
        seen,
        |seen| (&seen.service_accounts, &seen.synced.service_accounts),
        |object| object.annotations(),
    );
    let namespace_sink =
        NamesSink::new(seen, |seen| (&seen.namespaces, &seen.synced.namespaces), |object| object.labels());
    let telling: Telling = (Arc::clone(seen), |telling| &telling.service_accounts);
    tokio::spawn(follow("serviceaccounts", accounts.default_backoff(), account_sink, telling));
    let telling: Telling = (Arc::clone(seen), |telling| &telling.namespaces);
    tokio::spawn(follow("namespaces", namespaces.default_backoff(), namespace_sink, telling));
    let telling: Telling = (Arc::clone(seen), |telling| &telling.network_policies);
    tokio::spawn(follow(
        "networkpolicies",
        policies.default_backoff(),
        PolicySink { seen: Arc::clone(seen) },
        telling,
    ));
}

/// Where it is noted that a watch told of something.
type Telling = (Arc<Seen>, fn(&TellingOf) -> &Told);

/// Where a watch's events go. Between `begin` and `finish` a list names everything that is there.
trait Sink<K> {
    fn begin(&mut self);
    fn finish(&mut self);
    fn apply(&mut self, object: &K);
    fn delete(&mut self, object: &K);
}

async fn follow<K, E: Debug>(
    what: &'static str,
    events: impl Stream<Item = Result<Event<K>, E>>,
    mut sink: impl Sink<K>,
    (seen, of): Telling,
) {
    let (mut events, told) = (pin!(events), of(&seen.telling));
    while let Some(event) = events.next().await {
        if event.is_ok() {
            told.now();
        }
        match event {
            Ok(Event::Init) => sink.begin(),
            Ok(Event::InitDone) => {
                sink.finish();
                info!(what, "listed");
            }
            Ok(Event::InitApply(object) | Event::Apply(object)) => sink.apply(&object),
            Ok(Event::Delete(object)) => sink.delete(&object),
            Err(error) => {
                told.failed();
                warn!(what, ?error, "watch failed; trying again");
            }
        }
    }
}

/// What a names sink keeps of an object.
type Keep<K> = fn(&PartialObjectMeta<K>) -> &BTreeMap<String, String>;

/// Where a names sink puts what it keeps.
type Room = fn(&Seen) -> (&RwLock<Names>, &AtomicBool);

struct NamesSink<K> {
    seen: Arc<Seen>,
    room: Room,
    keep: Keep<K>,
}

impl<K> NamesSink<K> {
    fn new(seen: &Arc<Seen>, room: Room, keep: Keep<K>) -> Self {
        Self { seen: Arc::clone(seen), room, keep }
    }
}

impl<K> Sink<PartialObjectMeta<K>> for NamesSink<K>
where
    PartialObjectMeta<K>: ResourceExt,
{
    fn begin(&mut self) {
        write((self.room)(&self.seen).0).begin_list();
    }

    fn finish(&mut self) {
        let (names, done) = (self.room)(&self.seen);
        write(names).end_list();
        done.store(true, Ordering::Release);
    }

    fn apply(&mut self, object: &PartialObjectMeta<K>) {
        let namespace = object.namespace().unwrap_or_default();
        let kept = kept((self.keep)(object));
        write((self.room)(&self.seen).0).insert(&namespace, &object.name_any(), &kept);
    }

    fn delete(&mut self, object: &PartialObjectMeta<K>) {
        let namespace = object.namespace().unwrap_or_default();
        write((self.room)(&self.seen).0).remove(&namespace, &object.name_any());
    }
}

struct PolicySink {
    seen: Arc<Seen>,
}

impl Sink<NetworkPolicyObject> for PolicySink {
    fn begin(&mut self) {
        write(&self.seen.network_policies).begin_list();
    }

    fn finish(&mut self) {
        write(&self.seen.network_policies).end_list();
        self.seen.synced.network_policies.store(true, Ordering::Release);
    }

    fn apply(&mut self, object: &NetworkPolicyObject) {
        if let Some(policy) = as_fact(object) {
            let mut all = write(&self.seen.network_policies);
            all.insert(&policy.namespace.clone(), &policy.name.clone(), Box::new(policy));
        }
    }

    fn delete(&mut self, object: &NetworkPolicyObject) {
        let namespace = object.namespace().unwrap_or_default();
        write(&self.seen.network_policies).remove(&namespace, &object.name_any());
    }
}

/// The same reading as from files, so that a policy means one thing everywhere.
fn as_fact(object: &NetworkPolicyObject) -> Option<NetworkPolicy> {
    let text = serde_json::to_vec(object).ok()?;
    let document = parse(&"NetworkPolicy".into(), &text, Format::Json, Limits::default()).pop()?.ok()?;
    let mut policy = read::read(&document, "").network_policies.pop()?;
    policy.place = None;
    Some(policy)
}
