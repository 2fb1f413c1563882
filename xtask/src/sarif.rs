//! `cargo xtask sarif`: holds SARIF output against Microsoft's own validator.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{cache, output, policyctl, root, run as run_command};

/// The last version that was tried.
const MULTITOOL: &str = "@microsoft/sarif-multitool@5.7.0";

pub(crate) fn run() -> Result<()> {
    let multitool = installed()?;
    let report = root().join("target/examples.sarif");
    let mut check = policyctl()?;
    fs::write(&report, output(check.args(["check", "--format", "sarif", "examples"]))?)?;
    let findings = validate(&multitool, &report)?;
    if !findings.is_empty() {
        bail!("the validator objects:\n{}", findings.join("\n"));
    }
    eprintln!("SARIF of examples/ is valid");
    Ok(())
}

fn installed() -> Result<PathBuf> {
    let folder = cache()?.join("sarif-multitool");
    let program = folder.join("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
    if !program.exists() {
        fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]);
        run_command(npm.arg(&folder).arg(MULTITOOL))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("{} is not there after the installation", program.display()))?;
    }
    Ok(program)
}

/// The validator's own results of level error or warning.
fn validate(multitool: &Path, report: &Path) -> Result<Vec<String>> {
    let verdict = report.with_extension("validation.sarif");
    let mut command = Command::new(multitool);
    command.arg("validate").arg(report).arg("--output").arg(&verdict).args(["--log", "ForceOverwrite"]);
    output(&mut command)?;
    let text = fs::read(&verdict).context("the validator wrote no result")?;
    let log: serde_json::Value = serde_json::from_slice(&text)?;
    let runs = log["runs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let results = runs.iter().filter_map(|run| run["results"].as_array()).flatten();
    let grave = results.filter(|result| matches!(result["level"].as_str(), None | Some("error" | "warning")));
    Ok(grave.map(|result| format!("{}: {}", result["ruleId"], result["message"])).collect())
}
