//! `cargo xtask chart`: the Helm chart renders, whatever the values, to what Kubernetes and Prometheus accept.
//!
//! Needs no cluster: `cargo xtask e2e` puts the committed renderings before a real API server.

mod alerts;
#[cfg(test)]
mod readme;
mod renderings;
mod schema;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};

use crate::shell::{policyctl, root, run as run_command};
use tools::Helm;
pub(crate) use tools::{helm, helm_3};

/// What the chart is rendered for in tests: the files of values on top of the chart's own.
struct Case {
    name: &'static str,
    values: &'static [&'static str],
}

/// Each profile, each way to have a certificate, and everything at once. The renderings are committed.
const CASES: &[Case] = &[
    Case { name: "default", values: &[] },
    Case { name: "ha", values: &["values-ha.yaml"] },
    Case { name: "eks-custom-cni", values: &["values-eks-custom-cni.yaml"] },
    Case { name: "argocd", values: &["values-argocd.yaml"] },
    Case { name: "cert-manager", values: &["ci/cert-manager-values.yaml"] },
    Case { name: "existing-secret", values: &["ci/existing-secret-values.yaml"] },
    Case { name: "everything", values: &["ci/everything-values.yaml"] },
];

/// Checks everything; with `update`, rewrites the committed renderings.
pub(crate) fn run(update: bool) -> Result<()> {
    let helm = helm()?;
    for case in CASES {
        run_command(helm.command("lint").arg("--strict").arg(chart()).args(files(case.values)))?;
    }
    schema::refusals(&helm)?;
    renderings::same_for_every_version(&helm)?;
    renderings::as_committed(&helm, update)?;
    renderings::known_to_every_version()?;
    alerts::check()?;
    own_deployment_passes()
}

/// The chart's folder.
fn chart() -> PathBuf {
    root().join("charts/policyctl")
}

/// `-f FILE` for each.
fn files(values: &[&str]) -> Vec<String> {
    let path = |file: &&str| chart().join(file).display().to_string();
    values.iter().flat_map(|file| ["--values".to_owned(), path(file)]).collect()
}

/// The manifests of a release called `policyctl`, as a release pipeline would render them.
fn rendered(helm: &Helm, values: &[&str], version: &str) -> Result<Vec<u8>> {
    let mut command = template(helm);
    let Output { status, stdout, stderr } = command
        .args(["--kube-version", version])
        .args(files(values))
        .output()
        .context("cannot start helm")?;
    ensure!(status.success(), "{values:?} for {version}: {}", String::from_utf8_lossy(&stderr));
    Ok(stdout)
}

fn template(helm: &Helm) -> Command {
    let mut command = helm.command("template");
    command.arg("policyctl").arg(chart()).args(["--namespace", "policyctl"]);
    command
}

/// What we install must not be what we warn about.
fn own_deployment_passes() -> Result<()> {
    let renderings: Vec<_> = CASES.iter().map(|case| snapshot(case.name)).collect();
    run_command(policyctl()?.args(["check", "--fail-on", "warn"]).args(renderings))
}

/// Where a case's rendering is committed.
fn snapshot(name: &str) -> PathBuf {
    chart().join("snapshots").join(Path::new(name).with_extension("yaml"))
}
