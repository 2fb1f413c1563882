//! `cargo xtask generate`: rewrites what is generated and committed. The tests compare it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::shell::{output, policyctl, root};

/// What is generated: the file, and the arguments of `policyctl` that print it.
const GENERATED: &[(&str, &[&str])] = &[
    ("schemas/policy.schema.json", &["schema", "policy"]),
    ("schemas/report.schema.json", &["schema", "report"]),
    ("docs/rules.md", &["rules", "--format", "markdown"]),
];

pub(crate) fn run(check: bool) -> Result<()> {
    let stale = GENERATED
        .iter()
        .filter_map(|(file, arguments)| refresh(file, arguments, check).transpose())
        .collect::<Result<Vec<_>>>()?;
    if check && !stale.is_empty() {
        bail!("out of date: {}; run cargo xtask generate", stale.join(", "));
    }
    Ok(())
}

fn refresh(file: &str, arguments: &[&str], check: bool) -> Result<Option<String>> {
    let fresh = output(policyctl()?.args(arguments))?;
    let path = root().join(file);
    if fs::read(&path).is_ok_and(|committed| committed == fresh) {
        return Ok(None);
    }
    if !check {
        write(&path, &fresh)?;
    }
    Ok(Some(file.to_owned()))
}

fn write(path: &Path, contents: &[u8]) -> Result<()> {
    let folder = path.parent().context("a generated file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(path, contents).with_context(|| format!("cannot write {}", path.display()))
}
