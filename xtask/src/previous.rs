//! The release before this one: its chart and its image, built from its own source.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::image;
use crate::shell::{output, root, run, target};

/// Stands for it until there is one: the commit with which the chart first ran on a node.
const STAND_IN: &str = "0f5d810b26feffbfa1d28201de74616ab2ff42e8";

/// The tag that the image is known by in the cluster.
const NAME: &str = "ghcr.io/policyctl/policyctl:previous";

/// A folder with `chart` and `image.tar`; built once for each release.
pub(crate) fn image() -> Result<PathBuf> {
    let version = version()?;
    let folder = target().join("previous").join(&version);
    let archive = folder.join("image.tar");
    if archive.is_file() {
        return Ok(folder);
    }
    let source = folder.join("source");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&source)?;
    let packed = folder.join("source.tar");
    let mut git = Command::new("git");
    git.args(["archive", "--output"]).arg(&packed).arg(&version).current_dir(root());
    run(&mut git).with_context(|| format!("{version} is needed: fetch the whole history"))?;
    run(Command::new("tar").arg("--extract").arg("--file").arg(&packed).arg("--directory").arg(&source))?;
    fs::rename(source.join("charts/policyctl"), folder.join("chart"))?;
    // The profile of the other checks: most of what both are made of is then compiled already.
    let built = image::build_from(&source, "release", "previous-image", NAME)?;
    fs::rename(built, &archive)?;
    Ok(folder)
}

/// The last tag before this commit.
fn version() -> Result<String> {
    let mut git = Command::new("git");
    git.args(["describe", "--tags", "--abbrev=0", "HEAD^"]).current_dir(root());
    let said = String::from_utf8(output(&mut git)?)?;
    let tag = said.trim();
    if tag.is_empty() {
        eprintln!("there is no release yet: {STAND_IN} stands for one");
        return Ok(STAND_IN.to_owned());
    }
    ensure!(!tag.contains('/'), "the tag {tag} cannot name a folder");
    Ok(tag.to_owned())
}
