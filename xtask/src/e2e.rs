//! `cargo xtask e2e`: the admission controller in front of a real API server, then in a cluster with a real node.
//!
//! etcd and kube-apiserver are taken from the folder that `KUBEBUILDER_ASSETS` names, or built once, as the other
//! parts of Kubernetes are, from modules pinned in `e2e/go`, into a cache outside the tree. kubectl is taken from
//! `PATH` where it is, or built alike.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow};

use crate::go::{
    CERT_MANAGER, ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBE_PROXY, KUBE_SCHEDULER, KUBECTL,
    KUBELET, Program, built, on_path, unpacked,
};
use crate::shell::{root, target};
use crate::{chart, debian, go, image, previous, shell};

/// What is not built but packaged: a program, and the package that it is in.
const PACKAGED: [(&str, &str); 5] = [
    ("containerd", "containerd"),
    ("runc", "runc"),
    ("nft", "nftables"),
    ("conntrack", "conntrack"),
    ("ip", "iproute2"),
];

/// What to run, and where.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Options {
    /// Run only checks whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Run only those in front of a control plane without a node
    #[arg(long, conflicts_with = "node")]
    control_plane: bool,
    /// Run only those on a node
    #[arg(long)]
    node: bool,
    /// Run only those on a node, in the cluster of this kubeconfig, whose nodes hold both images
    #[arg(long, value_name = "FILE", conflicts_with_all = ["control_plane", "node"])]
    kubeconfig: Option<PathBuf>,
    /// Keep the folder of logs also after success
    #[arg(long)]
    keep: bool,
    /// Start the cluster with a node, check nothing, and keep it until Ctrl-C
    #[arg(long, requires = "node")]
    stay: bool,
    /// On the node also what takes longer: the image that users get, Helm 3, an upgrade from the release before
    #[arg(long, conflicts_with_all = ["control_plane", "kubeconfig"])]
    full: bool,
}

/// What a node takes that is built here.
struct Images {
    webhook: PathBuf,
    pods: PathBuf,
    previous: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let checks = shell::program("policyctl-e2e")?;
    match &options.kubeconfig {
        Some(kubeconfig) => elsewhere(&checks, options, kubeconfig),
        None if options.control_plane => control_plane(&checks, options),
        None => both(&checks, options),
    }
}

/// The checks in front of a control plane wait more than they work: the images are built meanwhile.
fn both(checks: &Path, options: &Options) -> Result<()> {
    thread::scope(|scope| {
        let images = scope.spawn(|| images(options));
        let first = if options.node { Ok(()) } else { control_plane(checks, options) };
        let images = images.join().map_err(|_| anyhow!("the images were not built"))?;
        first?;
        node(checks, options, &images?)
    })
}

fn images(options: &Options) -> Result<Images> {
    let previous = if options.full { Some(previous::image()?) } else { None };
    let profile = if options.full { image::RELEASED } else { "quick" };
    Ok(Images { webhook: image::build(profile)?, pods: pods()?, previous })
}

fn control_plane(checks: &Path, options: &Options) -> Result<()> {
    let mut checks = Command::new(checks);
    checks.arg("control-plane").arg("--etcd").arg(asset(&ETCD)?);
    checks.arg("--kube-apiserver").arg(asset(&KUBE_APISERVER)?).arg("--kubectl").arg(kubectl()?);
    checks.arg("--webhook").arg(target().join("debug/policyctl-webhook"));
    shell::run(options.add_to(&mut checks))
}

/// In namespaces of the kernel's that end with the run, and everything in them, however it ends.
fn node(checks: &Path, options: &Options, images: &Images) -> Result<()> {
    let programs = programs()?;
    let mut alone = debian::privileged("unshare");
    alone.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]);
    alone.arg(checks).arg("node").arg("--programs").arg(programs);
    alone.arg("--image").arg(&images.webhook).arg("--pods").arg(&images.pods);
    alone.arg("--chart").arg(root().join("charts/policyctl"));
    if let Some(previous) = &images.previous {
        alone.arg("--previous").arg(previous).arg("--helm-3").arg(chart::helm_3()?.program);
    }
    alone.args(options.stay.then_some("--stay"));
    shell::run(options.add_to(&mut alone))
}

/// In a cluster that is there already.
fn elsewhere(checks: &Path, options: &Options, kubeconfig: &Path) -> Result<()> {
    let folder = folder()?;
    clients(&folder)?;
    let mut checks = Command::new(checks);
    checks.arg("node").arg("--programs").arg(folder).arg("--kubeconfig").arg(kubeconfig);
    checks.arg("--chart").arg(root().join("charts/policyctl"));
    shell::run(options.add_to(&mut checks))
}

impl Options {
    fn add_to<'c>(&self, checks: &'c mut Command) -> &'c mut Command {
        checks.args(self.only.iter().flat_map(|only| ["--only", only]));
        checks.args(self.keep.then_some("--keep"))
    }
}

/// The image of what the scenarios' pods run.
fn pods() -> Result<PathBuf> {
    let module = root().join("e2e/go/pods");
    let folder = target().join("pods");
    fs::create_dir_all(&folder)?;
    let mut build = Command::new("go");
    build.current_dir(&module).env("CGO_ENABLED", "0").args([
        "build",
        "-trimpath",
        "-ldflags",
        "-s -w",
        "-o",
    ]);
    go::run(build.arg(&folder).arg("./..."))?;
    image::pack(&module.join("Dockerfile"), &folder, "policyctl.test/pods:1")
}

/// A folder with links to everything that a node takes.
fn programs() -> Result<PathBuf> {
    let folder = folder()?;
    for program in [&ETCD, &KUBE_APISERVER] {
        link(&folder, program.name, &asset(program)?)?;
    }
    for program in [&KUBE_CONTROLLER_MANAGER, &KUBE_PROXY, &KUBE_SCHEDULER, &KUBELET, &CERT_MANAGER] {
        link(&folder, program.name, &built(program)?)?;
    }
    link(&folder, "cert-manager-kinds", &unpacked(&CERT_MANAGER)?.join("deploy/crds"))?;
    for (program, package) in PACKAGED {
        debian::ensure(program, package)?;
    }
    if !Path::new("/usr/lib/cni/bridge").is_file() {
        debian::install("containernetworking-plugins")?;
    }
    link(&folder, "containerd", &on_path("containerd").context("containerd is not there")?)?;
    clients(&folder)?;
    Ok(folder)
}

/// Links to what operators use.
fn clients(folder: &Path) -> Result<()> {
    link(folder, "kubectl", &kubectl()?)?;
    link(folder, "helm", &chart::helm()?.program)
}

fn folder() -> Result<PathBuf> {
    let folder = target().join("programs");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn link(folder: &Path, name: &str, program: &Path) -> Result<()> {
    let place = folder.join(name);
    // Where the folder itself is on `PATH`, a link must not lead to itself.
    let program = fs::canonicalize(program).with_context(|| format!("{} is not there", program.display()))?;
    let _ = fs::remove_file(&place);
    symlink(program, &place).with_context(|| format!("cannot link {}", place.display()))
}

/// etcd or kube-apiserver: the one that `KUBEBUILDER_ASSETS` has, else built once.
pub(crate) fn asset(program: &Program) -> Result<PathBuf> {
    match env::var_os("KUBEBUILDER_ASSETS") {
        Some(assets) => Ok(PathBuf::from(assets).join(program.name)),
        None => built(program),
    }
}

fn kubectl() -> Result<PathBuf> {
    on_path("kubectl").map_or_else(|| built(&KUBECTL), Ok)
}
