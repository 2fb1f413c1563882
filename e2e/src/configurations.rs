//! The webhook configurations, every field written out as the API server would default it.
//!
//! Source for fields and defaults: Kubernetes API reference, `admissionregistration.k8s.io/v1`.

use std::net::SocketAddr;

use serde_json::{Value, json};

/// The name of both configurations. It decides the order among mutating webhooks.
pub(crate) const NAME: &str = "policyctl";

/// The namespace label that raises a mode.
pub(crate) const MODE: &str = "policyctl.dev/mode";

/// Namespaces that the control plane's own pods live in; what happens there must not depend on a webhook.
const SYSTEM: [&str; 2] = ["kube-system", "kube-node-lease"];

/// True for changes of our label alone.
const MODE_CHANGES: &str = "(has(object.metadata.labels) && 'policyctl.dev/mode' in object.metadata.labels \
     ? object.metadata.labels['policyctl.dev/mode'] : '') != \
     (has(oldObject.metadata.labels) && 'policyctl.dev/mode' in oldObject.metadata.labels \
     ? oldObject.metadata.labels['policyctl.dev/mode'] : '')";

/// Where webhooks are called.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    /// Where they listen.
    pub(crate) address: SocketAddr,
    /// The CA of their certificates: PEM in base64.
    pub(crate) bundle: String,
}

impl Door {
    fn at(&self, path: &str) -> Value {
        json!({"url": format!("https://{}/{path}", self.address), "caBundle": self.bundle})
    }
}

/// Validation where nothing is enforced, where it is, and the guard on the namespaces themselves.
pub(crate) fn validating(door: &Door) -> Value {
    let (others, enforcing) = (mode_selector("NotIn"), mode_selector("In"));
    let webhooks = [
        webhook("validate.policyctl.dev", &door.at("validate"), ("Ignore", 3), &others, &everything()),
        webhook("enforce.policyctl.dev", &door.at("enforce"), ("Fail", 3), &enforcing, &everything()),
        guard(door),
    ];
    configuration("ValidatingWebhookConfiguration", NAME, &webhooks)
}

/// Injection, at the creation of pods.
pub(crate) fn mutating(door: &Door) -> Value {
    let selector = selector(&[system_excluded()]);
    let webhook = webhook("mutate.policyctl.dev", &door.at("mutate"), ("Ignore", 1), &selector, &pods());
    configuration("MutatingWebhookConfiguration", NAME, &[reinvoked(webhook)])
}

/// Another mutating webhook, elsewhere in the order, for namespaces whose label `peer` is its name.
pub(crate) fn peer(name: &str, door: &Door) -> Value {
    let selector = selector(&[json!({"key": "peer", "operator": "In", "values": [name]})]);
    let webhook = webhook(&format!("{name}.peer.example"), &door.at(name), ("Fail", 10), &selector, &pods());
    configuration("MutatingWebhookConfiguration", name, &[reinvoked(webhook)])
}

/// A configuration without any `caBundle`, whose webhooks each pod of a namespace labelled `managed` passes, and none may fail.
pub(crate) fn unpublished(name: &str, addresses: &[SocketAddr]) -> Value {
    let selector = selector(&[json!({"key": "managed", "operator": "Exists"})]);
    let webhooks = addresses.iter().enumerate().map(|(index, address)| {
        let client_config = json!({"url": format!("https://{address}/enforce")});
        let named = format!("replica-{index}.managed.example");
        webhook(&named, &client_config, ("Fail", 10), &selector, &everything())
    });
    configuration("ValidatingWebhookConfiguration", name, &webhooks.collect::<Vec<_>>())
}

fn configuration(kind: &str, name: &str, webhooks: &[Value]) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "webhooks": webhooks,
    })
}

fn webhook(
    name: &str,
    client_config: &Value,
    (failure_policy, seconds): (&str, u32),
    namespaces: &Value,
    rules: &Value,
) -> Value {
    json!({
        "name": name,
        "admissionReviewVersions": ["v1"],
        "clientConfig": client_config,
        "failurePolicy": failure_policy,
        "matchPolicy": "Equivalent",
        "namespaceSelector": namespaces,
        "objectSelector": {},
        "rules": rules,
        "sideEffects": "NoneOnDryRun",
        "timeoutSeconds": seconds,
    })
}

/// Called once more when a later webhook changes what it saw.
fn reinvoked(mut webhook: Value) -> Value {
    webhook["reinvocationPolicy"] = json!("IfNeeded");
    webhook
}

/// Labels can be changed through a namespace's subresources too.
fn guard(door: &Door) -> Value {
    let rules = json!([{
        "apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "scope": "Cluster",
        "resources": ["namespaces", "namespaces/status", "namespaces/finalize"],
    }]);
    let mut guard = webhook("guard.policyctl.dev", &door.at("guard"), ("Fail", 3), &json!({}), &rules);
    guard["matchConditions"] = json!([{"name": "mode-changes", "expression": MODE_CHANGES}]);
    guard
}

fn mode_selector(operator: &str) -> Value {
    selector(&[json!({"key": MODE, "operator": operator, "values": ["enforce"]}), system_excluded()])
}

fn selector(expressions: &[Value]) -> Value {
    json!({"matchExpressions": expressions})
}

fn system_excluded() -> Value {
    json!({"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": SYSTEM})
}

fn pods() -> Value {
    json!([rule(&["CREATE"], "", &["pods"])])
}

/// Pods, their ephemeral containers, and whatever carries a pod template.
fn everything() -> Value {
    let both = ["CREATE", "UPDATE"];
    json!([
        rule(&both, "", &["pods", "pods/ephemeralcontainers", "replicationcontrollers", "podtemplates"]),
        rule(&both, "apps", &["deployments", "daemonsets", "statefulsets", "replicasets"]),
        rule(&both, "batch", &["jobs", "cronjobs"]),
    ])
}

fn rule(operations: &[&str], group: &str, resources: &[&str]) -> Value {
    json!({
        "apiGroups": [group], "apiVersions": ["v1"], "operations": operations,
        "resources": resources, "scope": "Namespaced",
    })
}
