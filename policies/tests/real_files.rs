//! The readers over a folder of real files, where one is given in `POLICYCTL_CORPUS`.
//!
//! Promised: no file makes a reader panic, and a file that can be parsed and names containers yields workloads.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test reads files and says what it counted"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use policyctl_policies::document::{Document, Format, Limits, parse};
use policyctl_policies::read::{Contents, read};

#[derive(Debug, Default)]
struct Counts {
    files: usize,
    documents: usize,
    unreadable: usize,
    workloads: usize,
    containers: usize,
    accounts: usize,
    objects: usize,
    policies: usize,
    others: usize,
    problems: usize,
}

#[test]
fn every_readable_file_with_containers_yields_workloads() {
    let Some(folder) = std::env::var_os("POLICYCTL_CORPUS") else { return };
    let mut counts = Counts::default();
    let mut missed = Vec::new();
    for file in files(Path::new(&folder)) {
        counts.files += 1;
        missed.extend(count_file(&file, &mut counts).then_some(file));
    }
    println!("{counts:?}");
    assert!(missed.is_empty(), "no workload in {missed:#?}");
}

/// Counts what a file holds; true when it names containers and none was read.
fn count_file(file: &Path, counts: &mut Counts) -> bool {
    let bytes = std::fs::read(file).unwrap();
    let name: Arc<str> = file.to_string_lossy().into();
    let format = if name.contains(".json") { Format::Json } else { Format::Yaml };
    let mut missed = false;
    for document in parse(&name, &bytes, format, Limits::default()) {
        match document {
            Ok(document) => missed |= count_document(&document, counts),
            Err(why) => {
                counts.unreadable += 1;
                println!("{name}: {:?}: {why}", why.position);
            }
        }
    }
    missed
}

fn count_document(document: &Document, counts: &mut Counts) -> bool {
    let contents = read(document, "stem");
    counts.documents += 1;
    counts.workloads += contents.workloads.len();
    counts.accounts += contents.service_accounts.len();
    counts.objects += contents.objects.len();
    counts.policies += contents.network_policies.len();
    counts.others += contents.others;
    for workload in &contents.workloads {
        counts.containers += workload.containers.len();
        counts.problems += workload.problems.len();
        for problem in &workload.problems {
            println!("{:?}: expected {}", document.resolve(problem.at).pointer, problem.expected);
        }
    }
    names_containers(document) && !has_containers(&contents)
}

fn names_containers(document: &Document) -> bool {
    document.nodes().any(|node| {
        let lists = ["containers", "containerDefinitions"].map(|key| node.get_any_case(key));
        lists.into_iter().flatten().any(|list| list.items().any(|item| item.get_any_case("image").is_some()))
    })
}

fn has_containers(contents: &Contents) -> bool {
    contents.workloads.iter().any(|workload| !workload.containers.is_empty())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
