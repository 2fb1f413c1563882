//! The reviews that are put as load, as the API server sends them: a pod of four containers, some 6 KB.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use super::fill::REVIEWED;
use crate::objects::{CHECKOUT, PLAIN, keyed, pod};

/// A kind of review, where it is put, and how many of ten are of it.
pub(crate) struct Kind {
    name: &'static str,
    /// The path of the endpoint.
    pub(crate) path: &'static str,
    /// How many of ten.
    pub(crate) tenths: u64,
    pod: fn() -> Value,
}

/// Most pods have nothing to do with AWS.
pub(crate) const KINDS: [Kind; 3] = [
    Kind { name: "clean", path: "validate", tenths: 8, pod: || large(pod(PLAIN)) },
    Kind { name: "denied", path: "validate", tenths: 1, pod: || large(keyed(pod(PLAIN))) },
    Kind { name: "injected", path: "mutate", tenths: 1, pod: || large(pod(CHECKOUT)) },
];

impl Kind {
    /// Writes it into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<PathBuf> {
        let file = folder.join(format!("{}.json", self.name));
        std::fs::write(&file, review(&(self.pod)()).to_string())?;
        Ok(file)
    }
}

fn review(pod: &Value) -> Value {
    let user = json!({"username": "system:serviceaccount:kube-system:replicaset-controller",
        "groups": ["system:serviceaccounts", "system:authenticated"]});
    json!({
        "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": "7f3c0a11-5d0e-4c1e-9a60-0d4a3a5f8c11", "operation": "CREATE",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "name": "web", "namespace": REVIEWED, "userInfo": user, "object": pod, "oldObject": null,
            // A denial is told in an Event otherwise, and Events are another server's work.
            "dryRun": true,
        },
    })
}

/// With three more containers, and what the API server fills in.
fn large(mut pod: Value) -> Value {
    let spec = &mut pod["spec"];
    spec["schedulerName"] = json!("default-scheduler");
    spec["securityContext"] = json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}});
    let beside =
        (0..3).map(|n| json!({"name": format!("beside-{n}"), "image": "registry.example/acme/beside:1"}));
    if let Some(containers) = spec["containers"].as_array_mut() {
        containers.extend(beside);
        containers.iter_mut().for_each(fill);
    }
    pod
}

fn fill(container: &mut Value) {
    let probe = |path: &str| {
        json!({"httpGet": {"path": path, "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1, "periodSeconds": 10,
            "successThreshold": 1, "failureThreshold": 3})
    };
    let settings =
        (0..8).map(|n| json!({"name": format!("SETTING_{n}"), "value": format!("search,checkout-v{n}")}));
    match &mut container["env"] {
        Value::Array(variables) => variables.extend(settings),
        absent => *absent = settings.collect(),
    }
    container["args"] = json!(["--listen=0.0.0.0:8080", "--workers=4", "--verbose"]);
    container["resources"] =
        json!({"limits": {"memory": "256Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}});
    container["livenessProbe"] = probe("/healthz");
    container["readinessProbe"] = probe("/readyz");
    container["securityContext"] = json!({"capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": true});
}
