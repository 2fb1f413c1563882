//! What API servers trust: the `caBundle` of every entry of our webhook configurations.
//!
//! Whether they would accept a certificate is asked as they ask it: for the name by which they call, with the
//! authorities of the bundle alone. Source: Kubernetes API reference, `WebhookClientConfig`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::admissionregistration::v1::WebhookClientConfig;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use serde_json::{Value, json};

use super::keyring::Certificate;

/// The two kinds of configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `ValidatingWebhookConfiguration`.
    Validating,
    /// `MutatingWebhookConfiguration`.
    Mutating,
}

/// A configuration: its kind and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Validating => "validatingwebhookconfiguration",
            Kind::Mutating => "mutatingwebhookconfiguration",
        };
        write!(f, "{kind}/{}", self.name)
    }
}

/// One webhook of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub webhook: String,
    /// The name by which API servers call it.
    pub server: String,
    /// Its `caBundle`; empty when there is none.
    pub bundle: Vec<u8>,
}

impl Entry {
    /// Reads what a webhook's `clientConfig` says.
    pub fn new(webhook: &str, config: &WebhookClientConfig) -> Self {
        let bundle = config.ca_bundle.as_ref().map(|bytes| bytes.0.clone()).unwrap_or_default();
        let of_service = config.service.as_ref().map(|to| format!("{}.{}.svc", to.name, to.namespace));
        let server = of_service.or_else(|| host(config.url.as_deref()?)).unwrap_or_default();
        Self { webhook: webhook.to_owned(), server, bundle }
    }

    /// Why an API server that calls this webhook would refuse a certificate chain; `None` when it would not.
    pub fn refuses(&self, chain: &[CertificateDer<'_>], now: i64) -> Option<String> {
        self.verify(chain, now).err().map(|reason| format!("{}: {reason}", self.webhook))
    }

    fn verify(&self, chain: &[CertificateDer<'_>], now: i64) -> Result<(), String> {
        if self.bundle.is_empty() {
            return Err("its caBundle is empty".to_owned());
        }
        let (leaf, rest) = chain.split_first().ok_or("no certificate is served yet")?;
        let mut roots = RootCertStore::empty();
        let authorities = Certificate::all(&self.bundle).into_iter().map(|authority| authority.der);
        roots.add_parsable_certificates(authorities);
        let verifier = WebPkiServerVerifier::builder(Arc::new(roots))
            .build()
            .map_err(|_| "its caBundle holds no certificate".to_owned())?;
        let name = ServerName::try_from(self.server.as_str()).map_err(|_| "it is called by no name")?;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).unwrap_or_default()));
        verifier.verify_server_cert(leaf, rest, &name, &[], now).map(drop).map_err(|error| {
            format!("the served certificate would be refused for {} by its caBundle: {error}", self.server)
        })
    }
}

/// The host of a URL, without brackets around an address.
fn host(url: &str) -> Option<String> {
    let uri = url.parse::<Uri>().ok()?;
    Some(uri.host()?.trim_start_matches('[').trim_end_matches(']').to_owned())
}

/// Every configuration that exists, with its webhooks in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published(pub BTreeMap<Named, Vec<Entry>>);

