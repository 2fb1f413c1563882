//! A proxy stands before the plain-HTTP address that holds the container's credentials.

use std::sync::Arc;

use serde_json::{Value, json};

use super::role_shadowed::is_standing;
use super::voters::Vote;
use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::{Applicability, Change, Fix};
use crate::identity::{Held, Identity, Means};
use crate::need::Grade;
use crate::trace::{Fault, SdkTrace, Source};
use crate::workload::{Container, EnvVar};

/// Variables that name a proxy for plain HTTP.
const PROXIES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The rule.
pub(super) struct ProxyCapturesCredentials;

/// Where a container's credentials come from, when that is a plain-HTTP address.
struct Endpoint {
    source: Source,
    address: &'static str,
    whose: String,
}

impl Rule for ProxyCapturesCredentials {
    fn name(&self) -> &'static str {
        "proxy-captures-credentials"
    }

    fn family(&self) -> Family {
        Family::Network
    }

    fn summary(&self) -> &'static str {
        "a proxy without NO_PROXY for the address that holds the credentials"
    }

    fn page(&self) -> &'static str {
        include_str!("proxy_captures_credentials.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let containers = subject.containers.iter();
        findings.extend(containers.filter_map(|examined| self.about(subject, examined)));
    }
}

impl ProxyCapturesCredentials {
    fn about(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Option<Finding> {
        let container = examined.container;
        let proxy = PROXIES.iter().find_map(|name| container.filled(name))?;
        let endpoint = endpoint(examined)?;
        let vote = Vote::on(examined.trace().voting(), |walk| is_captured(walk, &endpoint.source));
        if vote.yes.is_empty() {
            return self.unread(subject, examined, proxy, &endpoint);
        }
        let message = format!(
            "{}: {} takes requests for {} to the proxy in {}; add {} to NO_PROXY",
            wording::container(container),
            proxy.name,
            endpoint.whose,
            vote.names(),
            endpoint.address,
        );
        Some(
            Finding::new(self.name(), Level::Warn, proxy.at, message)
                .in_container(&container.name)
                .about(&proxy.name)
                .because_of(vote.proof())
                .fixed_by(fix(subject, container, endpoint.address)),
        )
    }

    /// It is not known whom the proxy spares.
    fn unread(
        &self,
        subject: &Subject<'_>,
        examined: &Examined<'_>,
        proxy: &EnvVar,
        endpoint: &Endpoint,
    ) -> Option<Finding> {
        let container = examined.container;
        let list = unread_exceptions(subject, container, endpoint.address)
            .filter(|_| examined.identity.held().is_some())?;
        let message = format!(
            "{}: {} may take requests for {} to the proxy: see that {}, which comes by reference, has {}",
            wording::container(container),
            proxy.name,
            endpoint.whose,
            list.name,
            endpoint.address,
        );
        Some(
            Finding::new(self.name(), Level::Warn, list.at, message)
                .in_container(&container.name)
                .about(&list.name)
                .fixed_by(Fix::manual(format!("add {} to what {} refers to", endpoint.address, list.name))),
        )
    }
}

/// Exceptions that come by reference may lack the address, and nobody sees it.
fn unread_exceptions<'c>(
    subject: &Subject<'_>,
    container: &'c Container,
    address: &str,
) -> Option<&'c EnvVar> {
    let lists = || EXCEPTIONS.iter().filter_map(|name| container.var(name));
    let text = |list: &EnvVar| list.literal().and_then(|_| subject.document.node(list.value_at).text());
    let listed = lists().any(|list| text(list).is_some_and(|text| text.contains(address)));
    lists().find(|list| list.literal().is_none()).filter(|_| !listed)
}

/// A link that this address stands behind goes to the proxy, and no key was taken before.
fn is_captured(walk: &SdkTrace, source: &Source) -> bool {
    let kept = |fault: Option<Fault>| matches!(fault, Some(Fault::ProxyOff | Fault::ProxyRefuses));
    let is_kept = walk.chain.iter().any(|link| link.source.as_ref() == Some(source) && kept(link.fault));
    is_kept && !walk.outcome.source.as_ref().is_some_and(is_standing)
}

fn endpoint(examined: &Examined<'_>) -> Option<Endpoint> {
    let identity = &examined.identity;
    let (source, address) = match identity {
        Identity::Held(held) => match held.means {
            Means::TaskRole => (Source::ContainerRelative, "169.254.170.2"),
            Means::PodIdentity => (Source::PodIdentity, "169.254.170.23"),
            Means::WebIdentity | Means::Endpoint => return None,
        },
        Identity::Missing if examined.need().grade >= Grade::Likely => (Source::Metadata, "169.254.169.254"),
        _ => return None,
    };
    let whose = identity.held().map_or_else(|| "the instance's role".to_owned(), Held::called);
    Some(Endpoint { source, address, whose })
}

/// Excepts the address, which cannot break what works: the proxy has no way to it.
fn fix(subject: &Subject<'_>, container: &Container, address: &str) -> Fix {
    let title = format!("add {address} to NO_PROXY");
    let lists: Vec<&EnvVar> = EXCEPTIONS.iter().filter_map(|name| container.var(name)).collect();
    let changes: Option<Vec<Change>> = match (&lists[..], container.env_at) {
        ([], Some(env)) => Some(EXCEPTIONS.map(|name| Change::Append(env, variable(name, address))).into()),
        ([], None) => None,
        (lists, _) => lists.iter().map(|list| append(subject, list, address)).collect(),
    };
    match changes {
        Some(changes) => Fix { title, applicability: Applicability::Safe, changes },
        None => Fix::manual(title),
    }
}

fn variable(name: &str, value: &str) -> Arc<Value> {
    json!({"name": name, "value": value}).into()
}

fn append(subject: &Subject<'_>, list: &EnvVar, address: &str) -> Option<Change> {
    list.literal()?;
    let text = subject.document.node(list.value_at).text()?;
    let longer = if text.is_empty() { address.to_owned() } else { format!("{text},{address}") };
    Some(Change::Replace(list.value_at, longer.into()))
}
