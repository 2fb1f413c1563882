//! What the replicas may do: no more than `docs/admission.md` names for `--tls managed`.

use anyhow::Result;
use serde_json::{Value, json};

use super::{HOME, NAME};
use crate::api::Api;

const VERSION: &str = "rbac.authorization.k8s.io/v1";
const GROUP: &str = "/apis/rbac.authorization.k8s.io/v1";

/// Makes the namespace of the Secret and the Lease, and grants what both replicas need. Done once in a run.
pub(super) async fn grant(api: &Api) -> Result<()> {
    let home = format!("/api/v1/namespaces/{HOME}");
    if api.get(&home).await?.is_ok() {
        return Ok(());
    }
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME}});
    api.post("/api/v1/namespaces", &namespace).await?.object()?;
    bind(api, "ClusterRole", "", NAME, &in_the_cluster()).await?;
    bind(api, "Role", &format!("/namespaces/{HOME}"), NAME, &at_home()).await
}

/// Takes from them, or gives them back, what they may do in the namespace of the Secret and the Lease.
pub(super) async fn permit_home(api: &Api, yes: bool) -> Result<()> {
    let bindings = format!("{GROUP}/namespaces/{HOME}/rolebindings");
    if yes {
        api.post(&bindings, &binding("Role", NAME)).await?.object()?;
    } else {
        api.delete(&format!("{bindings}/{NAME}")).await?.object()?;
    }
    Ok(())
}

/// Lets them create what they do not find.
pub(super) async fn grant_creation(api: &Api) -> Result<()> {
    let rules = json!([
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]},
    ]);
    bind(api, "Role", &format!("/namespaces/{HOME}"), "creation", &rules).await
}

fn in_the_cluster() -> Value {
    let reads = ["get", "list", "watch"];
    json!([
        {"apiGroups": [""], "resources": ["serviceaccounts", "namespaces"], "verbs": reads},
        {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": reads},
        {
            "apiGroups": ["admissionregistration.k8s.io"],
            "resources": ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
            "resourceNames": [NAME], "verbs": ["get", "list", "watch", "patch"],
        },
    ])
}

fn at_home() -> Value {
    json!([
        {
            "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["policyctl-tls"],
            "verbs": ["get", "list", "watch", "update"],
        },
        {
            "apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "resourceNames": ["policyctl"],
            "verbs": ["get", "update"],
        },
    ])
}

/// Makes a role of a kind, at a place below the API group, and gives it to the replicas' user.
async fn bind(api: &Api, kind: &str, place: &str, name: &str, rules: &Value) -> Result<()> {
    let plural = format!("{GROUP}{place}/{}", kind.to_lowercase());
    let role = json!({"apiVersion": VERSION, "kind": kind, "metadata": {"name": name}, "rules": rules});
    api.post(&format!("{plural}s"), &role).await?.object()?;
    api.post(&format!("{plural}bindings"), &binding(kind, name)).await?.object()?;
    Ok(())
}

fn binding(kind: &str, name: &str) -> Value {
    json!({
        "apiVersion": VERSION, "kind": format!("{kind}Binding"), "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": NAME}],
    })
}
