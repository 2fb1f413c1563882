//! `cargo xtask image`: the image of `Dockerfile`, on a machine that can pull none.
//!
//! The binaries are compiled here and handed to the last stage; the stage that compiles inside is never entered.
//! buildah packs them into an OCI archive, without a daemon and without a place in the user's own image store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::{root, run, target};
use crate::{debian, unpacked};

/// What the chart installs when nothing else is said.
pub(crate) const NAME: &str = concat!("ghcr.io/policyctl/policyctl:", env!("CARGO_PKG_VERSION"));

/// The profile of the image that users get.
pub(crate) const RELEASED: &str = "dist";

/// The most that it may weigh, compressed, in bytes.
const LIMIT: u64 = 25_000_000;

/// The same where the programs are not optimised, which makes them half as large again: growth is seen with every change.
const UNOPTIMISED_LIMIT: u64 = 38_000_000;

/// Builds the image, in which both programs were compiled with a profile; runs both from it, and gives its archive.
pub(crate) fn build(profile: &str) -> Result<PathBuf> {
    let archive = build_from(&root(), profile, "image", NAME)?;
    let size = fs::metadata(&archive)?.len();
    eprintln!("{}: {} kB", archive.display(), size / 1000);
    let limit = if profile == RELEASED { LIMIT } else { UNOPTIMISED_LIMIT };
    ensure!(size < limit, "an image of {size} bytes is over the limit of {limit}");
    unpacked::runs(&archive)?;
    Ok(archive)
}

/// The same from any source of the project, in a folder of `target` and under a name.
pub(crate) fn build_from(source: &Path, profile: &str, folder: &str, name: &str) -> Result<PathBuf> {
    let context = compile_from(source, profile, folder)?;
    pack(&source.join("Dockerfile"), &context, name)
}

/// Packs a folder by a Dockerfile, which calls it `binaries`, into an OCI archive beside the folder.
pub(crate) fn pack(dockerfile: &Path, context: &Path, name: &str) -> Result<PathBuf> {
    debian::ensure("buildah", "buildah")?;
    let archive = context.with_extension("tar");
    // Below `target`, so that a run which is cut short leaves nothing elsewhere.
    let store = context.with_extension("store");
    recreate(&store)?;
    let buildah = |command: &str| {
        let mut buildah = Command::new("buildah");
        buildah.arg("--root").arg(store.join("images")).arg("--runroot").arg(store.join("run"));
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
    let mut push = buildah("push");
    push.args(["--quiet", "--compression-format", "gzip", "--compression-level", "9", name]);
    run(push.arg(format!("oci-archive:{}:{name}", archive.display())))?;
    let _ = fs::remove_dir_all(&store);
    Ok(archive)
}

/// The folder with the static binaries, as the image holds them.
pub(crate) fn compile(profile: &str) -> Result<PathBuf> {
    compile_from(&root(), profile, "image")
}

fn compile_from(source: &Path, profile: &str, folder: &str) -> Result<PathBuf> {
    let folder = target().join(folder);
    recreate(&folder)?;
    let mut compile = Command::new(root().join(".ci/static"));
    compile.arg(profile).arg(&folder).current_dir(source).env("CARGO_TARGET_DIR", target());
    run(&mut compile)?;
    Ok(folder)
}

/// Empties a folder, or makes it.
pub(crate) fn recreate(folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
