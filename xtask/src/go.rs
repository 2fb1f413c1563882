//! Programs that are built with Go, once, from pinned modules, into a cache outside the tree.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{self, cache, root};

/// A program of a module that a folder of `e2e/go` pins.
pub(crate) struct Program {
    /// What the program is called.
    pub(crate) name: &'static str,
    /// The folder of `e2e/go`.
    pinned_in: &'static str,
    /// The module whose version the program has.
    module: &'static str,
    package: &'static str,
}

/// The store of a cluster.
pub(crate) const ETCD: Program = Program {
    name: "etcd",
    pinned_in: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    package: "go.etcd.io/etcd/server/v3",
};

/// A program of Kubernetes itself.
macro_rules! kubernetes {
    ($name:literal) => {
        $crate::go::Program {
            name: $name,
            pinned_in: "kubernetes",
            module: "k8s.io/kubernetes",
            package: concat!("k8s.io/kubernetes/cmd/", $name),
        }
    };
}

/// What cert-manager runs for a CA issuer. The program itself is ours.
pub(crate) const CERT_MANAGER: Program = Program {
    name: "cert-manager",
    pinned_in: "cert-manager",
    module: "github.com/cert-manager/cert-manager",
    package: ".",
};

pub(crate) const KUBE_APISERVER: Program = kubernetes!("kube-apiserver");
pub(crate) const KUBE_CONTROLLER_MANAGER: Program = kubernetes!("kube-controller-manager");
pub(crate) const KUBE_SCHEDULER: Program = kubernetes!("kube-scheduler");
pub(crate) const KUBE_PROXY: Program = kubernetes!("kube-proxy");
pub(crate) const KUBECTL: Program = kubernetes!("kubectl");
pub(crate) const KUBELET: Program = kubernetes!("kubelet");

/// The program from the cache; built there first when it is not.
pub(crate) fn built(program: &Program) -> Result<PathBuf> {
    let module = root().join("e2e/go").join(program.pinned_in);
    let version = pinned(&module, program.module)?;
    let path = cache()?.join("e2e").join(format!("{}-{version}{}", program.name, own_version(&module)?));
    if !path.is_file() {
        build(program, &module, &version, &path)?;
    }
    Ok(path)
}

/// Runs Go to its end.
pub(crate) fn run(go: &mut Command) -> Result<()> {
    shell::run(go).context("this takes Go 1.26 or newer (https://go.dev/dl) and its module proxy")
}

/// Where a program is on `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Where a module that a program is made of lies, unpacked.
pub(crate) fn unpacked(program: &Program) -> Result<PathBuf> {
    let mut download = Command::new("go");
    download.current_dir(root().join("e2e/go").join(program.pinned_in));
    let said = shell::output(download.args(["mod", "download", "-json", program.module]))?;
    let said: serde_json::Value =
        serde_json::from_slice(&said).context("go did not say where a module is")?;
    said["Dir"].as_str().map(PathBuf::from).with_context(|| format!("there is no {}", program.module))
}

/// What tells builds of a program of ours apart; nothing for programs of others.
fn own_version(module: &Path) -> Result<String> {
    let source = module.join("main.go");
    if !source.is_file() {
        return Ok(String::new());
    }
    let mut hasher = DefaultHasher::new();
    fs::read(&source)?.hash(&mut hasher);
    Ok(format!("-{:016x}", hasher.finish()))
}

fn build(program: &Program, module: &Path, version: &str, path: &Path) -> Result<()> {
    // A build that was cut short leaves nothing under the final name.
    let unfinished = path.with_file_name(format!("unfinished-{}-{}", program.name, std::process::id()));
    let mut command = Command::new("go");
    command.current_dir(module).env("CGO_ENABLED", "0");
    command.args(["build", "-trimpath", "-ldflags", &link_flags(version), "-o"]);
    run(command.arg(&unfinished).arg(program.package))?;
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
