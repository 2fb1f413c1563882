//! The clients, at the versions that were tried together.
//!
//! What a package manager pins by itself stands in `ecs/tests/clients`; the rest is pinned here. Each part is
//! installed again when its pins change.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::debian::download;
use crate::go;
use crate::shell::{root, run};

/// The CLI's first version, boto3, the server that stands for the API, and what knows the formats of the examples.
const PYTHON: [&str; 6] = [
    "awscli==1.46.3",
    "boto3==1.44.8",
    "moto[server]==5.2.5",
    "cfn-lint==1.51.0",
    "check-jsonschema==0.39.0",
    "python-hcl2==8.1.4",
];

/// What knows workflows of GitHub Actions, and the actions that are used most.
const ACTIONLINT: &str = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

/// The CLI's second version: on no package index, but in Debian 12, with what it needs beside Python 3.11.
const DEBIAN: [&str; 16] = [
    "awscli=2.9.19-1",
    "python3-awscrt=0.16.8+dfsg-1",
    "python3-cffi-backend",
    "python3-colorama",
    "python3-cryptography",
    "python3-dateutil",
    "python3-distro",
    "python3-docutils",
    "python3-jmespath",
    "python3-prompt-toolkit",
    "python3-roman",
    "python3-ruamel.yaml",
    "python3-ruamel.yaml.clib",
    "python3-six",
    "python3-urllib3",
    "python3-wcwidth",
];

/// Runs the unpacked CLI with what was unpacked, and nothing that is installed.
const LAUNCHER: &str = "#!/bin/sh
here=$(dirname \"$0\")/../debian/usr
PYTHONPATH=$here/lib/python3/dist-packages exec /usr/bin/python3 -S \"$here/bin/aws\" \"$@\"
";

/// Installs what is not there yet.
pub(super) fn clients(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join("bin"))?;
    once(folder, "python", &PYTHON.join("\n"), || python(folder))?;
    let lock = fs::read_to_string(sources().join("js/package-lock.json"))?;
    once(folder, "js", &lock, || javascript(folder))?;
    go_program(folder)?;
    once(folder, "actionlint", ACTIONLINT, || {
        go::run(Command::new("go").args(["install", ACTIONLINT]).env("GOBIN", folder.join("bin")))
    })?;
    if is_debian_12() {
        return once(folder, "debian", &(DEBIAN.join("\n") + LAUNCHER), || debian(folder));
    }
    eprintln!("this is not Debian 12: version 2 of the AWS CLI is left out");
    Ok(())
}

fn sources() -> PathBuf {
    root().join("ecs/tests/clients")
}

/// Does a part unless it was done with the same pins.
fn once(folder: &Path, part: &str, pins: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = folder.join(format!("{part}.installed"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
        return Ok(());
    }
    install()?;
    fs::write(stamp, pins).context("cannot note what was installed")
}

fn python(folder: &Path) -> Result<()> {
    if !folder.join("bin/python").is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    run(Command::new(folder.join("bin/pip")).args(["install", "--quiet"]).args(PYTHON))
}

fn javascript(folder: &Path) -> Result<()> {
    let home = folder.join("js");
    fs::create_dir_all(&home)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(sources().join("js").join(file), home.join(file))?;
    }
    run(Command::new("npm").args(["ci", "--silent"]).current_dir(&home))?;
    // The programs stand in one folder, wherever this machine has them.
    let node = Command::new("node").args(["-p", "process.execPath"]).output().context("cannot start node")?;
    let link = folder.join("bin/node");
    let _ = fs::remove_file(&link);
    symlink(String::from_utf8_lossy(&node.stdout).trim(), link).context("cannot link node")
}

/// Go itself knows what is up to date.
fn go_program(folder: &Path) -> Result<()> {
    let program = folder.join("bin/ecs-go");
    go::run(
        Command::new("go")
            .args(["build", "-mod=readonly", "-o"])
            .arg(program)
            .arg(".")
            .current_dir(sources().join("go")),
    )
}

fn is_debian_12() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "VERSION_CODENAME=bookworm")
}

fn debian(folder: &Path) -> Result<()> {
    let home = folder.join("debian");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home)?;
    download(&DEBIAN, &home)?;
    let packages: Vec<_> = fs::read_dir(&home)?.collect::<std::io::Result<_>>()?;
    for package in packages.into_iter().map(|entry| entry.path()) {
        run(Command::new("dpkg-deb").arg("--extract").arg(&package).arg(&home))?;
        fs::remove_file(package)?;
    }
    let launcher = folder.join("bin/aws-v2");
    fs::write(&launcher, LAUNCHER)?;
    fs::set_permissions(launcher, fs::Permissions::from_mode(0o755)).context("cannot make aws-v2 a program")
}
