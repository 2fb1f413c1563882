//! kube-proxy: addresses of Services.
//!
//! Source for the settings: Kubernetes reference, `KubeProxyConfiguration` (v1alpha1).

use anyhow::Result;
use serde_json::json;

use super::network::PODS;
use super::{Context, kubelet};
use crate::process::Running;

/// Starts kube-proxy.
pub(super) fn start(context: &Context<'_>) -> Result<Running> {
    let kubeconfig =
        context.cluster.kubeconfig_for("system:kube-proxy", "system:node-proxier", context.authority)?;
    let settings = context.folder.join("kube-proxy.json");
    let text = json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": kubeconfig},
        "hostnameOverride": kubelet::NAME,
        "clusterCIDR": PODS,
        "mode": "nftables",
        // Pods on one bridge would answer each other past the node, and past what it has translated.
        "nftables": {"masqueradeAll": true},
        // Its own limits are sysctls of the machine's, which is not ours to change.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
        "healthzBindAddress": "127.0.0.1:10256", "metricsBindAddress": "127.0.0.1:10249",
    });
    std::fs::write(&settings, text.to_string())?;
    let argument = format!("--config={}", settings.display());
    Running::start("kube-proxy", &context.programs.join("kube-proxy"), [argument], context.folder)
}
