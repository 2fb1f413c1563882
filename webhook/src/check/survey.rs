//! What the cluster's objects say about the webhook: configurations, Services, endpoints, the namespace.

use std::collections::BTreeMap;

use axum::http::Uri;
use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, RuleWithOperations, ValidatingWebhookConfiguration, WebhookClientConfig,
};
use k8s_openapi::api::core::v1::{Namespace, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::api::ListParams;
use kube::core::{Selector, SelectorExt};
use kube::{Api, Client, ResourceExt};

use super::Question;
use super::reach::{self, Reached};
use crate::certificates::published::Entry;

/// What is found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The names that were looked for.
    pub(super) names: Vec<String>,
    /// The namespace of the pod.
    pub(super) namespace: String,
    /// Webhooks that pods go to.
    pub(super) webhooks: Vec<Webhook>,
    /// What could not be read, and why.
    pub(super) unreadable: Vec<String>,
}

/// A webhook that pods go to.
#[derive(Debug)]
pub(super) struct Webhook {
    /// Its name.
    pub(super) name: String,
    /// It has a `caBundle`.
    pub(super) has_bundle: bool,
    /// The namespace of the pod is among those it is for; `None` when that is not known.
    pub(super) selects: Option<bool>,
    /// Where it is called.
    pub(super) place: Place,
    /// What came of calling it from here.
    pub(super) reached: Reached,
}

/// Where a webhook is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A URL.
    Url(String),
    /// A Service, by namespace and name, and its ready endpoints: `None` when there is no Service.
    Service {
        /// `namespace/name`.
        name: String,
        /// Ready endpoints; `None` when there is no such Service.
        ready: Option<usize>,
    },
    /// A Service that could not be read.
    UnknownService(String),
}

/// What either kind of configuration says of one webhook.
struct Said {
    name: String,
    config: WebhookClientConfig,
    namespaces: Option<LabelSelector>,
    rules: Vec<RuleWithOperations>,
}

/// Looks at everything that may explain a silence. What cannot be read is noted, and no error.
pub(super) async fn look(client: &Client, question: &Question) -> Survey {
    let mut survey = Survey {
        names: question.configurations.clone(),
        namespace: question.namespace.clone(),
        ..Survey::default()
    };
    let labels = match Api::<Namespace>::all(client.clone()).get(&question.namespace).await {
        Ok(namespace) => Some(namespace.labels().clone()),
        Err(error) => {
            survey.unreadable.push(format!("namespace {}: {error}", question.namespace));
            None
        }
    };
    for name in &question.configurations {
        match said(client, name).await {
            Ok(all) => {
                for said in all.into_iter().filter(concerns_pods) {
                    let webhook = webhook(client, said, labels.as_ref(), &mut survey.unreadable).await;
                    survey.webhooks.push(webhook);
                }
            }
            Err(error) => survey.unreadable.push(format!("webhook configurations {name}: {error}")),
        }
    }
    survey
}

async fn said(client: &Client, name: &str) -> kube::Result<Vec<Said>> {
    let validating = Api::<ValidatingWebhookConfiguration>::all(client.clone()).get_opt(name).await?;
    let mutating = Api::<MutatingWebhookConfiguration>::all(client.clone()).get_opt(name).await?;
    let validating = validating.and_then(|found| found.webhooks).into_iter().flatten().map(|webhook| Said {
        name: webhook.name,
        config: webhook.client_config,
        namespaces: webhook.namespace_selector,
        rules: webhook.rules.unwrap_or_default(),
    });
    let mutating = mutating.and_then(|found| found.webhooks).into_iter().flatten().map(|webhook| Said {
        name: webhook.name,
        config: webhook.client_config,
        namespaces: webhook.namespace_selector,
        rules: webhook.rules.unwrap_or_default(),
    });
    Ok(validating.chain(mutating).collect())
}

fn concerns_pods(said: &Said) -> bool {
    let resources = said.rules.iter().filter_map(|rule| rule.resources.as_ref()).flatten();
    resources.into_iter().any(|resource| resource == "pods" || resource == "*" || resource == "*/*")
}