impl Published {
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.values().flatten()
    }

    /// Why API servers would refuse a certificate chain, for each webhook that they would refuse it for.
    pub fn refusals(&self, chain: &[CertificateDer<'_>], now: i64) -> Vec<String> {
        if self.0.is_empty() {
            return vec!["no webhook configuration of ours exists".to_owned()];
        }
        let refused = self.0.iter().flat_map(|(named, entries)| {
            entries.iter().filter_map(move |entry| Some(format!("{named}, {}", entry.refuses(chain, now)?)))
        });
        refused.collect()
    }

    /// The names by which webhooks are called, each once.
    pub fn servers(&self) -> BTreeSet<&str> {
        let names = self.entries().map(|entry| entry.server.as_str());
        names.filter(|name| ServerName::try_from(*name).is_ok()).collect()
    }

    /// The certificates that every webhook trusts.
    pub fn everywhere(&self) -> Vec<Certificate> {
        let mut bundles = self.entries().map(|entry| Certificate::all(&entry.bundle));
        let Some(mut common) = bundles.next() else { return Vec::new() };
        for bundle in bundles {
            common.retain(|certificate| bundle.contains(certificate));
        }
        common
    }

    /// The certificates that some webhook trusts, the latest first.
    pub fn anywhere(&self) -> Vec<Certificate> {
        let mut all: Vec<_> = self.entries().flat_map(|entry| Certificate::all(&entry.bundle)).collect();
        all.sort_by_key(|certificate| std::cmp::Reverse(certificate.begins));
        all.dedup();
        all
    }
}

/// What to change in a configuration so that each of its webhooks has this `caBundle`; `None` when each has.
///
/// RFC 6902 operations. Each tests the webhook's name and the bundle that was seen, so that a configuration which changed
/// meanwhile is left alone.
pub fn operations(entries: &[Entry], bundle: &str) -> Option<Value> {
    let differs = entries.iter().enumerate().filter(|(_, entry)| entry.bundle != bundle.as_bytes());
    let operations: Vec<_> = differs.flat_map(|(index, entry)| replacing(index, entry, bundle)).collect();
    (!operations.is_empty()).then_some(Value::Array(operations))
}

fn replacing(index: usize, entry: &Entry, bundle: &str) -> impl Iterator<Item = Value> {
    let webhook = format!("/webhooks/{index}");
    let place = format!("{webhook}/clientConfig/caBundle");
    let seen = (!entry.bundle.is_empty())
        .then(|| json!({"op": "test", "path": place, "value": STANDARD.encode(&entry.bundle)}));
    let named = json!({"op": "test", "path": format!("{webhook}/name"), "value": entry.webhook});
    let put = json!({"op": "add", "path": place, "value": STANDARD.encode(bundle)});
    [Some(named), seen, Some(put)].into_iter().flatten()
}

/// Since when each certificate is trusted by every webhook, as far as we have seen.
#[derive(Debug, Default)]
pub struct Sightings(Vec<(Certificate, i64)>);

impl Sightings {
    /// Takes in what is published now. What is no longer trusted everywhere begins anew when it comes back.
    pub fn look(&mut self, published: &Published, now: i64) {
        let seen = std::mem::take(&mut self.0);
        let since = |certificate: &Certificate| {
            seen.iter().find(|(known, _)| known == certificate).map_or(now, |(_, since)| *since)
        };
        self.0 = published.everywhere().into_iter().map(|found| (found.clone(), since(&found))).collect();
    }

    /// Since when a certificate is trusted by every webhook; `None` while it is not.
    pub fn since(&self, certificate: &Certificate) -> Option<i64> {
        self.0.iter().find(|(known, _)| known == certificate).map(|(_, since)| *since)
    }
}

#[cfg(test)]
mod tests {
    use super::super::authority;
    use super::super::keyring::Pair;
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn authority() -> Pair {
        authority::new(NOW, 86_400).unwrap()
    }

