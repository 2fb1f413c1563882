//! Definitions that a request names: looked at as they would run, warned about, and denied where the policy is strict.

use policyctl_ecs::gateway::settings::Settings;
use policyctl_policies::finding::Level;
use policyctl_policies::policy::{Bundle, Policy, RuleLevel, Setting};
use serde_json::{Value, json};

use crate::support::{
    Behaviour, KEY_ID, REGION, SECRET, Stage, anywhere, credentials, definition, impatient, keyed, signature,
};

const ARN: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:7";

/// Every operation that names a definition, with a request that does.
fn naming(reference: &str) -> [(&'static str, Value); 7] {
    [
        ("RunTask", json!({"taskDefinition": reference, "cluster": "c"})),
        ("StartTask", json!({"taskDefinition": reference, "containerInstances": ["i"]})),
        ("CreateService", json!({"serviceName": "s", "taskDefinition": reference})),
        ("UpdateService", json!({"service": "s", "taskDefinition": reference})),
        ("CreateTaskSet", json!({"service": "s", "cluster": "c", "taskDefinition": reference})),
        ("CreateExpressGatewayService", json!({"serviceName": "s", "taskDefinitionArn": reference})),
        ("UpdateExpressGatewayService", json!({"serviceArn": "s", "taskDefinitionArn": reference})),
    ]
}

/// A service as DescribeTaskDefinition tells it.
fn described(mut definition: Value) -> Value {
    for (member, value) in [
        ("taskDefinitionArn", json!(ARN)),
        ("revision", json!(7)),
        ("status", json!("ACTIVE")),
        ("compatibilities", json!(["EC2", "FARGATE"])),
        ("registeredAt", json!(1_764_000_000.5)),
    ] {
        definition[member] = value;
    }
    definition
}

async fn before(policy: Policy) -> Stage {
    let stage = Stage::with(policy, impatient()).await;
    stage.recorder.knows("keyed:7", described(keyed()));
    stage.recorder.knows(ARN, described(keyed()));
    stage.recorder.knows("clean:7", described(definition(&json!([]))));
    stage.recorder.knows("clean", described(definition(&json!([]))));
    stage
}

fn strict() -> Policy {
    Policy::bundled(Bundle::Strict)
}

/// The policy that denies what cannot be read.
fn wary() -> Policy {
    let mut policy = Policy::default();
    let everywhere = Some(Setting::Raise(Level::Deny));
    policy.levels.rules.insert("unreadable-input".into(), RuleLevel { everywhere, doors: Vec::new() });
    policy
}

#[tokio::test]
async fn one_that_would_be_refused_today_is_warned_about_and_runs() {
    let stage = before(Policy::default()).await;
    for (operation, request) in naming("keyed:7") {
        let answered = stage.call(operation, request.to_string()).await;
        assert_eq!(answered.status, 200, "{operation}");
        let said = "task definition keyed:7 would be refused today: container `api`: AWS_ACCESS_KEY_ID";
        assert!(answered.warning().starts_with(said), "{operation}: {}", answered.warning());
        assert!(answered.warning().contains("[static-access-key]"), "{operation}");
        assert!(!answered.warning().contains(SECRET) && !answered.warning().contains(KEY_ID), "{operation}");
        assert_eq!(stage.recorder.requests().last().unwrap().body, request.to_string());
    }
}

#[tokio::test]
async fn a_strict_policy_denies_it() {
    let stage = before(strict()).await;
    for reference in ["keyed:7", ARN] {
        for (operation, request) in naming(reference) {
            let answered = stage.call(operation, request.to_string()).await;
            assert_eq!(answered.kind(), "AccessDeniedException", "{operation} {reference}");
            let name = reference.rsplit('/').next().unwrap();
            let said = format!("policyctl: task definition {name}: container `api`");
            assert!(answered.message().starts_with(&said), "{}", answered.message());
            assert!(answered.json()["details"][0]["rule"] == "static-access-key", "{operation}");
        }
    }
    assert!(stage.recorder.requests().is_empty());
}

#[tokio::test]
async fn one_that_would_be_registered_is_not_spoken_of() {
    let stage = before(strict()).await;
    for (operation, request) in naming("clean:7") {
        let answered = stage.call(operation, request.to_string()).await;
        assert_eq!((answered.status.as_u16(), answered.warning()), (200, ""), "{operation}");
    }
}

#[tokio::test]
async fn the_gateway_asks_as_itself_and_with_tags() {
    let stage = before(Policy::default()).await;
    stage.call("RunTask", json!({"taskDefinition": "clean:7"}).to_string()).await;
    let asked = stage.recorder.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].json(), json!({"taskDefinition": "clean:7", "include": ["TAGS"]}));
    assert!(signature::verifies(&asked[0], credentials(), REGION));
}

#[tokio::test]
async fn a_revision_is_asked_for_once() {
    let stage = before(Policy::default()).await;
    for _ in 0..3 {
        for reference in ["clean:7", "keyed:7"] {
            stage.call("RunTask", json!({"taskDefinition": reference}).to_string()).await;
        }
    }
    assert_eq!(stage.recorder.asked().len(), 2);
}

