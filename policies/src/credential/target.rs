//! What a key opens: AWS, or an S3-compatible store that takes its place.

#![expect(clippy::disallowed_methods, reason = "endpoints are looked for in values that are no keys")]

use std::collections::BTreeSet;

use super::endpoint::{self, Endpoint, Leads, Scope};
use super::pair::Set;
use super::{Class, Reader, Target, assignment, service, variable};
use crate::document::At;
use crate::facts::{Facts, is_emulator_image};
use crate::workload::{Container, EnvVar, Value, Workload};

/// A clause for a container that is an object server or an emulator.
const ITSELF: &str = "the image is such a server itself";

/// Everything in a container that decides the target of its keys.
#[derive(Debug)]
pub(crate) struct Endpoints {
    given: Vec<Endpoint>,
    /// Uses of AWS services: the service and where it is named.
    uses: Vec<(String, At)>,
    /// The container's own image is a server.
    server: Option<At>,
    /// Another container is one.
    pub(super) sibling: bool,
}

impl Endpoints {
    /// Looks through a container.
    pub(crate) fn of(workload: &Workload, container: &Container, facts: &Facts) -> Self {
        let expands = variable::expands(workload);
        let mut found = Self {
            given: Vec::new(),
            uses: Vec::new(),
            server: container
                .image
                .as_ref()
                .filter(|image| is_emulator_image(&image.name))
                .map(|image| image.at),
            sibling: facts.sibling_emulator.is_some() || has_server(workload, container),
        };
        for var in &container.env {
            found.variable(container, var, expands, facts);
        }
        found.bulk(container, facts);
        found.commands(container);
        found.options(container);
        if ignores_endpoints(container) {
            found.given.retain(|endpoint| !endpoint.of_sdk);
        }
        found
    }

    fn variable(&mut self, container: &Container, var: &EnvVar, expands: bool, facts: &Facts) {
        match variable::resolved(container, var, expands) {
            Value::Literal(value) => self.literal(&var.name, value.expose(), var.value_at),
            Value::Reference(reference) => {
                let plain = variable::known_value(reference, facts).and_then(|value| value.plain.as_deref());
                self.given.extend(match plain {
                    Some(text) => endpoint::written(&var.name, text, var.value_at),
                    None => endpoint::referenced(&var.name, var.value_at),
                });
            }
            Value::Field | Value::Nothing => {}
        }
    }

    fn literal(&mut self, name: &str, value: &str, at: At) {
        let named = endpoint::written(name, value, at);
        let is_named = named.is_some();
        self.given.extend(named.or_else(|| endpoint::within(name, value, at)));
        if !is_named {
            let used = service::of_value(value).or_else(|| service::of_setting(name, value));
            self.uses.extend(used.map(|service| (service.to_owned(), at)));
        }
    }

    /// Endpoints among the values of objects that arrive in bulk.
    fn bulk(&mut self, container: &Container, facts: &Facts) {
        for source in &container.env_sources {
            let keys =
                variable::known_object(&source.from, facts).into_iter().flat_map(|object| &object.keys);
            self.given.extend(keys.filter_map(|(key, value)| {
                let name = format!("{}{key}", source.prefix);
                match &value.plain {
                    Some(text) => endpoint::written(&name, text, source.at),
                    None => endpoint::referenced(&name, source.at),
                }
            }));
        }
    }

    fn commands(&mut self, container: &Container) {
        for command in &container.commands {
            for (index, word) in command.words.iter().enumerate() {
                let value = word.text.expose();
                self.text("", value, word.at);
                let flag = index
                    .checked_sub(1)
                    .and_then(|before| command.words.get(before))
                    .map(|word| word.text.expose());
                let flag =
                    flag.filter(|flag| assignment::is_flag(flag)).map(|flag| flag.trim_start_matches('-'));
                self.given.extend(flag.and_then(|flag| endpoint::written(flag, value, word.at)));
            }
        }
    }

    fn options(&mut self, container: &Container) {
        for option in &container.options {
            if let Value::Literal(value) = &option.value {
                self.given.extend(endpoint::written(&option.key, value.expose(), option.at));
            }
        }
    }

    /// Endpoints within a longer text: assignments by their names, URLs by their hosts.
    fn text(&mut self, name: &str, value: &str, at: At) {
        for assignment in assignment::find(value, |_| true, super::is_endpoint_name) {
            let text = value.get(assignment.value).unwrap_or_default();
            self.given.extend(endpoint::written(assignment.name, text, at));
        }
        self.given.extend(endpoint::within(name, value, at));
        self.uses.extend(service::of_value(value).map(|service| (service.to_owned(), at)));
    }

    /// The endpoint outside AWS that answers for a service, and a clause that says so.
    pub(crate) fn takes_over(&self, service: &str) -> Option<(At, &str)> {
        self.leading(Leads::Elsewhere, |scope| covers(scope, service)).or_else(|| self.itself())
    }

    /// An endpoint for a service that is not written here.
    pub(crate) fn may_take_over(&self, service: &str) -> Option<(At, &str)> {
        self.leading(Leads::Unknown, |scope| covers(scope, service))
    }

