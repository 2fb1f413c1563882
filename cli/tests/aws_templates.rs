//! The templates under `examples/aws/` are read by our own reader, ask for no more than they need, and call commands
//! that there are. Their resources' schemas are `cargo xtask ecs`'s business; Terraform's file is read by nobody here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use policyctl_policies::document::{Document, Format, Limits, Node, parse};

/// What may be granted for every resource: actions that know none.
/// Source: Service authorization reference, "Actions, resources, and condition keys for Amazon Elastic Container Service".
const WITHOUT_RESOURCE: [&str; 3] =
    ["ecs:DescribeServiceRevisions", "ecs:DescribeTaskDefinition", "ecs:DeregisterTaskDefinition"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn templates() -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/aws"), &mut found);
    found.sort();
    found
}

fn documents() -> Vec<Document> {
    let formats = [("yaml", Format::Yaml), ("json", Format::Json)];
    let format = |path: &Path| {
        let extension = path.extension()?.to_str()?.to_owned();
        formats.into_iter().find(|(name, _)| *name == extension).map(|(_, format)| format)
    };
    let all = templates().into_iter().filter_map(|path| Some((format(&path)?, path)));
    all.flat_map(|(format, path)| {
        let name: Arc<str> = path.display().to_string().into();
        let documents = parse(&name, &fs::read(&path).unwrap(), format, Limits::default());
        assert_eq!(documents.len(), 1, "{name}");
        documents.into_iter().map(move |document| document.unwrap_or_else(|why| panic_of(&name, &why)))
    })
    .collect()
}

#[expect(clippy::panic, reason = "a test that cannot go on has failed")]
fn panic_of(name: &str, why: &dyn std::fmt::Display) -> Document {
    panic!("{name}: {why}")
}

#[test]
fn every_template_is_one_document_without_repeated_members() {
    let documents = documents();
    assert!(documents.len() >= 7);
    for document in documents {
        assert!(document.duplicates().is_empty(), "{}", document.name());
    }
}

fn texts(node: Option<Node<'_>>) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let own = node.text().into_iter().map(str::to_owned);
    own.chain(node.items().filter_map(|item| item.text().map(str::to_owned))).collect()
}

#[test]
fn no_role_may_do_more_than_it_needs() {
    let mut statements = 0;
    for document in documents() {
        for node in document.nodes().filter(|node| node.get("Effect").and_then(Node::text) == Some("Allow")) {
            statements += 1;
            let actions = texts(node.get("Action"));
            assert!(actions.iter().all(|action| !action.contains('*')), "{}: {actions:?}", document.name());
            if texts(node.get("Resource")).contains(&"*".to_owned()) {
                let known = |action: &String| WITHOUT_RESOURCE.contains(&action.as_str());
                assert!(actions.iter().all(known), "{}: {actions:?}", document.name());
            }
        }
    }
    assert!(statements >= 10, "{statements}");
}

/// The words of every command of ours in a text, comments included.
fn commands(text: &str) -> Vec<Vec<String>> {
    let calls = text.lines().filter_map(|line| line.split_once("policyctl ")).map(|(_, rest)| rest);
    let calls = calls.filter(|rest| rest.starts_with("check ") || rest.starts_with("ecs "));
    let words =
        |call: &str| call.split_whitespace().map(|word| word.trim_end_matches(')').to_owned()).collect();
    calls.map(words).collect()
}

fn help(words: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl"));
    let subcommands = words.iter().take_while(|word| word.bytes().all(|letter| letter.is_ascii_lowercase()));
    let output = command.args(subcommands.take(2)).arg("--help").output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_in_them_exists_with_its_options() {
    let mut seen = BTreeSet::new();
    for path in templates() {
        for words in commands(&fs::read_to_string(&path).unwrap()) {
            let help = help(&words);
            for option in words.iter().filter(|word| word.starts_with("--")) {
                let option = option.split('=').next().unwrap();
                assert!(help.contains(option), "{}: {words:?}: {option}", path.display());
                seen.insert(option.to_owned());
            }
        }
    }
    assert!(seen.contains("--listen") && seen.contains("--report") && seen.contains("--tags"), "{seen:?}");
}
