//! What the rules may rely on: every line about keys of the project's decisions, decided from [`KeySet`]s.

mod pairs;
mod places;
mod properties;
mod targets;

use std::sync::Arc;

use super::{KeySet, of_container, of_workload};
use crate::document::{Document, Format, Limits, parse};
use crate::facts::{Facts, Inventory};
use crate::read::{Contents, read};

/// A key that looks issued, put together here so that scanners stay quiet.
pub(super) const ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
/// The same for a temporary one.
pub(super) const TEMPORARY: &str = concat!("ASIA", "Q3EGPOLICY2CTL7A");
/// A secret that looks issued.
pub(super) const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");
/// What AWS's documentation prints.
pub(super) const EXAMPLE_ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret.
pub(super) const EXAMPLE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The documents of a YAML stream.
pub(super) fn documents(yaml: &str) -> Vec<Document> {
    let stream = parse(&Arc::from("test.yaml"), yaml.as_bytes(), Format::Yaml, Limits::default());
    stream.into_iter().map(Result::unwrap).collect()
}

/// A pod with one container of this body, and with what other documents say about it.
pub(super) fn pod(container: &str, others: &str) -> String {
    let body = indented(container);
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: app}}\nspec:\n  containers:\n    - name: app\n{body}{others}"
    )
}

/// A text at the depth of a container's fields.
pub(super) fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("      {line}\n")).collect();
    lines.concat()
}

/// The keys in the first container of the first workload of a stream.
pub(super) fn keys_of(yaml: &str) -> Vec<KeySet> {
    let (contents, facts) = read_all(yaml);
    let workload = contents.iter().flat_map(|contents| &contents.workloads).next().unwrap();
    of_container(workload, &workload.containers[0], &facts)
}

/// The keys that no process reads, in the first workload.
pub(super) fn unread(yaml: &str) -> Vec<KeySet> {
    let (contents, _) = read_all(yaml);
    of_workload(contents.iter().flat_map(|contents| &contents.workloads).next().unwrap())
}

/// The keys of a pod with these variables (`NAME: value`, one a line).
pub(super) fn with_env(env: &str) -> Vec<KeySet> {
    let entries = env.lines().filter_map(|line| line.trim_start().split_once(": "));
    let listed: Vec<String> =
        entries.map(|(name, value)| format!("  - {{name: {name}, value: '{value}'}}")).collect();
    let listed = listed.join(
        "
",
    );
    keys_of(&pod(&format!("env:\n{listed}"), ""))
}

/// The only set of a pod with these variables.
pub(super) fn one(env: &str) -> KeySet {
    let mut keys = with_env(env);
    assert_eq!(keys.len(), 1, "{keys:#?}");
    keys.remove(0)
}

fn read_all(yaml: &str) -> (Vec<Contents>, Facts) {
    let documents = documents(yaml);
    let contents: Vec<Contents> = documents.iter().map(|document| read(document, "test")).collect();
    let mut inventory = Inventory::default();
    for contents in &contents {
        inventory.add(&Arc::from("test.yaml"), contents);
    }
    let facts = contents
        .iter()
        .flat_map(|contents| &contents.workloads)
        .next()
        .map(|workload| inventory.about(workload, "test.yaml", false))
        .unwrap_or_default();
    (contents, facts)
}
