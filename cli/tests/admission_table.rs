//! The rows of the admission table, as `check --complete` judges them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../policies/tests/admission-table/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use table::Row;

#[test]
fn the_command_line_says_of_each_pod_what_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let rows = table::rows();
    assert!(rows.len() >= 30, "{} rows", rows.len());
    let differs = |row: &Row| {
        let said = said(folder.path(), row);
        (said != row.says).then(|| format!("{}: {said:?}, not {:?}", row.name, row.says))
    };
    let wrong: Vec<String> = rows.iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn said(folder: &Path, row: &Row) -> BTreeSet<String> {
    let beside: Vec<String> = row.beside.iter().map(Value::to_string).collect();
    fs::write(folder.join("cluster.yaml"), beside.join("\n---\n") + "\n---\n" + &row.pod).unwrap();
    fs::write(folder.join("policy.yaml"), &row.policy).unwrap();
    let words = ["check", "--complete", "--today", "2026-11-25", "--policy", "policy.yaml"];
    let output = Command::new(env!("CARGO_BIN_EXE_policyctl"))
        .args(words)
        .args(["--format", "json", "cluster.yaml"])
        .current_dir(folder)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let of_pods = findings.filter(|finding| finding["workload"]["kind"] == "Pod");
    of_pods.map(word).collect()
}

fn word(finding: &Value) -> String {
    format!("{}={}", finding["rule"].as_str().unwrap(), finding["level"].as_str().unwrap())
}