#[tokio::test]
async fn a_daemons_definition_is_asked_for_by_its_own_operation() {
    let stage = before(strict()).await;
    for operation in ["CreateDaemon", "UpdateDaemon"] {
        let request = json!({"daemonTaskDefinitionArn": ARN}).to_string();
        assert_eq!(stage.call(operation, request).await.kind(), "AccessDeniedException", "{operation}");
    }
    let asked = stage.recorder.asked();
    assert!(asked[0].header("x-amz-target").ends_with(".DescribeDaemonTaskDefinition"));
    assert_eq!(asked[0].json(), json!({"daemonTaskDefinition": ARN}));
}

#[tokio::test]
async fn it_is_examined_as_the_overrides_leave_it() {
    let stage = before(strict()).await;
    let emptied =
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| json!({"name": name, "value": ""}));
    let request = json!({"taskDefinition": "keyed:7", "overrides": {"containerOverrides": [
        {"name": "api", "environment": emptied}]}});
    let answered = stage.call("RunTask", request.to_string()).await;
    assert_eq!(answered.status, 200, "{}", String::from_utf8_lossy(&answered.body));
    let other = json!({"taskDefinition": "keyed:7", "overrides": {"containerOverrides": [
        {"name": "other", "environment": emptied}]}});
    assert_eq!(stage.call("RunTask", other.to_string()).await.kind(), "AccessDeniedException");
}

#[tokio::test]
async fn an_update_that_names_none_is_forwarded_as_it_is() {
    let stage = before(strict()).await;
    let request = json!({"service": "s", "desiredCount": 3}).to_string();
    assert_eq!(stage.call("UpdateService", request.clone()).await.status, 200);
    assert_eq!(stage.recorder.only().body, request);
    assert!(stage.recorder.asked().is_empty());
}

/// Every way in which nobody can look, and whether ECS itself knows no such definition.
const BLIND: [(Behaviour, bool, &str); 6] = [
    (Behaviour::With(400, r#"{"__type":"ClientException","message":"Unable"}"#), true, "knows no such"),
    (Behaviour::With(400, r#"{"__type":"com.amazonaws.ecs#AccessDeniedException"}"#), false, "refuses"),
    (Behaviour::With(400, r#"{"__type":"ThrottlingException"}"#), false, "could not describe"),
    (Behaviour::With(200, "{}"), false, "cannot be read"),
    (Behaviour::Hangs, false, "in time"),
    (Behaviour::Cuts, false, "broke off"),
];

#[tokio::test]
async fn one_that_nobody_could_look_at_runs_and_this_is_said() {
    let stage = before(Policy::default()).await;
    for (behaviour, _, said) in BLIND {
        stage.recorder.describe(behaviour);
        let answered = stage.call("RunTask", json!({"taskDefinition": "keyed:7"}).to_string()).await;
        assert_eq!(answered.status, 200, "{said}");
        let warning = answered.warning();
        assert!(warning.starts_with("task definition keyed:7 was not examined: "), "{warning}");
        assert!(warning.contains(said), "{warning}");
    }
}

#[tokio::test]
async fn a_policy_that_denies_what_cannot_be_read_denies_it() {
    let stage = before(wary()).await;
    for (behaviour, unknown, said) in BLIND {
        stage.recorder.describe(behaviour);
        let answered = stage.call("RunTask", json!({"taskDefinition": "keyed:7"}).to_string()).await;
        assert_eq!(answered.status == 200, unknown, "{said}");
    }
    assert_eq!(stage.recorder.requests().len(), 1, "only what ECS refuses itself is forwarded");
}

#[tokio::test]
async fn nobody_looks_where_the_operator_does_not_want_it() {
    let mut bounds = anywhere().bounds;
    bounds.describe = std::time::Duration::ZERO;
    let stage = Stage::set(strict(), Settings { bounds, ..anywhere() }).await;
    let answered = stage.call("RunTask", json!({"taskDefinition": "keyed:7"}).to_string()).await;
    assert_eq!((answered.status.as_u16(), answered.warning()), (200, ""));
    assert!(stage.recorder.asked().is_empty());
}

#[tokio::test]
async fn a_request_that_names_one_is_read_for_certain_or_refused() {
    let stage = before(Policy::default()).await;
    for body in [
        "{",
        "[]",
        r#"{"taskDefinition":"clean:7","taskDefinition":"keyed:7"}"#,
        r#"{"taskDefinition":"clean:7","TaskDefinition":"keyed:7"}"#,
        r#"{"taskDefinition":["keyed:7"]}"#,
    ] {
        for operation in ["RunTask", "CreateService", "UpdateService"] {
            assert_eq!(stage.call(operation, body).await.kind(), "ClientException", "{operation} {body}");
        }
    }
    assert!(stage.recorder.requests().is_empty() && stage.recorder.asked().is_empty());
}
