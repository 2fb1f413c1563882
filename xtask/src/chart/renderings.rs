//! Renderings: the same for every version of Kubernetes, the same as committed, and known to every version.

use std::fs;
use std::ops::RangeInclusive;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::tools::{Helm, kubernetes_validate};
use super::{CASES, rendered, snapshot};
use crate::shell::run;

/// Minor versions of Kubernetes 1 that the chart is for.
const MINORS: RangeInclusive<u8> = 30..=37;

/// Files of values of every profile, and of every way to have a certificate.
const PROFILES: [&[&str]; 5] = [
    &[],
    &["values-ha.yaml"],
    &["values-eks-custom-cni.yaml"],
    &["values-argocd.yaml"],
    &["ci/everything-values.yaml"],
];
const CERTIFICATES: [&[&str]; 3] =
    [&[], &["ci/cert-manager-values.yaml"], &["ci/existing-secret-values.yaml"]];

/// The same bytes every time, for each profile with each certificate: nothing is made up in a template, and
/// nothing hangs on how a platform writes its version.
pub(super) fn same_for_every_version(helm: &Helm) -> Result<()> {
    let versions: Vec<_> = MINORS.flat_map(versions).collect();
    for values in PROFILES.iter().flat_map(|profile| CERTIFICATES.map(|more| [profile, more].concat())) {
        let first = rendered(helm, &values, &versions[0])?;
        for version in &versions[1..] {
            ensure!(rendered(helm, &values, version)? == first, "{values:?} renders otherwise for {version}");
        }
    }
    eprintln!(
        "{} renderings, the same for each of {} versions",
        PROFILES.len() * CERTIFICATES.len(),
        versions.len()
    );
    Ok(())
}

/// As upstream and as EKS write them.
fn versions(minor: u8) -> [String; 2] {
    [format!("v1.{minor}.0"), format!("v1.{minor}.4-eks-99bf6d4")]
}

/// Reviewers see what a change of a template does to what is installed.
pub(super) fn as_committed(helm: &Helm, update: bool) -> Result<()> {
    let mut stale = Vec::new();
    for case in CASES {
        let (fresh, path) = (rendered(helm, case.values, "v1.37.0")?, snapshot(case.name));
        if fs::read(&path).is_ok_and(|committed| committed == fresh) {
            continue;
        }
        stale.push(case.name);
        if update {
            fs::write(&path, fresh).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    if !update && !stale.is_empty() {
        bail!("other renderings than committed: {}; run cargo xtask chart --update", stale.join(", "));
    }
    Ok(())
}

/// Every object of every rendering is valid in every version, unknown fields included.
pub(super) fn known_to_every_version() -> Result<()> {
    let validate = kubernetes_validate()?;
    for minor in MINORS {
        let mut command = Command::new(&validate);
        command.args(["--strict", "--quiet", "--no-warn", "--kubernetes-version", &format!("1.{minor}")]);
        run(command.args(CASES.iter().map(|case| snapshot(case.name))))?;
    }
    Ok(())
}
