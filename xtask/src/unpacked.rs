//! The image as it is pulled: unpacked, and its programs run from its root, as its user, without a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::debian::privileged;
use crate::image::recreate;
use crate::shell::{root, run};

/// The user of `Dockerfile`.
const USER: &str = "65532:65532";

/// Of `examples/`; what it shows is found in it.
const EXAMPLE: &str = "ecs-static-key/taskdef.json";
const FINDING: &str = "static-access-key";

/// Unpacks an OCI archive beside itself and runs what is in it.
pub(crate) fn runs(archive: &Path) -> Result<()> {
    let image = unpacked(archive)?;
    for program in ["policyctl", "policyctl-webhook"] {
        let said = inside(&image, &[program, "--version"], 0)?;
        ensure!(said.starts_with(program), "{program} says {said:?} of itself");
    }
    fs::copy(root().join("examples").join(EXAMPLE), image.join("taskdef.json"))?;
    let said = inside(&image, &["policyctl", "check", "/taskdef.json"], 1)?;
    ensure!(said.contains(FINDING), "the example is not judged: {said}");
    eprintln!("{}: both programs run from its root", archive.display());
    Ok(())
}

/// Source: OCI Image Format Specification, "Image Layout": blobs are named for their digests.
fn unpacked(archive: &Path) -> Result<PathBuf> {
    let (layout, image) = (archive.with_extension("layout"), archive.with_extension("root"));
    recreate(&layout)?;
    recreate(&image)?;
    extract(archive, &layout)?;
    let blob = |descriptor: &Value| {
        let digest = descriptor["digest"].as_str().unwrap_or_default();
        layout.join("blobs").join(digest.replacen(':', "/", 1))
    };
    let index = json(&layout.join("index.json"))?;
    let manifest = json(&blob(&index["manifests"][0]))?;
    for layer in manifest["layers"].as_array().context("the image has no layers")? {
        extract(&blob(layer), &image)?;
    }
    Ok(image)
}

/// What a program in the image writes, when it ends as it should.
fn inside(image: &Path, arguments: &[&str], code: i32) -> Result<String> {
    let mut command: Command = privileged("unshare");
    command.args(["--net", "chroot", "--userspec", USER]).arg(image);
    command.arg(format!("/usr/bin/{}", arguments[0])).args(&arguments[1..]);
    let ended = command.output().context("cannot start unshare")?;
    let told = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.code() == Some(code), "{arguments:?} ended with {}: {told}", ended.status);
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}

fn extract(archive: &Path, folder: &Path) -> Result<()> {
    run(Command::new("tar").arg("--extract").arg("--file").arg(archive).arg("--directory").arg(folder))
}

fn json(path: &Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", path.display()))
}
