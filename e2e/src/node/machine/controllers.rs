//! kube-controller-manager and kube-scheduler.

use anyhow::Result;

use super::Context;
use crate::process::Running;

/// Starts the controller manager.
pub(super) fn start_manager(context: &Context<'_>) -> Result<Running> {
    start(
        "kube-controller-manager",
        context,
        &[
            "--use-service-account-credentials".to_owned(),
            format!("--root-ca-file={}", context.authority.path().display()),
            format!("--service-account-private-key-file={}", context.authority.signing_key().display()),
        ],
    )
}

/// Starts the scheduler.
pub(super) fn start_scheduler(context: &Context<'_>) -> Result<Running> {
    start("kube-scheduler", context, &[])
}

fn start(name: &'static str, context: &Context<'_>, more: &[String]) -> Result<Running> {
    let kubeconfig = context.cluster.kubeconfig_for(&format!("system:{name}"), "e2e", context.authority)?;
    let own = [
        format!("--kubeconfig={}", kubeconfig.display()),
        "--leader-elect=false".to_owned(),
        "--bind-address=127.0.0.1".to_owned(),
    ];
    Running::start(name, &context.programs.join(name), own.iter().chain(more), context.folder)
}
