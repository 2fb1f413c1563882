//! Terraform plans: task definitions whose containers are JSON in a text.

use serde_json::{Value, json};

use super::{Read, env};
use crate::document::{Format, Limits};
use crate::read::{parse, read};
use crate::workload::{LaunchType, NetworkMode, Os};

/// A plan of these changes, as `terraform show -json` prints it: `<`, `>` and `&` are escaped.
fn plan(changes: &[Value]) -> Read {
    let plan = json!({"format_version": "1.2", "terraform_version": "1.9.8", "resource_changes": changes});
    let text = plan.to_string().replace('<', "\\u003c").replace('>', "\\u003e");
    let mut stream = parse(&"plan.json".into(), text.as_bytes(), Format::Json, Limits::default());
    let document = stream.remove(0).unwrap();
    let contents = read(&document, "plan");
    Read { document, contents }
}

/// What becomes of a task definition `aws_ecs_task_definition.web`.
fn change(after: &Value, unknown: &Value) -> Value {
    json!({
        "address": "aws_ecs_task_definition.web", "mode": "managed", "type": "aws_ecs_task_definition", "name": "web",
        "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown},
    })
}

/// A task definition with one container, and with these members.
fn of(members: Value) -> Read {
    let mut after =
        json!({"family": "shop", "container_definitions": text(&json!([{"name": "app", "image": "nginx"}]))});
    let Value::Object(members) = members else { panic!("members are an object") };
    after.as_object_mut().unwrap().extend(members);
    plan(&[change(&after, &json!({}))])
}

fn text(containers: &Value) -> String {
    containers.to_string()
}

#[test]
fn containers_are_read_out_of_their_text() {
    let containers = json!([{"name": "app", "image": "nginx", "environment": [{"name": "A", "value": "x\n\"ä\u{1f600}<y>"}]}]);
    let read = of(json!({"container_definitions": text(&containers)}));
    assert_eq!(read.ids(), [("TaskDefinition", "shop")]);
    assert_eq!(env(read.container()), ["A=x\n\"ä\u{1f600}<y>"]);
    let value = read.document.node(read.container().env[0].value_at);
    assert_eq!(
        value.pointer(),
        "/resource_changes/0/change/after/container_definitions/0/environment/0/value"
    );
    assert!(value.is_copied(), "what stands in a text cannot be changed");
}

#[test]
fn the_members_around_them_are_spelled_as_the_provider_does() {
    let read = of(json!({
        "task_role_arn": "arn:aws:iam::111122223333:role/shop", "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"],
        "runtime_platform": [{"cpu_architecture": "X86_64", "operating_system_family": "WINDOWS_SERVER_2022_CORE"}],
        "proxy_configuration": [], "tags": {"team": "a"},
        "volume": [
            {"name": "host", "host_path": "/var/data", "docker_volume_configuration": [], "efs_volume_configuration": []},
            {"name": "efs", "host_path": "", "docker_volume_configuration": [], "efs_volume_configuration": [{"file_system_id": "fs-1"}]},
            {"name": "docker", "host_path": "", "docker_volume_configuration": [{"driver": "rexray"}], "efs_volume_configuration": []},
        ],
    }));
    let workload = read.only();
    let task = workload.task().unwrap();
    assert_eq!(task.task_role.as_ref().unwrap().name, "arn:aws:iam::111122223333:role/shop");
    assert_eq!(task.network_mode, Some(NetworkMode::Awsvpc));
    assert_eq!(task.launch_types, [LaunchType::Fargate]);
    assert_eq!(task.os, Some(Os::Windows));
    assert_eq!(workload.labels[0].key, "team");
    let sources: Vec<_> = workload.volumes.iter().map(|volume| format!("{:?}", volume.source)).collect();
    assert_eq!(sources, [r#"Host("/var/data")"#, r#"Other("efs")"#, r#"Other("rexray")"#]);
    assert!(workload.problems.is_empty(), "{:?}", read.problems());
}

#[test]
fn a_role_that_is_not_known_yet_is_a_role() {
    let after = json!({"family": "shop", "container_definitions": "[]"});
    let unknown = json!({"task_role_arn": true, "execution_role_arn": false, "arn": true});
    let read = plan(&[change(&after, &unknown)]);
    let task = read.only().task().unwrap();
    assert_eq!(task.task_role.as_ref().unwrap().name, "${aws_ecs_task_definition.web.task_role_arn}");
    assert!(task.execution_role.is_none());
}

#[test]
fn what_is_known_after_the_apply_only_is_said_to_be_missing() {
    let read =
        plan(&[change(&json!({"family": "shop"}), &json!({"container_definitions": true, "id": true}))]);
    let missing = "/resource_changes/0/change/after_unknown/container_definitions".to_owned();
    assert_eq!(read.problems(), [(missing, "a value that is known before the apply")]);
}

#[test]
fn a_text_that_is_no_json_is_a_problem_and_searched_for_keys_all_the_same() {
    let broken = format!("[{{ {} }}", concat!("AKIA", "Q3EGPOLICY2CTL7A"));
    let read = of(json!({"container_definitions": broken}));
    let place = "/resource_changes/0/change/after/container_definitions".to_owned();
    assert_eq!(read.problems(), [(place, "a list of container definitions")]);
    assert!(read.loose().iter().any(|(_, _, text)| *text == broken));
}

#[test]
fn only_what_is_managed_and_there_after_the_apply_is_read() {
    let definition = change(&json!({"family": "kept", "container_definitions": "[]"}), &json!({}));
    let edited = |key: &str, value: Value| {
        let mut change = definition.clone();
        *change.pointer_mut(key).unwrap() = value;
        change
    };
    let read = plan(&[
        definition.clone(),
        edited("/change/after", Value::Null),
        edited("/mode", json!("data")),
        edited("/type", json!("aws_ecs_service")),
        edited("/change/after/family", json!("module")),
    ]);
    assert_eq!(read.ids(), [("TaskDefinition", "kept"), ("TaskDefinition", "module")]);
}
