//! `cargo xtask e2e`: the admission controller in front of a real API server.
//!
//! etcd and kube-apiserver are taken from the folder that `KUBEBUILDER_ASSETS` names, or built once, from modules
//! pinned in `e2e/go`, into a cache outside the tree. kubectl is taken from `PATH` where it is, or built alike.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{cache, cargo, root};

/// A program that is built from a pinned Go module.
struct Program {
    name: &'static str,
    /// The folder of `e2e/go` that pins it.
    pinned_in: &'static str,
    /// The module whose version it has.
    module: &'static str,
    package: &'static str,
}

const ETCD: Program = Program {
    name: "etcd",
    pinned_in: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    package: "go.etcd.io/etcd/server/v3",
};

const KUBE_APISERVER: Program = Program {
    name: "kube-apiserver",
    pinned_in: "kubernetes",
    module: "k8s.io/kubernetes",
    package: "k8s.io/kubernetes/cmd/kube-apiserver",
};

const KUBECTL: Program = Program {
    name: "kubectl",
    pinned_in: "kubernetes",
    module: "k8s.io/kubernetes",
    package: "k8s.io/kubernetes/cmd/kubectl",
};

pub(crate) fn run(only: Option<&str>) -> Result<()> {
    let (etcd, server) = match env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from) {
        Some(assets) => (assets.join("etcd"), assets.join("kube-apiserver")),
        None => (built(&ETCD)?, built(&KUBE_APISERVER)?),
    };
    let kubectl = on_path("kubectl").map_or_else(|| built(&KUBECTL), Ok)?;
    let packages = ["--package", "policyctl-webhook", "--package", "policyctl-e2e"];
    crate::shell::run(&mut cargo(&[&["build", "--locked", "--bins"], &packages[..]].concat()))?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let binaries = target.join("debug");
    let mut checks = Command::new(binaries.join("policyctl-e2e"));
    checks.arg("--etcd").arg(etcd).arg("--kube-apiserver").arg(server).arg("--kubectl").arg(kubectl);
    checks.arg("--webhook").arg(binaries.join("policyctl-webhook"));
    checks.args(only.iter().flat_map(|only| ["--only", only]));
    crate::shell::run(&mut checks)
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The program from the cache; built there first when it is not.
fn built(program: &Program) -> Result<PathBuf> {
    let module = root().join("e2e/go").join(program.pinned_in);
    let version = pinned(&module, program.module)?;
    let path = cache()?.join("e2e").join(format!("{}-{version}", program.name));
    if !path.is_file() {
        build(program, &module, &version, &path)?;
    }
    Ok(path)
}

fn build(program: &Program, module: &Path, version: &str, path: &Path) -> Result<()> {
    // A build that was cut short leaves nothing under the final name.
    let unfinished = path.with_file_name(format!("unfinished-{}-{}", program.name, std::process::id()));
    let mut command = Command::new("go");
    command.current_dir(module).env("CGO_ENABLED", "0");
    command.args(["build", "-trimpath", "-ldflags", &link_flags(version), "-o"]);
    crate::shell::run(command.arg(&unfinished).arg(program.package))?;
    fs::rename(&unfinished, path).with_context(|| format!("cannot put {} in place", path.display()))
}

/// Without its version an API server calls itself v0.0.0.
fn link_flags(version: &str) -> String {
    const PLACE: &str = "k8s.io/component-base/version";
    let mut numbers = version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    format!("-s -w -X {PLACE}.gitVersion={version} -X {PLACE}.gitMajor={major} -X {PLACE}.gitMinor={minor}")
}

/// The version of a module that `go.mod` requires.
fn pinned(folder: &Path, module: &str) -> Result<String> {
    let path = folder.join("go.mod");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let version = text.lines().find_map(|line| {
        let words: Vec<_> = line.split_whitespace().filter(|word| *word != "require").collect();
        (words.first() == Some(&module)).then(|| words.get(1).copied())?
    });
    version.map(str::to_owned).with_context(|| format!("{} does not require {module}", path.display()))
}
