//! The chart, installed by Helm as an operator would.

use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::objects::MAPPED;
use crate::wait::GO_PATIENCE;

/// The release's name, and its namespace's.
pub(crate) const NAME: &str = "policyctl";

/// Selects the webhook's pods.
pub(crate) const SELECTOR: &str = "app.kubernetes.io%2Fcomponent=webhook";

/// Helm, and the chart.
#[derive(Clone)]
pub(crate) struct Helm {
    program: PathBuf,
    chart: PathBuf,
    kubeconfig: PathBuf,
    home: PathBuf,
}

impl Helm {
    pub(crate) fn new(program: &Path, chart: &Path, kubeconfig: &Path, folder: &Path) -> Self {
        Self {
            program: program.to_owned(),
            chart: chart.to_owned(),
            kubeconfig: kubeconfig.to_owned(),
            home: folder.join("helm"),
        }
    }

    /// The same Helm for another chart.
    pub(crate) fn with_chart(&self, chart: &Path) -> Self {
        Self { chart: chart.to_owned(), ..self.clone() }
    }

    /// Installs the chart, or upgrades it, with values over its own, and waits until it is ready.
    pub(crate) async fn install(&self, values: &Value) -> Result<()> {
        std::fs::create_dir_all(&self.home)?;
        let file = self.home.join("values.json");
        std::fs::write(&file, values.to_string())?;
        let (file, chart) = (file.display().to_string(), self.chart.display().to_string());
        let how =
            ["upgrade", "--install", "--create-namespace", "--wait", "--timeout", "10m", "--values", &file];
        self.run(&[&how[..], &[NAME, &chart]].concat()).await?;
        Ok(())
    }

    /// Runs the chart's own test, and gives all that Helm prints.
    pub(crate) async fn test(&self) -> Result<String> {
        let printed = self.print(&["test", NAME]).await?;
        Ok(String::from_utf8_lossy(&[printed.stdout, printed.stderr].concat()).into_owned())
    }

    /// The version of Helm itself.
    pub(crate) async fn version(&self) -> Result<String> {
        self.run(&["version", "--short"]).await
    }

    /// Whether there is a release.
    pub(crate) async fn is_installed(&self) -> bool {
        self.run(&["status", NAME]).await.is_ok()
    }

    /// Takes it away, and waits until it is gone.
    pub(crate) async fn uninstall(&self) -> Result<()> {
        self.run(&["uninstall", NAME, "--wait"]).await?;
        Ok(())
    }

    async fn run(&self, arguments: &[&str]) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.print(arguments).await?.stdout).into_owned())
    }

    async fn print(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(&self.program);
        for folder in ["CONFIG", "CACHE", "DATA"] {
            command.env(format!("HELM_{folder}_HOME"), self.home.join(folder));
        }
        command.env(GO_PATIENCE.0, GO_PATIENCE.1);
        command.args(["--namespace", NAME, "--kubeconfig"]).arg(&self.kubeconfig).args(arguments);
        let output = command.kill_on_drop(true).output().await.context("cannot start helm")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "helm {}: {}", arguments.join(" "), said.trim());
        Ok(output)
    }
}

/// Values under which promised roles are injected, and the policy is read again every second.
pub(crate) fn values() -> Value {
    json!({
        "settings": {"reloadInterval": 1, "lookupBudget": 800},
        "policy": {"spec": {
            "extends": "baseline",
            "surroundings": {"kubernetes": {"region": "eu-west-1"}},
            "patch": {"identity": ["webhook"], "halfIdentity": ["webhook"]},
            "roles": {"kubernetes": [{
                "name": "mapped", "match": {"serviceAccounts": [MAPPED]},
                "podIdentity": {"roleArn": "arn:aws:iam::111122223333:role/mapped"},
            }]},
        }},
    })
}

/// A pod that is ready and not about to end.
pub(crate) fn serves(pod: &Value) -> bool {
    let conditions = crate::objects::items(&pod["status"]["conditions"]);
    pod["metadata"]["deletionTimestamp"].is_null()
        && conditions.iter().any(|one| one["type"] == "Ready" && one["status"] == "True")
}
