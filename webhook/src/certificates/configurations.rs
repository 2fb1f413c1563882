//! Our webhook configurations, as objects of the API server.

use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, ValidatingWebhookConfiguration,
};
use kube::{Api, Client};

use super::published::{Entry, Kind, Named, Published};

/// A configuration, of either kind.
pub(super) trait Configuration {
    /// Its webhooks.
    fn entries(&self) -> Vec<Entry>;
}

impl Configuration for ValidatingWebhookConfiguration {
    fn entries(&self) -> Vec<Entry> {
        let webhooks = self.webhooks.iter().flatten();
        webhooks.map(|webhook| Entry::new(&webhook.name, &webhook.client_config)).collect()
    }
}

impl Configuration for MutatingWebhookConfiguration {
    fn entries(&self) -> Vec<Entry> {
        let webhooks = self.webhooks.iter().flatten();
        webhooks.map(|webhook| Entry::new(&webhook.name, &webhook.client_config)).collect()
    }
}

/// Reads the configurations of either kind that exist under these names.
pub async fn read(client: &Client, names: &[String]) -> kube::Result<Published> {
    let validating = Api::<ValidatingWebhookConfiguration>::all(client.clone());
    let mutating = Api::<MutatingWebhookConfiguration>::all(client.clone());
    let mut published = Published::default();
    for name in names {
        let under = |kind| Named { kind, name: name.clone() };
        if let Some(found) = validating.get_opt(name).await? {
            published.0.insert(under(Kind::Validating), found.entries());
        }
        if let Some(found) = mutating.get_opt(name).await? {
            published.0.insert(under(Kind::Mutating), found.entries());
        }
    }
    Ok(published)
}
