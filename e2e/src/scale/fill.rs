//! What a large cluster holds: namespaces, service accounts that each promise a role, and network policies.

use anyhow::Result;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};

use crate::api::Api;
use crate::objects::{CHECKOUT, PLAIN, ROLE, service_account};

/// The namespace of the reviews that are put as load.
pub(crate) const REVIEWED: &str = "payments";

/// Service accounts of one namespace.
const EACH: usize = 100;

/// Creations under way at a time.
const AT_A_TIME: usize = 64;

/// Objects made so far.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    namespaces: usize,
    /// Service accounts.
    pub(crate) accounts: usize,
    /// Network policies.
    pub(crate) policies: usize,
}

impl Filled {
    /// The namespace and the service accounts that reviews under load speak of.
    pub(crate) async fn reviewed(&self, api: &Api) -> Result<()> {
        create(api, "/api/v1/namespaces", &namespace(REVIEWED, "enforce")).await?;
        let path = accounts_of(REVIEWED);
        create(api, &path, &service_account(CHECKOUT, Some(ROLE))).await?;
        create(api, &path, &service_account(PLAIN, None)).await
    }

    /// Makes what is missing, so that there are so many.
    pub(crate) async fn up_to(&mut self, api: &Api, accounts: usize, policies: usize) -> Result<()> {
        let spaces = self.namespaces..accounts.div_ceil(EACH).max(self.namespaces);
        self.namespaces = spaces.end;
        all(api, spaces.map(|n| ("/api/v1/namespaces".to_owned(), namespace(&space(n), "warn")))).await?;
        let numbers = self.accounts..accounts;
        all(api, numbers.map(|n| (accounts_of(&space(n / EACH)), account(n)))).await?;
        let count = self.namespaces;
        let numbers = self.policies..policies;
        all(api, numbers.map(|n| (policies_of(&space(n % count)), policy(n)))).await?;
        (self.accounts, self.policies) = (accounts.max(self.accounts), policies.max(self.policies));
        Ok(())
    }
}

async fn all(api: &Api, objects: impl Iterator<Item = (String, Value)>) -> Result<()> {
    let creations = objects.map(|(path, object)| async move { create(api, &path, &object).await });
    futures::stream::iter(creations).buffer_unordered(AT_A_TIME).try_collect().await
}

async fn create(api: &Api, path: &str, object: &Value) -> Result<()> {
    api.post(path, object).await?.object().map(drop)
}

fn space(number: usize) -> String {
    format!("team-{number:04}")
}

fn accounts_of(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/serviceaccounts")
}

fn policies_of(namespace: &str) -> String {
    format!("/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies")
}

fn namespace(name: &str, mode: &str) -> Value {
    let labels = json!({"policyctl.dev/mode": mode, "team": name, "cost-centre": "1234"});
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

/// As Helm makes them: most of what it carries is no concern of ours.
fn account(number: usize) -> Value {
    let name = format!("service-{number:05}");
    let role = format!("arn:aws:iam::111122223333:role/teams/{name}");
    let mut account = service_account(&name, Some(&role));
    account["metadata"]["annotations"]["meta.helm.sh/release-name"] = json!(name);
    account["metadata"]["labels"] = json!({
        "app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "service-1.2.3",
    });
    account
}

/// What a careful team writes for a service: callers, the database, names, the AWS APIs.
fn policy(number: usize) -> Value {
    let peers = |labels: Value| json!([{"podSelector": {"matchLabels": labels}}]);
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": format!("service-{number:05}")},
        "spec": {
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": format!("service-{number:05}")}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": peers(json!({"role": "gateway"})), "ports": [{"protocol": "TCP", "port": 8080}]}],
            "egress": [
                {"to": peers(json!({"app": "postgres"})), "ports": [{"protocol": "TCP", "port": 5432}]},
                {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
                 "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]},
                {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.169.254/32"]}}],
                 "ports": [{"protocol": "TCP", "port": 443}]},
            ],
        },
    })
}
