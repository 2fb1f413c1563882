//! The objects that checks send, as their authors would write them.

use serde_json::{Value, json};

/// What the annotated service account promises.
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/checkout";

/// A key id that was never issued.
pub(crate) const KEY_ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");

/// A secret key that was never issued.
pub(crate) const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");

/// The service account with a role in its annotations.
pub(crate) const CHECKOUT: &str = "checkout";

/// The service account that the policy's role map and the peer's associations know.
pub(crate) const MAPPED: &str = "mapped";

/// The service account without a promise.
pub(crate) const PLAIN: &str = "plain";

/// A service account, annotated with a role if one is given.
pub(crate) fn service_account(name: &str, role: Option<&str>) -> Value {
    let annotations = role.map_or(json!({}), |role| json!({"eks.amazonaws.com/role-arn": role}));
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "annotations": annotations}})
}

/// A pod of one container, called `api`.
pub(crate) fn pod(service_account: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
        "spec": {
            "serviceAccountName": service_account,
            "automountServiceAccountToken": false,
            "containers": [{"name": "api", "image": "registry.example/acme/checkout:1"}],
        },
    })
}

/// The same with a long-lived key pair written into its container.
pub(crate) fn keyed(mut pod: Value) -> Value {
    pod["spec"]["containers"][0]["env"] = key_pair();
    pod
}

/// A long-lived key pair as variables.
pub(crate) fn key_pair() -> Value {
    json!([
        {"name": "AWS_ACCESS_KEY_ID", "value": KEY_ID},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET},
    ])
}

/// A Deployment of a pod.
pub(crate) fn deployment(pod: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod["spec"]},
        },
    })
}

/// A container's variables, in order.
pub(crate) fn variables(container: &Value) -> Vec<(&str, &str)> {
    items(&container["env"])
        .iter()
        .map(|variable| (text(&variable["name"]), text(&variable["value"])))
        .collect()
}

/// The items of a list; none when it is absent.
pub(crate) fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// A text; empty when it is absent.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
