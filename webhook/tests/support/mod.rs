//! A controller without a cluster, and reviews to put to it.
#![allow(dead_code, reason = "each test uses some of it")]

use std::sync::Arc;

use policyctl_policies::policy::{Day, Policy};
use policyctl_webhook::admission::{Admission, Endpoint};
use policyctl_webhook::cluster::{Cluster, Kept, Seen};
use policyctl_webhook::events::Events;
use policyctl_webhook::settings::Templates;
use serde_json::{Value, json};

pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/checkout";
pub(crate) const KEY_ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
pub(crate) const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");

/// A policy file's `spec`, as the policy in force.
pub(crate) fn policy(spec: &str) -> Policy {
    let text = format!(
        "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {{name: acme}}\nspec:\n{spec}"
    );
    Policy::read("policy.yaml", text.as_bytes()).unwrap()
}

/// A cluster in which `payments` enforces, `checkout` has a role, and `plain` has none.
pub(crate) fn seen() -> Arc<Seen> {
    let seen = Seen::default();
    let kept = |key: &str, value: &str| Kept::from([(key.to_owned(), value.to_owned())]);
    {
        let mut accounts = seen.service_accounts.write().unwrap();
        for namespace in ["payments", "lenient"] {
            accounts.insert(namespace, "checkout", &kept("eks.amazonaws.com/role-arn", ROLE));
            accounts.insert(namespace, "plain", &Kept::new());
            accounts.insert(namespace, "default", &Kept::new());
        }
        let mut namespaces = seen.namespaces.write().unwrap();
        namespaces.insert("", "payments", &kept("policyctl.dev/mode", "enforce"));
        namespaces.insert("", "lenient", &Kept::new());
    }
    seen.synced.network_policies.store(true, std::sync::atomic::Ordering::Release);
    Arc::new(seen)
}

pub(crate) fn admission(policy: Policy) -> Admission {
    Admission {
        policy: Arc::new(policy.into()),
        cluster: Cluster::offline(seen()),
        metrics: Arc::default(),
        events: Events::off(Arc::default()),
        guard_groups: vec!["platform".into()],
        workloads: Templates::Warn,
        today: || Day { year: 2026, month: 11, day: 25 },
    }
}

/// A pod that exists: the API server sets the uid before it validates.
pub(crate) fn pod(service_account: &str, container: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "checkout", "uid": "0a1b2c3d"},
        "spec": {"serviceAccountName": service_account, "containers": [container]},
    })
}

/// A container that an author gave a key.
pub(crate) fn keyed() -> Value {
    json!({"name": "api", "image": "acme/checkout", "env": [
        {"name": "AWS_ACCESS_KEY_ID", "value": KEY_ID},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET},
    ]})
}

/// What EKS or we inject.
pub(crate) fn wired(mut pod: Value) -> Value {
    let spec = &mut pod["spec"];
    spec["volumes"] = json!([{"name": "aws-iam-token", "projected": {"sources": [{"serviceAccountToken":
        {"audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token"}}]}}]);
    let container = &mut spec["containers"][0];
    container["volumeMounts"] = json!([{"name": "aws-iam-token", "readOnly": true,
        "mountPath": "/var/run/secrets/eks.amazonaws.com/serviceaccount"}]);
    let mut env = container["env"].as_array().cloned().unwrap_or_default();
    env.push(json!({"name": "AWS_ROLE_ARN", "value": ROLE}));
    env.push(json!({"name": "AWS_WEB_IDENTITY_TOKEN_FILE",
        "value": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"}));
    container["env"] = Value::Array(env);
    pod
}

pub(crate) fn review(namespace: &str, object: &Value) -> Value {
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "7f3c0a11", "operation": "CREATE", "namespace": namespace, "name": "",
            "kind": {"group": "", "version": "v1", "kind": object["kind"]},
            "userInfo": {"username": "dev@acme.example", "groups": ["developers"]},
            "object": object,
        },
    })
}

/// The `response` of an answer.
pub(crate) async fn ask(admission: &Admission, endpoint: Endpoint, review: &Value) -> Value {
    let answer = admission.answer(endpoint, &serde_json::to_vec(review).unwrap()).await;
    let mut answer: Value = serde_json::from_slice(&answer).unwrap();
    answer["response"].take()
}
