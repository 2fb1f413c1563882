//! Pods, what stands around each, and what is said of it: one table for every door that judges pods.
//!
//! A row names only what differs from a plain pod `checkout` in namespace `payments`, whose one container is
//! `app` and whose service account is `default`. The members of a row:
//!
//! - `app`, `spec`, `metadata`: members of the container, of the pod's spec and of its metadata
//! - `role`: the pod runs as service account `checkout`, which promises this role
//! - `wired`: the pod carries what is injected for that role
//! - `egress`: the rules of a NetworkPolicy for the namespace
//! - `policy`: the policy file's `spec`, where it is not the bundle `baseline`
//! - `twice`: a member that the object's text has twice
//! - `says`: the rules that speak, each with its level

#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::BTreeSet;
use std::path::Path;

use policyctl_policies::document::{Format, Limits, Node, parse};
use serde_json::{Map, Value, json};

/// A key as IAM makes them, in two halves so that no scanner takes this file for a leak.
const KEY_ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");

/// One row.
pub(crate) struct Row {
    /// Its file and what it promises.
    pub(crate) name: String,
    /// The pod, as JSON text.
    pub(crate) pod: String,
    /// Service accounts and NetworkPolicies around it.
    pub(crate) beside: Vec<Value>,
    /// The policy file.
    pub(crate) policy: String,
    /// `rule=level`.
    pub(crate) says: BTreeSet<String>,
    /// The row as it is written, for members that one door alone reads.
    pub(crate) written: Value,
}

/// Every row of every file.
pub(crate) fn rows() -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/tests/admission-table");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files.iter().flat_map(|file| of_file(file)).collect()
}

/// The rows of one file.
pub(crate) fn of_file(file: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(file).unwrap().replace("$ID", KEY_ID).replace("$SECRET", SECRET);
    let name = file.file_name().unwrap().to_str().unwrap();
    let document = parse(&name.into(), text.as_bytes(), Format::Yaml, Limits::default()).pop().unwrap();
    document.unwrap().root().items().map(|row| Row::read(name, &value(row))).collect()
}

fn value(node: Node<'_>) -> Value {
    if node.is_mapping() {
        node.entries()
            .map(|entry| (entry.key.text().unwrap_or_default().to_owned(), value(entry.value)))
            .collect::<Map<_, _>>()
            .into()
    } else if node.is_sequence() {
        node.items().map(value).collect()
    } else {
        let number = || node.text()?.parse::<i64>().ok().map(Value::from);
        let plain = || node.boolean().map(Value::from).or_else(number);
        node.string().map(Value::from).or_else(plain).unwrap_or_default()
    }
}

impl Row {
    fn read(file: &str, row: &Value) -> Self {
        let pod = pod(row).to_string();
        let pod = match row["twice"].as_str() {
            Some(member) => pod.replacen('{', &format!("{{{member},"), 1),
            None => pod,
        };
        let policy = json!({
            "apiVersion": "policyctl.dev/v1alpha1", "kind": "CredentialPolicy", "metadata": {"name": "table"},
            "spec": if row["policy"].is_null() { json!({"extends": "baseline"}) } else { row["policy"].clone() },
        });
        Self {
            name: format!("{file}: {}", row["name"].as_str().unwrap()),
            pod,
            beside: beside(row),
            policy: policy.to_string(),
            says: words(&row["says"]),
            written: row.clone(),
        }
    }
}

/// A list of words.
pub(crate) fn words(value: &Value) -> BTreeSet<String> {
    list(value).map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn pod(row: &Value) -> Value {
    let mut app = json!({"name": "app", "image": "acme/checkout:1"});
    let mut spec = json!({"containers": []});
    // An object that exists has a uid: the API server sets it before it validates.
    let mut metadata = json!({"name": "checkout", "namespace": "payments", "uid": "0a1b2c3d"});
    for (whole, member) in [(&mut app, "app"), (&mut spec, "spec"), (&mut metadata, "metadata")] {
        merge(whole, &row[member]);
    }
    if let Some(role) = row["role"].as_str() {
        spec["serviceAccountName"] = json!("checkout");
        if row["wired"] == true {
            wire(&mut app, &mut spec, role);
        }
    }
    let containers = spec["containers"].as_array_mut().unwrap();
    containers.insert(0, app);
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
}

fn merge(whole: &mut Value, part: &Value) {
    for (key, value) in part.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
}

fn push(whole: &mut Value, member: &str, item: Value) {
    match &mut whole[member] {
        Value::Array(items) => items.push(item),
        absent => *absent = json!([item]),
    }
}

/// What is injected for a role of IRSA.
fn wire(app: &mut Value, spec: &mut Value, role: &str) {
    const FOLDER: &str = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
    push(app, "env", json!({"name": "AWS_ROLE_ARN", "value": role}));
    push(app, "env", json!({"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": format!("{FOLDER}/token")}));
    push(app, "volumeMounts", json!({"name": "aws-iam-token", "readOnly": true, "mountPath": FOLDER}));
    let token = json!({"audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token"});
    let sources = json!([{"serviceAccountToken": token}]);
    push(spec, "volumes", json!({"name": "aws-iam-token", "projected": {"sources": sources}}));
}

fn beside(row: &Value) -> Vec<Value> {
    let mut all = vec![account("default", &json!({}))];
    if let Some(role) = row["role"].as_str() {
        all.push(account("checkout", &json!({"eks.amazonaws.com/role-arn": role})));
    }
    if row["egress"].is_array() {
        all.push(json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": "egress", "namespace": "payments"},
            "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": row["egress"]},
        }));
    }
    all
}

fn account(name: &str, annotations: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": "payments", "annotations": annotations},
    })
}
