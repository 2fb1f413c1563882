//! Alerts and panels, as Prometheus reads them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::chart;
use super::tools::promtool;
use crate::shell::{root, run};

/// Checks the rules, tests what they promise, and parses every query of the dashboard.
pub(super) fn check() -> Result<()> {
    let promtool = promtool()?;
    let rules = chart().join("rules");
    run(Command::new(&promtool).args(["check", "rules"]).arg(rules.join("policyctl.yaml")))?;
    run(Command::new(&promtool).args(["test", "rules"]).arg(rules.join("policyctl.test.yaml")))?;
    dashboard(&promtool)
}

/// Queries become rules, since that is what the checker reads; JSON is YAML.
fn dashboard(promtool: &Path) -> Result<()> {
    let text = fs::read_to_string(chart().join("dashboards/policyctl.json"))?;
    let dashboard: Value = serde_json::from_str(&text).context("the dashboard is not JSON")?;
    let queries = queries(&dashboard);
    ensure!(queries.len() > 10, "the dashboard's queries were not found");
    let rules: Vec<_> = queries.iter().enumerate().map(|(number, query)| rule(number, query)).collect();
    let file = root().join("target/dashboard-rules.yaml");
    fs::write(&file, json!({"groups": [{"name": "dashboard", "rules": rules}]}).to_string())?;
    run(Command::new(promtool).args(["check", "rules"]).arg(file))
}

/// Grafana puts values in place of its variables.
fn rule(number: usize, query: &str) -> Value {
    let query = query.replace("$__rate_interval", "5m").replace("$namespace", ".*");
    json!({"record": format!("query:{number}"), "expr": query})
}

/// Every `expr`, wherever it is.
fn queries(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("expr").and_then(Value::as_str);
            own.into_iter().chain(fields.values().flat_map(queries)).collect()
        }
        Value::Array(items) => items.iter().flat_map(queries).collect(),
        _ => Vec::new(),
    }
}
