//! What is seen of the cluster: the Secret, and our webhook configurations, each watched by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::pin::pin;

use futures::StreamExt;
use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, ValidatingWebhookConfiguration,
};
use k8s_openapi::api::core::v1::Secret;
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::watch_object;
use kube::{Api, Client, Resource};
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tracing::debug;

use super::configurations::Configuration;
use super::published::{Kind, Named, Published};
use super::store::Stored;

/// What is seen.
#[derive(Clone, Default)]
pub(super) struct View {
    /// The Secret; `None` while there is none.
    pub(super) stored: Option<Stored>,
    /// The configurations that exist.
    pub(super) published: Published,
    /// What has not been seen yet, by name.
    pub(super) unseen: BTreeSet<String>,
    /// Why something cannot be seen, by name.
    pub(super) problems: BTreeMap<String, String>,
}

type Shared = watch::Sender<View>;

/// Begins to watch a Secret, and configurations of either kind by these names.
pub(super) fn begin(
    client: &Client,
    configurations: &[String],
    (secrets, name): (Api<Secret>, &str),
) -> watch::Receiver<View> {
    let (shared, seen) = watch::channel(View::default());
    for name in configurations {
        let validating = Api::<ValidatingWebhookConfiguration>::all(client.clone());
        let mutating = Api::<MutatingWebhookConfiguration>::all(client.clone());
        follow_configuration(validating, Kind::Validating, name, &shared);
        follow_configuration(mutating, Kind::Mutating, name, &shared);
    }
    follow(secrets, format!("secret/{name}"), name.to_owned(), &shared, |view, found| {
        view.stored = found.map(Stored::new);
    });
    seen
}

fn follow_configuration<K>(api: Api<K>, kind: Kind, name: &str, shared: &Shared)
where
    K: Configuration + Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    let named = Named { kind, name: name.to_owned() };
    follow(api, named.to_string(), name.to_owned(), shared, move |view, found| {
        match found.map(|object| object.entries()) {
            Some(entries) => drop(view.published.0.insert(named.clone(), entries)),
            None => drop(view.published.0.remove(&named)),
        }
    });
}

/// Keeps the view up to what a watch of one object says, until nobody looks any more.
fn follow<K>(
    api: Api<K>,
    what: String,
    name: String,
    shared: &Shared,
    put: impl Fn(&mut View, Option<K>) + Send + 'static,
) where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    shared.send_modify(|view| view.unseen.extend([what.clone()]));
    let shared = shared.clone();
    tokio::spawn(async move {
        let mut found = pin!(watch_object(api, &name).default_backoff());
        while let Some(found) = found.next().await {
            if shared.is_closed() {
                return;
            }
            shared.send_modify(|view| match found {
                Ok(object) => {
                    view.unseen.remove(&what);
                    view.problems.remove(&what);
                    put(view, object);
                }
                Err(error) => {
                    debug!(what, %error, "watch failed; trying again");
                    view.problems.insert(what.clone(), format!("cannot watch {what}: {error}"));
                }
            });
        }
    });
}