    fn chain(authority: &Pair, name: &str) -> Vec<CertificateDer<'static>> {
        vec![authority::leaf(authority, &[name.to_owned()], NOW, 3600).unwrap().certificate.der]
    }

    fn entry(bundle: &str) -> Entry {
        Entry {
            webhook: "validate.policyctl.dev".to_owned(),
            server: "policyctl.policyctl.svc".to_owned(),
            bundle: bundle.as_bytes().to_vec(),
        }
    }

    fn published(bundles: &[&str]) -> Published {
        let named = Named { kind: Kind::Validating, name: "policyctl".to_owned() };
        Published(BTreeMap::from([(named, bundles.iter().map(|bundle| entry(bundle)).collect())]))
    }

    #[test]
    fn a_leaf_is_accepted_by_a_bundle_with_its_authority_among_others() {
        let (ours, other) = (authority(), authority());
        let bundle = other.certificate.pem() + &ours.certificate.pem();
        assert_eq!(entry(&bundle).refuses(&chain(&ours, "policyctl.policyctl.svc"), NOW), None);
    }

    #[test]
    fn a_leaf_is_refused_with_a_reason_for_another_authority_another_name_and_after_its_end() {
        let (ours, other) = (authority(), authority::new(NOW - 60, 86_400).unwrap());
        let bundle = ours.certificate.pem();
        let good = chain(&ours, "policyctl.policyctl.svc");
        let cases = [
            (other.certificate.pem(), &good, NOW, "UnknownIssuer"),
            (bundle.clone(), &chain(&ours, "other.policyctl.svc"), NOW, "not valid for name"),
            (bundle.clone(), &good, NOW + 7200, "expired"),
            (String::new(), &good, NOW, "caBundle is empty"),
            ("nothing".to_owned(), &good, NOW, "holds no certificate"),
        ];
        for (bundle, chain, now, reason) in cases {
            let refused = entry(&bundle).refuses(chain, now).unwrap();
            assert!(refused.starts_with("validate.policyctl.dev: ") && refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn a_webhook_is_called_by_its_services_name_or_its_urls_host() {
        let server = |config: Value| Entry::new("w", &serde_json::from_value(config).unwrap()).server;
        assert_eq!(
            server(json!({"service": {"name": "policyctl", "namespace": "aws"}})),
            "policyctl.aws.svc"
        );
        assert_eq!(server(json!({"url": "https://127.0.0.1:10250/validate"})), "127.0.0.1");
        assert_eq!(server(json!({"url": "https://[::1]:10250/validate"})), "::1");
    }

    #[test]
    fn only_webhooks_with_another_bundle_are_changed_and_only_if_they_are_as_they_were_seen() {
        let entries = [entry("same"), entry(""), entry("other")];
        let operations = operations(&entries, "same").unwrap();
        let expected = json!([
            {"op": "test", "path": "/webhooks/1/name", "value": "validate.policyctl.dev"},
            {"op": "add", "path": "/webhooks/1/clientConfig/caBundle", "value": "c2FtZQ=="},
            {"op": "test", "path": "/webhooks/2/name", "value": "validate.policyctl.dev"},
            {"op": "test", "path": "/webhooks/2/clientConfig/caBundle", "value": "b3RoZXI="},
            {"op": "add", "path": "/webhooks/2/clientConfig/caBundle", "value": "c2FtZQ=="},
        ]);
        assert_eq!(operations, expected);
        assert_eq!(super::operations(&[entry("same")], "same"), None);
    }

    #[test]
    fn an_authority_counts_as_published_once_every_webhook_trusts_it() {
        let (one, two) = (authority(), authority());
        let (pem, both) = (one.certificate.pem(), one.certificate.pem() + &two.certificate.pem());
        let mut sightings = Sightings::default();
        sightings.look(&published(&[&pem, &both]), NOW);
        assert_eq!((sightings.since(&one.certificate), sightings.since(&two.certificate)), (Some(NOW), None));
        sightings.look(&published(&[&both, &both]), NOW + 5);
        assert_eq!(sightings.since(&one.certificate), Some(NOW));
        assert_eq!(sightings.since(&two.certificate), Some(NOW + 5));
        sightings.look(&published(&[&both, ""]), NOW + 6);
        assert_eq!(sightings.since(&one.certificate), None);
    }

    #[test]
    fn without_a_configuration_nothing_is_trusted() {
        let said = Published::default().refusals(&chain(&authority(), "a.example"), NOW);
        assert_eq!(said, ["no webhook configuration of ours exists"]);
    }
}
