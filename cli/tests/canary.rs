//! A secret that stands anywhere in the inputs is in no output of any format.
//!
//! A task definition, a Terraform plan of it and the objects around a Deployment are taken apart: each of their texts in
//! turn, and then all at once, gives way to a canary. Canaries are keys, passwords, tokens and URLs, so that findings of many
//! kinds point at them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const CANARIES: &[&str] = &[
    concat!("AKIA", "Q3EGCANARY2CTL7A"),
    "hunter2-canary-Pa55",
    concat!("Zk3v9QpL2mCaNaRyt", "W7yB1cD4fG6hJ0kS+aE/uI3"),
    concat!("ASIA", "Q3EGCANARY2CTL7A"),
    concat!("ABSK", "Q2FuYXJ5QmVkcm9ja0tleVNlY3JldFZhbHVlMTIzNDU2Nzg5MA=="),
    "https://user:hunter2-canary@proxy.example:3128",
    "{\"aws_secret_access_key\": \"canary-hunter2\"}",
    "[default]\naws_access_key_id = canaryid\naws_secret_access_key = canarysecret\n",
];

/// How many of them are planted in each place alone; the others in all at once.
const EACH: usize = 3;

/// Parts of canaries that must not be seen: a key id's first and last four characters may.
fn forbidden(canary: &str) -> Vec<String> {
    let words = canary.split(|c: char| !(c.is_ascii_alphanumeric() || "+-/".contains(c)));
    words
        .filter(|word| word.contains("anary") || word.len() > 12)
        .map(|word| word[4..word.len().min(16)].to_owned())
        .collect()
}

const TASK: &str = include_str!("canary/task.json");
const POD: &str = include_str!("canary/pod.json");

/// Members whose values name things, which a report must say: a password that looks like a name is one there.
const NAMES: &[&str] = &[
    "family",
    "namespace",
    "image",
    "key",
    "prefix",
    "taskRoleArn",
    "executionRoleArn",
    "secretName",
    "mountPath",
    "containerPath",
    "sourcePath",
    "path",
    "valueFrom",
    "serviceAccountName",
    "eks.amazonaws.com/role-arn",
];

/// Variables whose values name things.
const NAMING: &[&str] = &["AWS_PROFILE", "AWS_ROLE_ARN", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"];

/// Looks like any name: it cannot be told from one where a name belongs.
fn looks_like_a_name(canary: &str) -> bool {
    canary.starts_with("hunter2")
}

/// Pointers to every text in a value; with `names` also to those that name things.
fn texts(value: &Value, names: bool, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                texts(item, names, &format!("{at}/{n}"), found);
            }
        }
        Value::Object(members) => {
            let naming =
                members.get("name").and_then(Value::as_str).is_some_and(|name| NAMING.contains(&name));
            for (name, member) in members.iter().filter(|(name, _)| !is_fixed(name)) {
                if names || !(NAMES.contains(&name.as_str()) || (naming && name == "value")) {
                    let step = name.replace('~', "~0").replace('/', "~1");
                    texts(member, names, &format!("{at}/{step}"), found);
                }
            }
        }
        _ => {}
    }
}

/// Without these the document would be another.
fn is_fixed(member: &str) -> bool {
    matches!(member, "kind" | "apiVersion" | "name")
}

/// Everything that a run over a folder prints or writes, in every format.
fn output(folder: &Path) -> String {
    let reports = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl"));
    command.args(["check", "-v", "--complete", "--policy", "strict", "--fail-on", "never", "."]);
    for format in ["concise", "json", "sarif", "github"] {
        command.arg("--report").arg(format!("{format}={}", reports.path().join(format).display()));
    }
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1").current_dir(folder);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let written = std::fs::read_dir(reports.path()).unwrap();
    let mut all: Vec<_> = written.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
    assert_eq!(all.len(), 4);
    all.extend([output.stdout, output.stderr]);
    all.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect()
}

/// As Terraform plans it, whose containers are JSON in a text.
fn plan(task: &Value) -> Value {
    let after = json!({
        "family": task["family"], "task_role_arn": task["taskRoleArn"],
        "container_definitions": task["containerDefinitions"].to_string(),
    });
    let change = json!({"type": "aws_ecs_task_definition", "change": {"before": after, "after": after}});
    json!({"format_version": "1.2", "resource_changes": [change]})
}

/// Writes one file where every text gives way to a canary, and, where asked, one for each text; each as `form` has it.
fn plant(folder: &Path, (name, document): (&str, &str), form: fn(&Value) -> Value, canary: &str, each: bool) {
    let whole: Value = serde_json::from_str(document).unwrap();
    let mut pointers = Vec::new();
    texts(&whole, !looks_like_a_name(canary), "", &mut pointers);
    let mut all = whole.clone();
    for (n, pointer) in pointers.iter().enumerate() {
        *all.pointer_mut(pointer).unwrap() = canary.into();
        if !each {
            continue;
        }
        let mut one = whole.clone();
        *one.pointer_mut(pointer).unwrap() = canary.into();
        std::fs::write(folder.join(format!("{name}-{n}.json")), format!("{:#}", form(&one))).unwrap();
    }
    std::fs::write(folder.join(format!("{name}-all.json")), format!("{:#}", form(&all))).unwrap();
}

#[test]
fn no_format_shows_a_canary_wherever_it_stands() {
    for (n, canary) in CANARIES.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        plant(folder.path(), ("task", TASK), Value::clone, canary, n < EACH);
        plant(folder.path(), ("plan", TASK), plan, canary, n < EACH);
        plant(folder.path(), ("pod", POD), Value::clone, canary, n < EACH);
        let output = output(folder.path());
        for part in forbidden(canary) {
            let seen: Vec<_> = output.lines().filter(|line| line.contains(&part)).collect();
            assert!(seen.is_empty(), "{part} was shown:\n{}", seen.join("\n"));
        }
    }
}
