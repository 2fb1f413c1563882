//! What the Helm chart renders, as the API server takes it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use policyctl_policies::document::{Format, Limits, parse};
use serde_json::{Value, json};

use crate::runner::checks;
use crate::world::World;

checks![
    every_object_of_the_chart_is_accepted_without_a_warning,
    the_chart_s_webhook_configurations_are_stored_as_rendered,
];

/// Committed renderings; with cert-manager, one kind is not the API server's own.
const RENDERINGS: [&str; 7] =
    ["default", "ha", "eks-custom-cni", "argocd", "cert-manager", "existing-secret", "everything"];

/// Kinds of the API server's own, their groups and how paths spell them. A Pod needs its service account to be there
/// already, so that only its controllers are looked at.
const KINDS: [(&str, &str, &str); 15] = [
    ("ClusterRole", "/apis/rbac.authorization.k8s.io/v1", "clusterroles"),
    ("ClusterRoleBinding", "/apis/rbac.authorization.k8s.io/v1", "clusterrolebindings"),
    ("ConfigMap", "/api/v1", "configmaps"),
    ("Deployment", "/apis/apps/v1", "deployments"),
    ("Job", "/apis/batch/v1", "jobs"),
    ("Lease", "/apis/coordination.k8s.io/v1", "leases"),
    (MUTATING, "/apis/admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations"),
    ("NetworkPolicy", "/apis/networking.k8s.io/v1", "networkpolicies"),
    ("PodDisruptionBudget", "/apis/policy/v1", "poddisruptionbudgets"),
    ("Role", "/apis/rbac.authorization.k8s.io/v1", "roles"),
    ("RoleBinding", "/apis/rbac.authorization.k8s.io/v1", "rolebindings"),
    ("Secret", "/api/v1", "secrets"),
    ("Service", "/api/v1", "services"),
    ("ServiceAccount", "/api/v1", "serviceaccounts"),
    (VALIDATING, "/apis/admissionregistration.k8s.io/v1", "validatingwebhookconfigurations"),
];

const MUTATING: &str = "MutatingWebhookConfiguration";
const VALIDATING: &str = "ValidatingWebhookConfiguration";

async fn every_object_of_the_chart_is_accepted_without_a_warning(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    for rendering in RENDERINGS {
        for object in objects(rendering)? {
            let (kind, name) = (object["kind"].clone(), object["metadata"]["name"].clone());
            let Some(answer) = tried(world, &room.name, object).await? else { continue };
            ensure!(answer.is_ok(), "{rendering}: {kind} {name}: {}", answer.message());
            ensure!(answer.warnings.is_empty(), "{rendering}: {kind} {name}: {:?}", answer.warnings);
        }
    }
    Ok(())
}

/// Else GitOps tools would see a difference for ever.
async fn the_chart_s_webhook_configurations_are_stored_as_rendered(world: &mut World) -> Result<()> {
    let room = world.room().await?;
    for rendering in RENDERINGS {
        let all = objects(rendering)?.into_iter();
        let ours: Vec<_> = all.filter(|object| [MUTATING, VALIDATING].contains(&kind(object))).collect();
        ensure!(ours.len() == 2, "{rendering} has {} webhook configurations", ours.len());
        for object in ours {
            let rendered = object["webhooks"].clone();
            let answer = tried(world, &room.name, object).await?.context("the kind is known")?;
            let stored = answer.object()?["webhooks"].clone();
            ensure!(stored == rendered, "{rendering}: rendered {rendered}, stored {stored}");
        }
    }
    Ok(())
}

/// Asks, on a dry run and strictly, for the object in another namespace and under a name of its own; `None` for a kind
/// that the API server does not know.
async fn tried(world: &World, namespace: &str, mut object: Value) -> Result<Option<crate::api::Answer>> {
    let Some((_, group, plural)) = KINDS.iter().find(|(name, ..)| *name == kind(&object)) else {
        return Ok(None);
    };
    object["metadata"]["name"] = json!("chart");
    let path = if object["metadata"]["namespace"].is_string() {
        object["metadata"]["namespace"] = json!(namespace);
        format!("{group}/namespaces/{namespace}/{plural}")
    } else {
        format!("{group}/{plural}")
    };
    world.api.post(&format!("{path}?dryRun=All&fieldValidation=Strict"), &object).await.map(Some)
}

fn kind(object: &Value) -> &str {
    object["kind"].as_str().unwrap_or_default()
}

fn objects(rendering: &str) -> Result<Vec<Value>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../charts/policyctl/snapshots")
        .join(Path::new(rendering).with_extension("yaml"));
    let name: Arc<str> = file.display().to_string().into();
    let text = std::fs::read(&file).with_context(|| format!("cannot read {name}"))?;
    let documents = parse(&name, &text, Format::Yaml, Limits::default()).into_iter();
    documents.map(|document| Ok(document.map_err(|e| anyhow!("{name}: {}", e.reason))?.to_value())).collect()
}
