//! What the Helm chart renders, as the webhook reads it: settings and policies; what its alerts ask for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test that cannot read what it checks has failed"
)]

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Command};
use policyctl_policies::document::{Format, Limits, parse};
use policyctl_policies::policy::Policy;
use policyctl_webhook::admission::{Admission, Endpoint};
use policyctl_webhook::cluster::{Cluster, Kept};
use policyctl_webhook::settings::{Given, Templates};
use serde_json::{Value, json};

/// What the chart decides by itself, from values of its own.
const CHART_DECIDES: [&str; 12] = [
    "listen",
    "metricsListen",
    "policy",
    "namespace",
    "clientCa",
    "tls",
    "tlsCert",
    "tlsKey",
    "tlsNames",
    "tlsSecret",
    "tlsLease",
    "tlsConfigurations",
];

fn chart(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../charts/policyctl").join(file)
}

fn text(file: &str) -> String {
    std::fs::read_to_string(chart(file)).unwrap()
}

/// The name and the objects of each committed rendering.
fn renderings() -> Vec<(String, Vec<Value>)> {
    let files = std::fs::read_dir(chart("snapshots")).unwrap().map(|entry| entry.unwrap().path());
    let renderings: Vec<_> = files.map(|file| (file.display().to_string(), objects(&file))).collect();
    assert!(renderings.len() > 5);
    renderings
}

fn objects(file: &Path) -> Vec<Value> {
    let name: Arc<str> = file.display().to_string().into();
    let documents = parse(&name, &std::fs::read(file).unwrap(), Format::Yaml, Limits::default());
    documents.into_iter().map(|document| document.unwrap().to_value()).collect()
}

/// A key of the ConfigMap that has it.
fn file_in(objects: &[Value], key: &str) -> String {
    let found = objects.iter().find_map(|object| object["data"][key].as_str());
    found.unwrap_or_else(|| panic!("no ConfigMap has {key}")).to_owned()
}

/// Every setting, as the file spells it.
fn settings() -> BTreeSet<String> {
    let command = Given::augment_args(Command::new("serve"));
    command.get_arguments().map(|argument| camel(argument.get_id().as_str())).collect()
}

fn camel(id: &str) -> String {
    let mut words = id.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &word[..1].to_uppercase() + &word[1..])
}

#[test]
fn the_webhook_starts_with_the_settings_of_every_rendering() {
    for (name, objects) in renderings() {
        let file = std::env::temp_dir().join(format!("policyctl-chart-{}.yaml", std::process::id()));
        std::fs::write(&file, file_in(&objects, "config.yaml")).unwrap();
        let given = Given::from_file(&file).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        given.settle().unwrap_or_else(|error| panic!("{name}: {error:#}"));
        std::fs::remove_file(file).unwrap();
    }
}

/// But for what nobody can know before it is installed.
#[test]
fn the_charts_defaults_are_the_programs() {
    const OF_THE_INSTALLATION: [&str; 3] = ["tlsNames", "namespace", "policy"];
    let config = file_in(&objects(&chart("snapshots/default.yaml")), "config.yaml");
    let config = &parse(&"config.yaml".into(), config.as_bytes(), Format::Yaml, Limits::default()).remove(0);
    let mut least = config.as_ref().unwrap().to_value();
    let all = settled(&least);
    least.as_object_mut().unwrap().retain(|key, _| OF_THE_INSTALLATION.contains(&key.as_str()));
    assert_eq!(settled(&least), all);
}

/// The settings in force, as text.
fn settled(config: &Value) -> String {
    let given: Given = serde_json::from_value(config.clone()).unwrap();
    format!("{:?}", given.settle().unwrap())
}

#[tokio::test]
async fn the_charts_own_workloads_pass_the_strictest_policy() {
    for (name, objects) in renderings() {
        let admission = strict(&objects);
        let is_workload = |object: &&Value| object["kind"] == "Pod" || !object["spec"]["template"].is_null();
        let workloads: Vec<_> = objects.iter().filter(is_workload).collect();
        assert!(!workloads.is_empty(), "{name}");
        for workload in workloads {
            let review = support::review("policyctl", workload);
            let response = support::ask(&admission, Endpoint::Validate, &review).await;
            assert_eq!(response, json!({"uid": review["request"]["uid"], "allowed": true}), "{name}");
        }
    }
}

/// A controller that denies templates too, in a cluster that has a rendering's service accounts.
fn strict(objects: &[Value]) -> Admission {
    let seen = support::seen();
    for account in objects.iter().filter(|object| object["kind"] == "ServiceAccount") {
        let name = account["metadata"]["name"].as_str().unwrap();
        seen.service_accounts.write().unwrap().insert("policyctl", name, &Kept::new());
    }
    let policy = support::policy("  extends: strict\n  admission: {mode: enforce}\n");
    let cluster = Cluster::offline(seen);
    Admission { cluster, workloads: Templates::Deny, ..support::admission(policy) }
}

#[test]
fn the_policy_of_every_rendering_is_valid() {
    for (name, objects) in renderings() {
        let policy = file_in(&objects, "policy.yaml");
        assert!(Policy::read("policy.yaml", policy.as_bytes()).is_ok(), "{name}");
    }
}

#[test]
fn every_setting_can_be_reached_by_values() {
    let schema: Value = serde_json::from_str(&text("values.schema.json")).unwrap();
    let known = schema["properties"]["settings"]["properties"].as_object().unwrap();
    let reached = known.keys().cloned().chain(CHART_DECIDES.map(str::to_owned)).collect::<BTreeSet<_>>();
    assert_eq!(reached, settings());
}

#[test]
fn what_is_set_arrives() {
    let objects = objects(&chart("snapshots/everything.yaml"));
    let config = file_in(&objects, "config.yaml");
    let missing: Vec<_> = settings().into_iter().filter(|key| !config.contains(&format!("{key}:"))).collect();
    assert_eq!(missing, ["tlsCert", "tlsKey"], "with managed certificates there are no files");
}

#[test]
fn every_alert_and_panel_is_installed() {
    let objects = objects(&chart("snapshots/everything.yaml"));
    let rule = objects.iter().find(|object| object["kind"] == "PrometheusRule").unwrap();
    let alerts = rule["spec"]["groups"][0]["rules"].as_array().unwrap();
    assert_eq!(alerts.len(), text("rules/policyctl.yaml").matches("- alert: ").count());
    let dashboard: Value = serde_json::from_str(&file_in(&objects, "policyctl.json")).unwrap();
    assert_eq!(dashboard, serde_json::from_str::<Value>(&text("dashboards/policyctl.json")).unwrap());
}

#[test]
fn alerts_and_panels_ask_for_metrics_that_are_documented() {
    let metrics = documented_metrics();
    assert!(metrics.len() > 8, "{metrics:?}");
    for file in ["rules/policyctl.yaml", "dashboards/policyctl.json"] {
        for name in text(file).split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            let ours = name.starts_with("policyctl_");
            assert!(!ours || metrics.contains(name.trim_end_matches("_bucket")), "{file} asks for {name}");
        }
    }
}

/// The first column of the table of metrics.
fn documented_metrics() -> BTreeSet<String> {
    let rows = text("../../docs/admission.md");
    let names = rows.lines().filter_map(|line| line.strip_prefix("| `policyctl_")?.split_once('`'));
    names.map(|(name, _)| format!("policyctl_{name}")).collect()
}
