//! How `policyctl ecs register` ends, and what reaches the API.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;

use api::{Api, Told};
use serde_json::{Value, json};
use tempfile::TempDir;

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:7";
const ROLE: &str = "arn:aws:iam::111122223333:role/checkout-task";
const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn registers(_: &str, _: &Value) -> (u16, Value) {
    (200, json!({"taskDefinition": {"taskDefinitionArn": ARN}}))
}

fn refuses(_: &str, _: &Value) -> (u16, Value) {
    (400, json!({"__type": "ClientException", "message": "no such thing"}))
}

fn register(api: &Api, folder: &TempDir, arguments: &[&str]) -> Told {
    api.ecs(folder.path(), &[&["register", "taskdef.json"], arguments].concat())
}

fn folder(definition: &Value, policy: Option<&str>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("taskdef.json"), definition.to_string()).unwrap();
    if let Some(policy) = policy {
        std::fs::write(folder.path().join("policyctl.yaml"), policy).unwrap();
    }
    folder
}

fn definition(environment: &Value) -> Value {
    json!({
        "family": "checkout", "futureField": 7,
        "containerDefinitions": [{"name": "api", "image": "acme/checkout", "environment": environment}],
    })
}

fn keyed() -> Value {
    definition(&json!([
        {"name": "AWS_ACCESS_KEY_ID", "value": KEY_ID},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET},
    ]))
}

fn mapped() -> String {
    format!(
        "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {{name: test}}\nspec:\n  extends: baseline\n  roles:\n    ecs:\n      - name: checkout\n        match: {{families: [checkout]}}\n        taskRoleArn: {ROLE}\n"
    )
}

#[test]
fn a_clean_definition_is_registered_with_members_nobody_knows() {
    let (api, clean) = (Api::start(registers), definition(&json!([])));
    let told = register(&api, &folder(&clean, None), &[]);
    assert_eq!((told.status, told.out), (0, format!("{ARN}\n")), "{}", told.err);
    assert_eq!(api.bodies(), [clean]);
}

#[test]
fn a_denied_definition_never_reaches_the_api() {
    let api = Api::start(registers);
    let told = register(&api, &folder(&keyed(), None), &[]);
    assert_eq!((told.status, told.out.as_str()), (1, ""));
    assert!(
        told.err.contains("static-access-key") && told.err.contains("nothing was registered"),
        "{}",
        told.err
    );
    assert!(!told.err.contains(SECRET));
    assert!(api.bodies().is_empty());
}

#[test]
fn the_level_at_which_nothing_is_registered_is_a_choice() {
    let needy = definition(&json!([{"name": "BUCKET", "value": "s3://acme-orders"}]));
    for (file, level, status) in
        [(&needy, "deny", 0), (&needy, "warn", 1), (&keyed(), "deny", 1), (&keyed(), "never", 0)]
    {
        let api = Api::start(registers);
        let told = register(&api, &folder(file, None), &["--fail-on", level]);
        assert_eq!(
            (told.status, api.bodies().len()),
            (status, usize::from(status == 0)),
            "{level}: {}",
            told.err
        );
    }
}

#[test]
fn a_description_is_registered_without_what_a_request_has_not() {
    let mut described = definition(&json!([]));
    let request = described.clone();
    for member in
        ["taskDefinitionArn", "status", "registeredBy", "registeredAt", "deregisteredAt", "deleteRequestedAt"]
    {
        described[member] = json!("x");
    }
    for (member, value) in
        [("revision", json!(7)), ("requiresAttributes", json!([])), ("compatibilities", json!(["EC2"]))]
    {
        described[member] = value;
    }
    let api = Api::start(registers);
    let told = register(&api, &folder(&json!({"taskDefinition": described, "tags": []}), None), &[]);
    assert_eq!(told.status, 0, "{}", told.err);
    let mut arrived = api.bodies()[0].clone();
    arrived.as_object_mut().unwrap().remove("tags");
    assert_eq!(arrived, request);
}

#[test]
fn a_role_is_set_shown_and_registered() {
    let api = Api::start(registers);
    let needy = definition(&json!([{"name": "BUCKET", "value": "s3://acme-orders"}]));
    let told = register(&api, &folder(&needy, Some(&mapped())), &["--tags", "team=a,tier=1"]);
    assert_eq!(told.status, 0, "{}", told.err);
    assert!(told.err.contains(&format!("+   \"taskRoleArn\": \"{ROLE}\"")), "{}", told.err);
    let body = &api.bodies()[0];
    assert_eq!(body["taskRoleArn"], ROLE);
    assert_eq!(body["tags"], json!([{"key": "team", "value": "a"}, {"key": "tier", "value": "1"}]));
}

#[test]
fn a_dry_run_calls_nobody() {
    let api = Api::start(registers);
    let told = register(&api, &folder(&definition(&json!([])), None), &["--dry-run"]);
    assert_eq!((told.status, told.out.as_str()), (0, ""), "{}", told.err);
    assert!(api.bodies().is_empty());
}

#[test]
fn a_refusal_of_the_api_is_told_with_a_status_of_its_own() {
    let api = Api::start(refuses);
    let told = register(&api, &folder(&definition(&json!([])), None), &[]);
    assert_eq!((told.status, told.out.as_str()), (4, ""));
    assert!(told.err.contains("ClientException: no such thing (request r-1)"), "{}", told.err);
}

#[test]
fn where_iam_is_asked_and_silent_nothing_is_registered_and_what_is_denied_is_told_all_the_same() {
    let with_role = |mut definition: Value| {
        definition["taskRoleArn"] = json!(ROLE);
        definition
    };
    for (definition, status, says) in [
        (with_role(definition(&json!([]))), 4, "nothing was registered: whether ECS tasks can assume"),
        (with_role(keyed()), 1, "static-access-key"),
        (definition(&json!([])), 0, ""),
    ] {
        let api = Api::start(registers);
        let told = register(&api, &folder(&definition, None), &["--read-roles"]);
        assert_eq!(told.status, status, "{}", told.err);
        assert!(told.err.contains(says), "{}", told.err);
        assert_eq!(api.bodies().len(), usize::from(status == 0));
    }
}

#[test]
fn json_tells_the_arn_what_was_patched_and_the_report() {
    let api = Api::start(registers);
    let needy = definition(&json!([{"name": "BUCKET", "value": "s3://acme-orders"}]));
    let told = register(&api, &folder(&needy, Some(&mapped())), &["--format", "json"]);
    let told: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["task_definition_arn"], ARN);
    assert_eq!(told["patched"], json!(["task-role"]));
    assert_eq!(told["report"]["schema_version"], 1);
    let told = register(&api, &folder(&keyed(), None), &["--format", "json"]);
    let told: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["task_definition_arn"], Value::Null);
    assert_eq!(told["report"]["summary"]["findings"]["deny"], 1);
}

#[test]
fn what_is_no_task_definition_is_trouble() {
    let api = Api::start(registers);
    for wrong in [json!([{"name": "a", "image": "b", "cpu": 1}]), json!({"kind": "Pod"}), json!({"image": 1})]
    {
        assert_eq!(register(&api, &folder(&wrong, None), &[]).status, 2, "{wrong}");
    }
    assert!(api.bodies().is_empty());
}
