//! What a promise puts into containers: made once, and the same in each of them.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::Pod;
use super::promise::{Mechanism, Promise};
use super::volume::{self, Names};
use crate::workload::{Container, Os};

const ROLE_ARN: &str = "AWS_ROLE_ARN";
const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const AUTH_TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// What a container without an identity is to get.
pub(super) struct Kit<'p> {
    /// What is promised.
    pub(super) promise: &'p Promise,
    /// The fixed names of its mechanism.
    pub(super) names: &'static Names,
    /// The two variables that make the identity, in EKS's order.
    pub(super) identity: [Variable; 2],
    /// The mount of the token's volume.
    pub(super) mount: Arc<Value>,
    regional_sts: Option<Variable>,
    region: Option<[Variable; 2]>,
}

/// A variable, and its entry in a container's list of them.
#[derive(Clone)]
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) entry: Arc<Value>,
}

static REGIONAL_STS: LazyLock<Variable> =
    LazyLock::new(|| Variable::new("AWS_STS_REGIONAL_ENDPOINTS", "regional"));

impl Variable {
    fn new(name: &'static str, value: &str) -> Self {
        Self { name, entry: Arc::new(json!({"name": name, "value": value})) }
    }

    pub(super) fn value(&self) -> &str {
        self.entry["value"].as_str().unwrap_or_default()
    }
}

impl<'p> Kit<'p> {
    /// What keeps this promise in this pod.
    pub(super) fn of(pod: &Pod<'_>, promise: &'p Promise) -> Self {
        let names = Names::of(promise);
        let region = pod.policy.surroundings.region.as_deref();
        Self {
            promise,
            names,
            identity: identity(pod, promise, names),
            mount: volume::mount(promise),
            regional_sts: promise.regional_sts.then(|| REGIONAL_STS.clone()),
            region: region
                .map(|region| ["AWS_DEFAULT_REGION", "AWS_REGION"].map(|name| Variable::new(name, region))),
        }
    }

    /// All variables that a container without an identity gets, in EKS's order.
    pub(super) fn everything(&self, container: &Container) -> impl Iterator<Item = &Variable> {
        let is_free = |variable: &Variable| container.var(variable.name).is_none();
        let regional_sts = self.regional_sts.as_ref().filter(|variable| is_free(variable));
        let region = self.region.as_ref().filter(|both| both.iter().all(is_free));
        regional_sts.into_iter().chain(region.into_iter().flatten()).chain(&self.identity)
    }
}

/// The variables by which the other mechanism than this shows.
pub(super) fn names_of_other(mechanism: &Mechanism) -> [&'static str; 2] {
    match mechanism {
        Mechanism::Irsa { .. } => [FULL_URI, AUTH_TOKEN_FILE],
        Mechanism::PodIdentity { .. } => [ROLE_ARN, TOKEN_FILE],
    }
}

fn identity(pod: &Pod<'_>, promise: &Promise, names: &Names) -> [Variable; 2] {
    let path = names.token_path();
    match &promise.mechanism {
        Mechanism::Irsa { role_arn, .. } => {
            let windows = pod.workload.pod().is_some_and(|pod| pod.os == Some(Os::Windows));
            let path = if windows { format!("C:{}", path.replace('/', "\\")) } else { path };
            [Variable::new(ROLE_ARN, role_arn), Variable::new(TOKEN_FILE, &path)]
        }
        Mechanism::PodIdentity { .. } => {
            [Variable::new(FULL_URI, endpoint(pod)), Variable::new(AUTH_TOKEN_FILE, &path)]
        }
    }
}

/// The agent's address, by the cluster's address family.
fn endpoint(pod: &Pod<'_>) -> &'static str {
    if pod.policy.surroundings.ipv6 {
        "http://[fd00:ec2::23]/v1/credentials"
    } else {
        "http://169.254.170.23/v1/credentials"
    }
}
