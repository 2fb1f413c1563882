//! Every story under `examples/` says what its `expected.txt` says. `UPDATE_EXPECTED=1` rewrites them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn stories() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut stories: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    stories.sort();
    stories
}

fn said(story: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl"));
    command.args(["check", "--format", "concise", "."]).current_dir(story);
    let output = command.env("NO_COLOR", "1").output().unwrap();
    let status = output.status.code().unwrap();
    format!("{}exit status {status}\n", String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_story_is_told_as_expected() {
    let mut wrong = Vec::new();
    for story in stories() {
        let (said, file) = (said(&story), story.join("expected.txt"));
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&file, &said).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != said {
            wrong.push(format!("{}:\n{said}", story.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_are_at_least_eight_stories() {
    assert!(stories().len() >= 8);
}