    /// The endpoint outside AWS that answers for every service.
    pub(crate) fn takes_over_all(&self) -> Option<(At, &str)> {
        self.leading(Leads::Elsewhere, |scope| *scope == Scope::All).or_else(|| self.itself())
    }

    fn leading(&self, leads: Leads, covers: impl Fn(&Scope) -> bool) -> Option<(At, &str)> {
        let found = self.given.iter().find(|endpoint| endpoint.leads == leads && covers(&endpoint.scope));
        found.map(|endpoint| (endpoint.at, endpoint.because.as_str()))
    }

    fn itself(&self) -> Option<(At, &str)> {
        self.server.map(|at| (at, ITSELF))
    }

    /// Says which prefixes have keys of their own: endpoints of these prefixes are theirs alone.
    pub(super) fn owned_by<'p>(mut self, prefixes: impl Iterator<Item = &'p str>) -> Self {
        let owners: BTreeSet<String> = prefixes.map(str::to_ascii_lowercase).collect();
        for endpoint in &mut self.given {
            endpoint.owned = owners.contains(&endpoint.prefix.to_ascii_lowercase());
        }
        self
    }

    /// What the keys of a set open.
    pub(super) fn target(&self, set: &Set) -> Target {
        if let Some(at) = self.server {
            return Target::Compatible { at: Some(at), because: ITSELF.to_owned() };
        }
        let endpoints = self.meant(&set.group.prefix);
        let leading =
            |leads: Leads| endpoints.iter().copied().filter(move |endpoint| endpoint.leads == leads);
        let whole = leading(Leads::Elsewhere).find(|endpoint| !matches!(endpoint.scope, Scope::Service(_)));
        if let Some(endpoint) = whole {
            return self.compatible(set, endpoint);
        }
        if let Some(endpoint) = leading(Leads::Elsewhere).next() {
            return Target::Partly { at: endpoint.at, other_service: self.other_service(&endpoints) };
        }
        if let Some(vendor) = vendor(set).filter(|_| leading(Leads::Aws).next().is_none()) {
            return vendor;
        }
        leading(Leads::Unknown).next().map_or(Target::Aws, |endpoint| Target::Unknown { at: endpoint.at })
    }

    /// The endpoints that a set's reader follows: its own by the prefix, or those that are nobody else's.
    fn meant(&self, prefix: &str) -> Vec<&Endpoint> {
        let is_own = |endpoint: &&Endpoint| {
            !endpoint.prefix.is_empty() && endpoint.prefix.eq_ignore_ascii_case(prefix)
        };
        let own: Vec<_> = self.given.iter().filter(is_own).collect();
        if !own.is_empty() && !prefix.eq_ignore_ascii_case("aws") {
            return own;
        }
        let foreign = |endpoint: &Endpoint| endpoint.owned && !endpoint.prefix.is_empty();
        let general =
            |endpoint: &&Endpoint| is_own(endpoint) || endpoint.scope != Scope::Prefix && !foreign(endpoint);
        self.given.iter().filter(general).collect()
    }

    fn compatible(&self, set: &Set, endpoint: &Endpoint) -> Target {
        let other = (endpoint.scope == Scope::Storage && set.keys.reader == Reader::Sdk)
            .then(|| self.uses.iter().find(|(service, _)| service != "s3"))
            .flatten();
        match other {
            Some((_, at)) => Target::Partly { at: endpoint.at, other_service: Some(*at) },
            None => Target::Compatible { at: Some(endpoint.at), because: endpoint.because.clone() },
        }
    }

    /// A use of AWS that none of these endpoints takes over.
    fn other_service(&self, endpoints: &[&Endpoint]) -> Option<At> {
        let covered = |service: &str| {
            endpoints.iter().any(|endpoint| {
                endpoint.leads != Leads::Aws
                    && matches!(&endpoint.scope, Scope::Service(own) if own == service)
            })
        };
        self.uses.iter().find(|(service, _)| !covered(service)).map(|(_, at)| *at)
    }
}

fn covers(scope: &Scope, service: &str) -> bool {
    match scope {
        Scope::All => true,
        Scope::Storage => service == "s3",
        Scope::Service(own) => own == service,
        Scope::Prefix => false,
    }
}

/// A vendor named by the variables themselves, unless the key is one that AWS issued.
fn vendor(set: &Set) -> Option<Target> {
    let vendor = set.vendor?;
    let from_aws = set.keys.id.as_ref().is_some_and(|id| id.class.is_issued() && id.shown.is_some());
    let because = format!("its name says {vendor}");
    (!from_aws && !set.keys.any(Class::DocumentedExample)).then_some(Target::Compatible { at: None, because })
}

/// Another container of the same workload is a server.
fn has_server(workload: &Workload, container: &Container) -> bool {
    let image = |other: &Container| other.image.as_ref().is_some_and(|image| is_emulator_image(&image.name));
    workload.containers.iter().any(|other| other.at != container.at && image(other))
}

/// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true`: the SDKs' endpoint settings do not count.
/// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
fn ignores_endpoints(container: &Container) -> bool {
    let switch = container.var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").and_then(EnvVar::literal);
    switch.is_some_and(|value| value.expose().eq_ignore_ascii_case("true"))
}
