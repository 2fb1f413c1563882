//! How `policyctl check` ends, and what its formats have in common.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const CLEAN: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: nginx}]}\n";
/// A warning: the id of a pair without its secret.
const WARNED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: half}\nspec:\n  containers:\n    - name: app\n      image: app\n      env: [{name: AWS_ACCESS_KEY_ID, value: AKIAIOSFODNN7EXAMPLE}]\n";
const DENIED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: keys}\nspec:\n  containers:\n    - name: app\n      image: app\n      env:\n        - {name: AWS_ACCESS_KEY_ID, value: AKIAIOSFODNN7EXAMPLE}\n        - {name: AWS_SECRET_ACCESS_KEY, value: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}\n";
const BROKEN: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n";

/// A folder with these files, outside of every repository.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn policyctl(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl"));
    command.current_dir(folder).args(arguments).env_clear();
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    policyctl(folder, arguments).output().unwrap()
}

fn status(files: &[(&str, &[u8])], arguments: &[&str]) -> i32 {
    let folder = folder(files);
    let output = run(folder.path(), &[&["check"], arguments].concat());
    output.status.code().unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_field_of_the_wrong_shape_is_trouble_with_a_place() {
    let wrong = CLEAN.replace("image: nginx", "image: nginx, env: FOO");
    let folder = folder(&[("a.yaml", wrong.as_bytes())]);
    let output = run(folder.path(), &["check", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(report["unreadable"][0]["line"], 4);
    assert_eq!(report["findings"][0]["container"], "app");
}

#[test]
fn findings_go_before_trouble_and_trouble_before_nothing() {
    let files: &[(&str, &[u8])] = &[
        ("clean.yaml", CLEAN.as_bytes()),
        ("warned.yaml", WARNED.as_bytes()),
        ("denied.yaml", DENIED.as_bytes()),
        ("broken.yaml", BROKEN.as_bytes()),
        ("empty.yaml", b""),
        ("binary.yaml", b"kind: \xff\xfe"),
        ("foreign.yaml", b"name: x\n"),
    ];
    for (arguments, expected) in [
        ("clean.yaml", 0),
        ("clean.yaml foreign.yaml", 0),
        ("warned.yaml", 0),
        ("--fail-on warn warned.yaml", 1),
        ("--fail-on warn clean.yaml", 0),
        ("denied.yaml", 1),
        ("--fail-on never denied.yaml", 0),
        ("denied.yaml broken.yaml empty.yaml gone.yaml", 1),
        ("clean.yaml broken.yaml", 2),
        ("--fail-on warn broken.yaml", 1),
        ("--fail-on never broken.yaml denied.yaml", 2),
        ("clean.yaml binary.yaml", 2),
        ("clean.yaml gone.yaml", 2),
        ("gone.yaml empty.yaml", 2),
        ("clean.yaml empty.yaml", 3),
        ("--fail-on never empty.yaml", 3),
        ("foreign.yaml", 3),
        ("--no-such-flag clean.yaml", 2),
        ("--policy gone.yaml clean.yaml", 2),
        ("--policy clean.yaml clean.yaml", 2),
        ("--report json=no/such/folder/out.json clean.yaml", 2),
        ("--report text clean.yaml", 2),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        assert_eq!(status(files, &arguments), expected, "{arguments:?}");
    }
}

#[test]
fn a_walk_passes_over_what_is_empty_binary_or_foreign_and_broken() {
    let files: &[(&str, &[u8])] = &[
        ("clean.yaml", CLEAN.as_bytes()),
        ("empty.yaml", b""),
        ("binary.json", b"\xff\xfe\x00"),
        ("values.yaml", b"{{ broken\n"),
        ("notes.yaml", b"kind: [x\n"),
    ];
    assert_eq!(status(files, &["."]), 0);
}

#[test]
fn a_walk_reports_what_is_ours_and_broken() {
    assert_eq!(status(&[("clean.yaml", CLEAN.as_bytes()), ("broken.yaml", BROKEN.as_bytes())], &["."]), 2);
    assert_eq!(status(&[("broken.json", b"{\"containerDefinitions\": [")], &["."]), 2);
}

#[test]
fn one_broken_file_leaves_the_others_checked() {
    let folder = folder(&[("a.yaml", BROKEN.as_bytes()), ("b.yaml", DENIED.as_bytes())]);
    let report = json(folder.path(), &["."]);
    assert_eq!(report["unreadable"][0]["file"], "a.yaml");
    assert_eq!(report["verdicts"][0]["verdict"], "deny");
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_trouble_and_the_rest_is_checked() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("locked/pod.yaml", DENIED.as_bytes()), ("pod.yaml", CLEAN.as_bytes())]);
    let locked = folder.path().join("locked");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    let readable = std::fs::read_dir(&locked).is_ok();
    let code = run(folder.path(), &["check", "."]).status.code().unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
    // Whoever may read everything, as root in a container, finds the denial there.
    assert_eq!(code, if readable { 1 } else { 2 });
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[&["check", "--format", "json"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Rule, file and line of each finding, in order.
type Told = Vec<(String, String, u64)>;

fn told_in_json(report: &Value) -> Told {
    let finding = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().unwrap().to_owned();
        (text("rule"), text("file"), entry["line"].as_u64().unwrap())
    };
    report["findings"].as_array().unwrap().iter().map(finding).collect()
}

fn told_in_sarif(log: &Value) -> Told {
    let finding = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let line = place["region"]["startLine"].as_u64().unwrap();
        (result["ruleId"].as_str().unwrap().to_owned(), uri.to_owned(), line)
    };
    log["runs"][0]["results"].as_array().unwrap().iter().map(finding).collect()
}

/// `file:line:column: level[rule] message`.
fn told_in_concise(lines: &str) -> Told {
    let finding = |line: &str| {
        let mut parts = line.splitn(4, ':');
        let (file, number) = (parts.next().unwrap().to_owned(), parts.next().unwrap().parse().unwrap());
        let rule = parts.nth(1).unwrap().split(['[', ']']).nth(1).unwrap().to_owned();
        (rule, file, number)
    };
    lines.lines().map(finding).collect()
}

/// `level[rule]: message` above `  --> file:line:column`.
fn told_in_text(report: &str) -> Told {
    let lines: Vec<_> = report.lines().collect();
    let heads = lines.windows(2).filter(|pair| pair[0].contains("]: ") && pair[1].contains("--> "));
    let finding = |pair: &[&str]| {
        let rule = pair[0].split(['[', ']']).nth(1).unwrap().to_owned();
        let place = pair[1].split("--> ").nth(1).unwrap();
        let mut parts = place.rsplitn(3, ':').skip(1);
        let line = parts.next().unwrap().parse().unwrap();
        (rule, parts.next().unwrap().to_owned(), line)
    };
    heads.map(finding).collect()
}

#[test]
fn every_format_tells_the_same_findings() {
    let folder = folder(&[
        ("a.yaml", WARNED.as_bytes()),
        ("b.yaml", DENIED.as_bytes()),
        ("c.yaml", BROKEN.as_bytes()),
    ]);
    let of = |format: &str| text(run(folder.path(), &["check", "--format", format, "."]).stdout);
    let expected = told_in_json(&serde_json::from_str(&of("json")).unwrap());
    assert!(expected.len() >= 3, "{expected:?}");
    assert_eq!(told_in_concise(&of("concise")), expected);
    assert_eq!(told_in_text(&of("text")), expected);
    // SARIF lists notes after the findings.
    let sarif = told_in_sarif(&serde_json::from_str(&of("sarif")).unwrap());
    assert_eq!(sarif[..expected.len()], expected);
    assert_eq!(of("github").lines().filter(|line| !line.starts_with("::notice")).count(), expected.len());
}

#[test]
fn a_report_in_a_file_is_the_one_on_the_terminal_without_escapes() {
    let folder = folder(&[("pod.yaml", DENIED.as_bytes())]);
    let arguments = ["check", "--color", "always", "--format", "concise", "--report", "concise=out.txt", "."];
    let output = run(folder.path(), &arguments);
    assert_eq!(std::fs::read(folder.path().join("out.txt")).unwrap(), output.stdout);
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn escapes_are_written_only_where_they_are_asked_for() {
    let folder = folder(&[("pod.yaml", DENIED.as_bytes())]);
    let escapes = |arguments: &[&str], variable: Option<&str>| {
        let mut command = policyctl(folder.path(), &[&["check", "."], arguments].concat());
        command.envs(variable.map(|name| (name, "1")));
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!escapes(&[], None));
    assert!(escapes(&[], Some("CLICOLOR_FORCE")));
    assert!(escapes(&["--color", "always"], None));
    assert!(!escapes(&["--color", "never"], Some("CLICOLOR_FORCE")));
    assert!(!escapes(&[], Some("NO_COLOR")));
}

#[test]
fn a_closed_pipe_is_no_panic_and_no_complaint() {
    let many = format!("{DENIED}---\n");
    let folder = folder(&[("pods.yaml", many.repeat(300).as_bytes())]);
    for format in ["text", "json"] {
        let mut command = policyctl(folder.path(), &["check", "--format", format, "."]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert_eq!(text(output.stderr), "", "{format}");
    }
}

#[test]
fn standard_input_is_one_of_the_inputs() {
    let folder = folder(&[("sa.yaml", CLEAN.as_bytes())]);
    let mut command = policyctl(folder.path(), &["check", "--format", "json", "-", "sa.yaml"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(DENIED.as_bytes()).unwrap();
    let report: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    let files: Vec<_> =
        report["verdicts"].as_array().unwrap().iter().map(|entry| entry["file"].clone()).collect();
    assert_eq!(files, ["<stdin>", "sa.yaml"]);
}
