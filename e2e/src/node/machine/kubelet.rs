//! The kubelet: what runs pods on the node.
//!
//! Source for the settings: Kubernetes reference, `KubeletConfiguration` (v1beta1).

use anyhow::Result;
use serde_json::json;

use super::Context;
use super::containers::SOCKET;
use super::network::NODE;
use crate::process::Running;

/// The node's name.
pub(crate) const NAME: &str = "node-1";

/// Starts the kubelet; the cluster tells when its node is ready.
pub(super) fn start(context: &Context<'_>) -> Result<Running> {
    let user = format!("system:node:{NAME}");
    let kubeconfig = context.cluster.kubeconfig_for(&user, "system:nodes", context.authority)?;
    let settings = context.folder.join("kubelet.json");
    std::fs::write(&settings, settings_text(context))?;
    let arguments = [
        format!("--config={}", settings.display()),
        format!("--kubeconfig={}", kubeconfig.display()),
        format!("--root-dir={}", context.folder.join("kubelet").display()),
        format!("--cert-dir={}", context.folder.join("kubelet-certificates").display()),
        format!("--hostname-override={NAME}"),
        format!("--node-ip={NODE}"),
    ];
    Running::start("kubelet", &context.programs.join("kubelet"), arguments, context.folder)
}

fn settings_text(context: &Context<'_>) -> String {
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
        "address": NODE,
        "containerRuntimeEndpoint": format!("unix://{SOCKET}"),
        "podLogsDir": context.folder.join("pods"),
        "authentication": {
            "x509": {"clientCAFile": context.authority.path()},
            "anonymous": {"enabled": false}, "webhook": {"enabled": false},
        },
        "authorization": {"mode": "AlwaysAllow"},
        "clusterDNS": [NODE], "clusterDomain": "cluster.local", "resolvConf": "",
        // Machines with the first version of cgroups will do, and with both.
        "failCgroupV1": false, "cgroupDriver": "cgroupfs", "cgroupsPerQOS": false, "enforceNodeAllocatable": [],
        "localStorageCapacityIsolation": false,
        "failSwapOn": false,
        // Under load, the default is what a replica says in a minute and a half; checks read logs from their beginning.
        "containerLogMaxSize": "200Mi",
        // A full disk is the machine's own matter; images here cannot be fetched again.
        "evictionHard": {}, "imageGCHighThresholdPercent": 100, "imageGCLowThresholdPercent": 99,
        // Changed ConfigMaps and Secrets reach pods when a pod is looked at; by default once a minute.
        "syncFrequency": "5s",
    })
    .to_string()
}
