//! The commands beside `check`: each prints what it promises, offline and without a policy file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

use serde_json::Value;

/// What a command prints; it must succeed and say nothing on standard error.
fn printed(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_policyctl"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn rules() -> Vec<String> {
    let list: Value = serde_json::from_str(&printed(&["rules", "--format", "json"])).unwrap();
    list.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn both_lists_of_rules_name_the_same() {
    let table = printed(&["rules"]);
    let names: Vec<_> = table.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, rules());
}

#[test]
fn every_rule_explains_itself() {
    for rule in rules() {
        let page = printed(&["explain", &rule]);
        assert!(page.starts_with(&format!("# {rule}\n")), "{rule}");
        assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{rule}");
    }
}

#[test]
fn schemas_are_the_published_ones() {
    assert_eq!(printed(&["schema", "policy"]), include_str!("../../schemas/policy.schema.json"));
    assert_eq!(printed(&["schema", "report"]), include_str!("../../schemas/report.schema.json"));
}

#[test]
fn every_rule_has_a_level_at_every_door() {
    let shown = printed(&["policy", "show"]);
    for rule in rules() {
        let line = shown.lines().find(|line| line.split(' ').next() == Some(&rule)).unwrap();
        let levels: Vec<_> = line.split_whitespace().skip(1).collect();
        assert_eq!(levels.len(), 5, "{line}");
        assert!(levels.iter().all(|level| ["deny", "warn"].contains(level)), "{line}");
    }
}

#[test]
fn every_shell_completes_check() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(printed(&["completion", shell]).contains("check"), "{shell}");
    }
}

#[test]
fn man_pages_are_written_one_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    printed(&["man", folder.path().to_str().unwrap()]);
    for page in ["policyctl.1", "policyctl-check.1", "policyctl-policy-show.1"] {
        assert!(std::fs::read_to_string(folder.path().join(page)).unwrap().contains(".TH "), "{page}");
    }
    assert!(printed(&["man"]).contains(".TH policyctl"));
}
