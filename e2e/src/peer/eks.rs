//! What amazon-eks-pod-identity-webhook v0.6.17 answers for a pod, as seen from outside: names, values, order and
//! places, its rules for what is already there, and its habit of replacing whole container lists.

use serde_json::{Value, json};

use crate::api::Api;
use crate::objects::{MAPPED, items, text};

const REGION: &str = "eu-west-1";

/// What the service account is promised.
enum Identity {
    WebIdentity { role: String },
    PodIdentity,
}

/// What one kind of identity looks like in a pod.
struct Shape {
    volume: &'static str,
    mount_path: &'static str,
    file: &'static str,
    audience: &'static str,
    variables: [(&'static str, String); 2],
}

/// The JSON Patch for a pod; empty when its service account is promised nothing.
pub(super) async fn operations(api: &Api, namespace: &str, pod: &Value) -> Vec<Value> {
    let Some(identity) = identity(api, namespace, text(&pod["spec"]["serviceAccountName"])).await else {
        return Vec::new();
    };
    let shape = identity.shape();
    let mut operations = Vec::new();
    if matches!(identity, Identity::PodIdentity) {
        operations.push(label(pod));
    }
    operations.extend(volume(pod, &shape));
    for list in ["containers", "initContainers"] {
        let changed: Vec<_> = items(&pod["spec"][list]).iter().map(|one| container(one, &shape)).collect();
        if !changed.is_empty() {
            operations.push(json!({"op": "add", "path": format!("/spec/{list}"), "value": changed}));
        }
    }
    operations
}

async fn identity(api: &Api, namespace: &str, account: &str) -> Option<Identity> {
    if account == MAPPED {
        return Some(Identity::PodIdentity);
    }
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}");
    let found = api.get(&path).await.ok()?.body;
    let role = found["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].as_str()?;
    Some(Identity::WebIdentity { role: role.to_owned() })
}

impl Identity {
    fn shape(&self) -> Shape {
        match self {
            Self::WebIdentity { role } => Shape {
                volume: "aws-iam-token",
                mount_path: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
                file: "token",
                audience: "sts.amazonaws.com",
                variables: [
                    ("AWS_ROLE_ARN", role.clone()),
                    (
                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                        "/var/run/secrets/eks.amazonaws.com/serviceaccount/token".into(),
                    ),
                ],
            },
            Self::PodIdentity => Shape {
                volume: "eks-pod-identity-token",
                mount_path: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
                file: "eks-pod-identity-token",
                audience: "pods.eks.amazonaws.com",
                variables: [
                    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials".into()),
                    (
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                        "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token"
                            .into(),
                    ),
                ],
            },
        }
    }
}

fn label(pod: &Value) -> Value {
    if pod["metadata"]["labels"].is_null() {
        let labels = json!({"eks.amazonaws.com/pod-identity": "enabled"});
        return json!({"op": "add", "path": "/metadata/labels", "value": labels});
    }
    json!({"op": "add", "path": "/metadata/labels/eks.amazonaws.com~1pod-identity", "value": "enabled"})
}

/// A volume of the same name counts as the token, whatever it is.
fn volume(pod: &Value, shape: &Shape) -> Option<Value> {
    let present = &pod["spec"]["volumes"];
    if items(present).iter().any(|volume| volume["name"] == shape.volume) {
        return None;
    }
    let token = json!({"audience": shape.audience, "expirationSeconds": 86_400, "path": shape.file});
    let value = json!({"name": shape.volume, "projected": {"sources": [{"serviceAccountToken": token}]}});
    Some(if present.is_null() {
        json!({"op": "add", "path": "/spec/volumes", "value": [value]})
    } else {
        json!({"op": "add", "path": "/spec/volumes/0", "value": value})
    })
}

/// Each group of variables is added whole or, when one of it is there, not at all; nothing is touched when all are there.
fn container(container: &Value, shape: &Shape) -> Value {
    let groups: [Vec<(&str, String)>; 3] = [
        vec![("AWS_STS_REGIONAL_ENDPOINTS", "regional".to_owned())],
        vec![("AWS_DEFAULT_REGION", REGION.to_owned()), ("AWS_REGION", REGION.to_owned())],
        shape.variables.to_vec(),
    ];
    let mut changed = container.clone();
    let missing: Vec<_> =
        groups.into_iter().filter(|group| !group.iter().any(|(name, _)| has(container, name))).collect();
    if missing.is_empty() {
        return changed;
    }
    let variables = missing.into_iter().flatten().map(|(name, value)| json!({"name": name, "value": value}));
    append(&mut changed, "env", variables);
    if !items(&container["volumeMounts"]).iter().any(|mount| mount["name"] == shape.volume) {
        let mount = json!({"name": shape.volume, "readOnly": true, "mountPath": shape.mount_path});
        append(&mut changed, "volumeMounts", std::iter::once(mount));
    }
    changed
}

fn has(container: &Value, name: &str) -> bool {
    items(&container["env"]).iter().any(|variable| variable["name"] == name)
}

fn append(object: &mut Value, list: &str, more: impl Iterator<Item = Value>) {
    let all: Vec<_> = items(&object[list]).iter().cloned().chain(more).collect();
    object[list] = Value::Array(all);
}
