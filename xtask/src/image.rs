//! `cargo xtask image`: the image of `Dockerfile`, on a machine that can pull none.
//!
//! The binaries are compiled here and handed to the last stage; the stage that compiles inside is never entered.
//! buildah packs them into an OCI archive, without a daemon and without a place in the user's own image store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::debian;
use crate::shell::{cargo, root, run, target};

/// What the chart installs when nothing else is said.
pub(crate) const NAME: &str = concat!("ghcr.io/policyctl/policyctl:", env!("CARGO_PKG_VERSION"));

/// The most that an image may weigh, compressed, in bytes.
const LIMIT: u64 = 25_000_000;

/// Builds the image, in which both programs were compiled with a profile, and gives its archive.
pub(crate) fn build(profile: &str) -> Result<PathBuf> {
    let binaries = compile(profile)?;
    let context = target().join("image");
    recreate(&context)?;
    for program in ["policyctl", "policyctl-webhook"] {
        fs::copy(binaries.join(program), context.join(program))
            .with_context(|| format!("cannot copy {program}"))?;
    }
    fs::copy("/etc/ssl/certs/ca-certificates.crt", context.join("ca-certificates.crt"))
        .context("this machine has no CA certificates")?;
    let archive = pack(&root().join("Dockerfile"), &context, NAME)?;
    let size = fs::metadata(&archive)?.len();
    eprintln!("{}: {} kB", archive.display(), size / 1000);
    ensure!(size < LIMIT, "an image of {size} bytes is over the limit of {LIMIT}");
    Ok(archive)
}

/// Packs a folder by a Dockerfile, which calls it `binaries`, into an OCI archive beside the folder.
pub(crate) fn pack(dockerfile: &Path, context: &Path, name: &str) -> Result<PathBuf> {
    debian::ensure("buildah", "buildah")?;
    let archive = context.with_extension("tar");
    let store = tempfile::tempdir().context("cannot make a folder for images")?;
    let buildah = |command: &str| {
        let mut buildah = Command::new("buildah");
        buildah.arg("--root").arg(store.path().join("images")).arg("--runroot").arg(store.path().join("run"));
        buildah.args(["--storage-driver", "vfs", command]);
        buildah
    };
    let named = format!("binaries={}", context.display());
    let mut build = buildah("build");
    build.args([
        "--isolation",
        "chroot",
        "--quiet",
        "--timestamp",
        "0",
        "--build-context",
        &named,
        "--tag",
        name,
    ]);
    run(build.arg("--file").arg(dockerfile).arg(context))?;
    let _ = fs::remove_file(&archive);
    run(buildah("push").args(["--quiet", name, &format!("oci-archive:{}:{name}", archive.display())]))?;
    Ok(archive)
}

/// The folder with the static binaries, as the image holds them.
pub(crate) fn compile(profile: &str) -> Result<PathBuf> {
    let packages = ["--package", "policyctl", "--package", "policyctl-webhook", "--bins"];
    // glibc: the only target that is at hand everywhere.
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let how = ["build", "--locked", "--profile", profile, "--target", &triple];
    run(cargo(&[&how[..], &packages].concat()).env("RUSTFLAGS", "-C target-feature=+crt-static"))?;
    Ok(target().join(triple).join(profile))
}

fn recreate(folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