async fn webhook(
    client: &Client,
    said: Said,
    labels: Option<&BTreeMap<String, String>>,
    unreadable: &mut Vec<String>,
) -> Webhook {
    let entry = Entry::new(&said.name, &said.config);
    let place = match &said.config.service {
        Some(to) => service(client, &to.namespace, &to.name).await.unwrap_or_else(|error| {
            let name = format!("{}/{}", to.namespace, to.name);
            unreadable.push(format!("Service {name}: {error}"));
            Place::UnknownService(name)
        }),
        None => Place::Url(said.config.url.clone().unwrap_or_default()),
    };
    Webhook {
        has_bundle: !entry.bundle.is_empty(),
        selects: labels.map(|labels| selects(said.namespaces.as_ref(), labels)),
        place,
        reached: reach::call(&entry.server, port(&said.config), &entry.server, &entry.bundle).await,
        name: said.name,
    }
}

async fn service(client: &Client, namespace: &str, name: &str) -> kube::Result<Place> {
    let found = Api::<Service>::namespaced(client.clone(), namespace).get_opt(name).await?;
    let full = format!("{namespace}/{name}");
    if found.is_none() {
        return Ok(Place::Service { name: full, ready: None });
    }
    let of_service = ListParams::default().labels(&format!("kubernetes.io/service-name={name}"));
    let slices = Api::<EndpointSlice>::namespaced(client.clone(), namespace).list(&of_service).await?;
    Ok(Place::Service { name: full, ready: Some(slices.iter().map(ready).sum()) })
}

/// An endpoint counts as ready unless it says otherwise. Source: Kubernetes API reference, `EndpointConditions`.
fn ready(slice: &EndpointSlice) -> usize {
    let is_ready = |conditions: Option<&k8s_openapi::api::discovery::v1::EndpointConditions>| {
        conditions.and_then(|conditions| conditions.ready).unwrap_or(true)
    };
    slice.endpoints.iter().flatten().filter(|endpoint| is_ready(endpoint.conditions.as_ref())).count()
}

fn selects(selector: Option<&LabelSelector>, labels: &BTreeMap<String, String>) -> bool {
    let Some(selector) = selector else { return true };
    Selector::try_from(selector.clone()).is_ok_and(|selector| selector.matches(labels))
}

/// 443 unless it says otherwise, for Services and URLs alike.
fn port(config: &WebhookClientConfig) -> u16 {
    let of_service = || u16::try_from(config.service.as_ref()?.port?).ok();
    let of_url = || config.url.as_ref()?.parse::<Uri>().ok()?.port_u16();
    of_service().or_else(of_url).unwrap_or(443)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_namespace_is_selected_as_the_api_server_does_it() {
        let selector: LabelSelector = serde_json::from_value(json!({"matchExpressions": [
            {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["policyctl"]},
        ]}))
        .unwrap();
        let named =
            |name: &str| BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), name.to_owned())]);
        assert!(selects(Some(&selector), &named("default")));
        assert!(!selects(Some(&selector), &named("policyctl")));
        assert!(selects(None, &named("policyctl")));
    }

    #[test]
    fn an_endpoint_is_ready_unless_it_says_otherwise() {
        let slice: EndpointSlice = serde_json::from_value(json!({"addressType": "IPv4", "endpoints": [
            {"addresses": ["10.0.0.1"]},
            {"addresses": ["10.0.0.2"], "conditions": {"ready": false}},
            {"addresses": ["10.0.0.3"], "conditions": {"ready": true}},
        ]}))
        .unwrap();
        assert_eq!(ready(&slice), 2);
    }

    #[test]
    fn the_port_is_that_of_the_service_or_the_url_and_443_else() {
        let port = |config| port(&serde_json::from_value(config).unwrap());
        assert_eq!(port(json!({"service": {"name": "a", "namespace": "b", "port": 8443}})), 8443);
        assert_eq!(port(json!({"service": {"name": "a", "namespace": "b"}})), 443);
        assert_eq!(port(json!({"url": "https://127.0.0.1:10250/validate"})), 10250);
    }
}
