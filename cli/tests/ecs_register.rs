//! How `policyctl ecs register` ends, and what reaches the API.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:7";
const ROLE: &str = "arn:aws:iam::111122223333:role/checkout-task";
const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// An API that registers everything, or refuses everything, and remembers.
struct Api {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Value>>>,
}

impl Api {
    fn start(refuses: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, bodies) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Value>>>::default());
        let recorded = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                recorded.lock().unwrap().push(answer(stream, refuses));
            }
        });
        Self { address, bodies }
    }

    fn bodies(&self) -> Vec<Value> {
        self.bodies.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, refuses: bool) -> Value {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let body = loop {
        let read = stream.read(&mut chunk).unwrap();
        bytes.extend_from_slice(&chunk[..read]);
        if let Some(body) = whole(&bytes) {
            break body;
        }
    };
    let (status, answer) = if refuses {
        ("400 Bad Request", json!({"__type": "ClientException", "message": "no such thing"}))
    } else {
        ("200 OK", json!({"taskDefinition": {"taskDefinitionArn": ARN}}))
    };
    let answer = answer.to_string();
    let length = answer.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.1\r\n");
    let rest =
        format!("x-amzn-requestid: r-1\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{answer}");
    stream.write_all((head + &rest).as_bytes()).unwrap();
    body
}

/// The body, once all of it is there.
fn whole(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let length: usize = length?;
    (body.len() >= length).then(|| serde_json::from_str(body).unwrap())
}

struct Told {
    status: i32,
    out: String,
    err: String,
}

fn register(api: &Api, folder: &TempDir, arguments: &[&str]) -> Told {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyctl"));
    command.args(["ecs", "register", "taskdef.json"]).args(arguments);
    command.args(["--endpoint-url", &format!("http://{}", api.address), "--region", "eu-west-1"]);
    command.current_dir(folder.path()).env_clear().env("HOME", "/nonexistent");
    command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Told { status: status.code().unwrap(), out: text(stdout), err: text(stderr) }
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
    let (api, clean) = (Api::start(false), definition(&json!([])));
    let told = register(&api, &folder(&clean, None), &[]);
    assert_eq!((told.status, told.out), (0, format!("{ARN}\n")), "{}", told.err);
    assert_eq!(api.bodies(), [clean]);
}

#[test]
fn a_denied_definition_never_reaches_the_api() {
    let api = Api::start(false);
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
fn a_role_is_set_shown_and_registered() {
    let api = Api::start(false);
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
    let api = Api::start(false);
    let told = register(&api, &folder(&definition(&json!([])), None), &["--dry-run"]);
    assert_eq!((told.status, told.out.as_str()), (0, ""), "{}", told.err);
    assert!(api.bodies().is_empty());
}

#[test]
fn a_refusal_of_the_api_is_told_with_a_status_of_its_own() {
    let api = Api::start(true);
    let told = register(&api, &folder(&definition(&json!([])), None), &[]);
    assert_eq!((told.status, told.out.as_str()), (4, ""));
    assert!(told.err.contains("ClientException: no such thing (request r-1)"), "{}", told.err);
}

#[test]
fn json_tells_the_arn_what_was_patched_and_the_report() {
    let api = Api::start(false);
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
    let api = Api::start(false);
    for wrong in [json!([{"name": "a", "image": "b", "cpu": 1}]), json!({"kind": "Pod"}), json!({"image": 1})]
    {
        assert_eq!(register(&api, &folder(&wrong, None), &[]).status, 2, "{wrong}");
    }
    assert!(api.bodies().is_empty());
}
