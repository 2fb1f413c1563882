//! kubectl, for what a person sees.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::wait::GO_PATIENCE;

/// How kubectl is called.
pub(crate) struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
    cache: PathBuf,
}

/// What it printed.
pub(crate) struct Printed {
    /// It ended with 0.
    pub(crate) succeeded: bool,
    /// What it was asked for.
    pub(crate) stdout: String,
    /// Warnings and errors.
    pub(crate) stderr: String,
}

impl Kubectl {
    pub(crate) fn new(program: &Path, kubeconfig: &Path, folder: &Path) -> Self {
        Self {
            program: program.to_owned(),
            kubeconfig: kubeconfig.to_owned(),
            cache: folder.join("kubectl-cache"),
        }
    }

    /// `kubectl apply` of an object in a namespace.
    pub(crate) fn apply(&self, namespace: &str, object: &Value) -> Result<Printed> {
        self.run(namespace, &["apply", "--filename", "-"], &serde_json::to_vec(object)?)
    }

    /// kubectl with arguments and nothing to read.
    pub(crate) fn call(&self, namespace: &str, arguments: &[&str]) -> Result<Printed> {
        self.run(namespace, arguments, b"")
    }

    fn run(&self, namespace: &str, arguments: &[&str], input: &[u8]) -> Result<Printed> {
        let mut child = Command::new(&self.program)
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .arg("--cache-dir")
            .arg(&self.cache)
            .args(["--namespace", namespace])
            .args(arguments)
            .env(GO_PATIENCE.0, GO_PATIENCE.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        child.stdin.take().context("no standard input")?.write_all(input)?;
        let output = child.wait_with_output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Printed {
            succeeded: output.status.success(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        })
    }
}
