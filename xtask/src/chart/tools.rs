//! Programs that the chart's checks need, kept in a cache outside the tree, each in a folder named for its version.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::go::on_path;
use crate::shell::{cache, run};
use crate::{debian, go};

/// The version of Helm that the chart is tried with.
const HELM: &str = "v4.3.1";

/// The version of its predecessor that the chart is tried with too.
const HELM_3: &str = "v3.22.0";

/// Kubernetes' own JSON schemas of every version, with a validator (PyPI).
const KUBERNETES_VALIDATE: &str = "kubernetes-validate==1.37.0";

/// What it is made of, at the versions that were tried.
const PARTS: [&str; 9] = [
    "attrs==26.1.0",
    "importlib_resources==7.1.0",
    "jsonschema==4.26.0",
    "jsonschema-specifications==2025.9.1",
    "packaging==26.3",
    "PyYAML==6.0.4",
    "referencing==0.37.0",
    "rpds-py==2026.9.1",
    "typing_extensions==4.16.0",
];

/// Helm, with no settings, plugins or repositories of the user's.
pub(crate) struct Helm {
    /// The program itself.
    pub(crate) program: PathBuf,
    home: PathBuf,
}

impl Helm {
    /// `helm SUBCOMMAND`
    pub(crate) fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.program);
        for (variable, folder) in [("CONFIG", "config"), ("CACHE", "cache"), ("DATA", "data")] {
            command.env(format!("HELM_{variable}_HOME"), self.home.join(folder));
        }
        command.arg(subcommand);
        command
    }
}

/// Helm.
pub(crate) fn helm() -> Result<Helm> {
    built("v4", HELM)
}

/// Helm 3.
pub(crate) fn helm_3() -> Result<Helm> {
    built("v3", HELM_3)
}

/// Built once by Go from its module.
fn built(major: &str, version: &str) -> Result<Helm> {
    let home = folder(&format!("helm-{version}"))?;
    let program = home.join("helm");
    if !program.is_file() {
        let module = format!("helm.sh/helm/{major}/cmd/helm@{version}");
        let flags = format!("-s -w -X helm.sh/helm/{major}/internal/version.version={version}");
        let mut build = Command::new("go");
        build.args(["install", "-trimpath", "-ldflags", &flags, &module]);
        go::run(build.env("GOBIN", &home).env("CGO_ENABLED", "0"))?;
    }
    Ok(Helm { program, home })
}

/// Prometheus's rule checker: of `PATH`, or out of Debian's package, which is unpacked and not installed.
pub(super) fn promtool() -> Result<PathBuf> {
    if let Some(program) = on_path("promtool") {
        return Ok(program);
    }
    let home = folder("prometheus-debian")?;
    let program = home.join("usr/bin/promtool");
    if !program.is_file() {
        const ADVICE: &str = "install promtool (Debian: the package prometheus)";
        debian::download(&["prometheus"], &home).context(ADVICE)?;
        let package = fs::read_dir(&home)?.filter_map(Result::ok).map(|entry| entry.path());
        let package = package.into_iter().find(|path| path.extension().is_some_and(|end| end == "deb"));
        run(Command::new("dpkg-deb").arg("--extract").arg(package.context(ADVICE)?).arg(&home))?;
        ensure!(program.is_file(), ADVICE);
    }
    Ok(program)
}

/// A validator that knows the schemas of every version of Kubernetes.
pub(super) fn kubernetes_validate() -> Result<PathBuf> {
    let home = folder(&KUBERNETES_VALIDATE.replace("==", "-"))?;
    let program = home.join("bin/kubernetes-validate");
    if !program.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&home)).context("install python3-venv")?;
        let mut pip = Command::new(home.join("bin/pip"));
        run(pip.args(["install", "--quiet", KUBERNETES_VALIDATE]).args(PARTS))?;
    }
    Ok(program)
}

fn folder(name: &str) -> Result<PathBuf> {
    let folder = cache()?.join("chart").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}
