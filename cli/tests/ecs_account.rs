//! How `policyctl ecs check` and `policyctl ecs audit` end, and what they tell.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;

use api::{Api, Told};
use serde_json::{Value, json};
use tempfile::TempDir;

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333";
// Synthetic, and none that the rules' own pages show, which SARIF carries.
const KEY_ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
const SECRET: &str = concat!("Qm7tXz2LrN9vK4pB", "8yD3wF6hJ1sG5cA0+eU/iO2k");

fn keys() -> Value {
    json!([{"name": "AWS_ACCESS_KEY_ID", "value": KEY_ID}, {"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET}])
}

fn described(family: &str, environment: &Value, image: &str) -> (u16, Value) {
    let arn = format!("{ARN}:task-definition/{family}:7");
    (
        200,
        json!({"taskDefinition": {"taskDefinitionArn": arn, "family": family, "containerDefinitions": [
            {"name": "app", "image": image, "environment": environment}]}}),
    )
}

/// Four families: a clean one, one with keys, an object server, and one that cannot be read; a cluster with a
/// service, and with a task to which a key was given when it was started.
fn answer(operation: &str, request: &Value) -> (u16, Value) {
    let task = json!({"taskArn": format!("{ARN}:task/prod/1"), "group": "family:clean",
        "taskDefinitionArn": format!("{ARN}:task-definition/clean:7"),
        "overrides": {"containerOverrides": [{"name": "app", "environment": keys()}]}});
    let service = json!({"serviceName": "shop", "taskDefinition": format!("{ARN}:task-definition/keyed:7")});
    match operation {
        "ListTaskDefinitionFamilies" => (200, json!({"families": ["clean", "keyed", "minio", "broken"]})),
        "ListServices" => (200, json!({"serviceArns": ["shop"]})),
        "DescribeServices" => (200, json!({"services": [service]})),
        "DescribeClusters" => (200, json!({"clusters": [{"clusterArn": format!("{ARN}:cluster/prod")}]})),
        "ListDaemons" => (200, json!({"daemonSummariesList": []})),
        "ListTasks" => (200, json!({"taskArns": ["1"]})),
        "DescribeTasks" => (200, json!({"tasks": [task]})),
        _ => match request["taskDefinition"].as_str().and_then(|name| name.rsplit('/').next()).unwrap() {
            "clean" | "clean:7" => described("clean", &json!([]), "acme/clean"),
            "keyed" | "keyed:7" => described("keyed", &keys(), "acme/keyed"),
            "minio" => described("minio", &json!([]), "minio/minio"),
            _ => (400, json!({"__type": "ClientException", "message": "no such thing"})),
        },
    }
}

fn nothing(operation: &str, _: &Value) -> (u16, Value) {
    match operation {
        "ListTaskDefinitionFamilies" => (200, json!({"families": []})),
        _ => (400, json!({"__type": "AccessDeniedException", "message": "you may not"})),
    }
}

fn ecs(arguments: &[&str]) -> Told {
    let told = Api::start(answer).ecs(tempfile::tempdir().unwrap().path(), arguments);
    assert!(!told.out.contains(SECRET) && !told.err.contains(SECRET));
    told
}

fn report(told: &Told) -> Value {
    serde_json::from_str(&told.out).unwrap()
}

#[test]
fn a_clean_definition_is_one_line() {
    let api = Api::start(answer);
    let told = api.ecs(tempfile::tempdir().unwrap().path(), &["check", "clean"]);
    assert_eq!((told.status, told.err.as_str()), (0, ""));
    assert_eq!(api.bodies(), [json!({"taskDefinition": "clean", "include": ["TAGS"]})]);
    assert!(told.out.starts_with("checked 1 task definition, 1 container in "), "{}", told.out);
}

#[test]
fn a_key_is_found_under_the_revisions_name_with_its_place() {
    let told = ecs(&["check", "keyed", "--format", "json"]);
    assert_eq!(told.status, 1);
    let finding = &report(&told)["findings"][0];
    assert_eq!(finding["rule"], "static-access-key");
    assert_eq!(finding["file"], format!("{ARN}:task-definition/keyed:7"));
    let pointer = finding["pointer"].as_str().unwrap();
    assert!(pointer.starts_with("/taskDefinition/containerDefinitions/0/environment/"), "{pointer}");
}

#[test]
fn every_format_is_written_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["text", "concise", "json", "sarif", "github"] {
        let file = folder.path().join(format);
        let told =
            ecs(&["check", "keyed", "--format", format, "--report", &format!("{format}={}", file.display())]);
        assert_eq!(told.status, 1, "{format}");
        assert!(told.out.contains("static-access-key"), "{format}: {}", told.out);
        let written = std::fs::read_to_string(file).unwrap();
        assert!(written.contains("static-access-key") && !written.contains(SECRET), "{format}");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_loses_nothing_else() {
    let told = ecs(&["check", "clean", "broken"]);
    assert_eq!(told.status, 2);
    assert!(told.err.contains("broken: ClientException: no such thing (request r-1)"), "{}", told.err);
    assert!(told.out.contains("checked 1 task definition"), "{}", told.out);
}

#[test]
fn an_audit_judges_each_family_on_its_own() {
    let told = ecs(&["audit", "--format", "json"]);
    assert_eq!(told.status, 1);
    let report = report(&told);
    // An object server elsewhere in the account excuses no key.
    assert_eq!(report["summary"]["findings"]["deny"], 1);
    assert_eq!(report["summary"]["workloads"], 3);
    assert_eq!(report["unreadable"][0]["file"], "broken");
}

#[test]
fn an_audit_of_a_cluster_tells_what_runs_and_what_overrides_bring() {
    let told = ecs(&["audit", "--cluster", "prod", "--format", "json"]);
    let report = report(&told);
    let findings = report["findings"].as_array().unwrap();
    let keys: Vec<_> = findings.iter().filter(|finding| finding["rule"] == "static-access-key").collect();
    let files: Vec<_> = keys.iter().map(|finding| finding["file"].as_str().unwrap()).collect();
    assert_eq!(files, [format!("{ARN}:task-definition/keyed:7"), format!("{ARN}:task/prod/1")]);
    let said = |finding: &Value| finding["evidence"].as_array().unwrap().last().unwrap()["says"].clone();
    assert_eq!(said(keys[0]), "it runs as service shop in cluster prod");
    assert_eq!(said(keys[1]), "it runs as a task in cluster prod");
}

#[test]
fn the_policy_and_its_exceptions_hold() {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let policy = "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {name: test}\nspec:\n  extends: baseline\n  exceptions:\n    - name: shop\n      owner: team-shop\n      reason: the vendor\n      expires: 2099-01-01\n      rules: [static-access-key]\n      match: {families: [keyed]}\n";
    std::fs::write(folder.path().join("policyctl.yaml"), policy).unwrap();
    let told = Api::start(answer).ecs(folder.path(), &["check", "keyed", "--today", "2026-11-25"]);
    assert_eq!(told.status, 0, "{}{}", told.out, told.err);
    assert!(told.out.contains("1 excepted"), "{}", told.out);
}

#[test]
fn an_api_that_refuses_everything_has_a_status_of_its_own() {
    let api = Api::start(nothing);
    let folder = tempfile::tempdir().unwrap();
    let told = api.ecs(folder.path(), &["check", "clean"]);
    assert_eq!(told.status, 4);
    assert!(told.err.contains("AccessDeniedException: you may not"), "{}", told.err);
    let told = api.ecs(folder.path(), &["audit"]);
    assert_eq!(told.status, 3);
    assert!(told.err.contains("nothing to check"), "{}", told.err);
}
