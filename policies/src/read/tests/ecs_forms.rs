//! The forms in which task definitions are written.

use super::{env, open, yaml};
use crate::workload::{LaunchType, NetworkMode, Os};

#[test]
fn every_form_gives_the_same_task() {
    let forms = [
        "{\"family\": \"f\", \"taskRoleArn\": \"r\", \"containerDefinitions\": [{\"name\": \"c\", \"environment\": [{\"name\": \"A\", \"value\": \"b\"}]}]}",
        "{\"taskDefinition\": {\"family\": \"f\", \"taskRoleArn\": \"r\", \"revision\": 3, \"status\": \"ACTIVE\", \"containerDefinitions\": [{\"name\": \"c\", \"environment\": [{\"name\": \"A\", \"value\": \"b\"}]}]}}",
        "{\"family\": \"f\", \"taskRoleArn\": \"r\", \"volumes\": null, \"proxyConfiguration\": null, \"containerDefinitions\": [{\"name\": \"c\", \"command\": null, \"healthCheck\": null, \"dockerLabels\": null, \"environmentFiles\": null, \"environment\": [{\"name\": \"A\", \"value\": \"b\"}]}]}",
        "{\"Family\": \"f\", \"TaskRoleArn\": \"r\", \"ContainerDefinitions\": [{\"Name\": \"c\", \"Environment\": [{\"Name\": \"A\", \"Value\": \"b\"}]}]}",
        "family: f\ntaskRoleArn: r\ncontainerDefinitions:\n- name: c\n  environment:\n  - name: A\n    value: b\n",
        "family: f\ntaskRoleArn: r\ncontainerDefinitions: [{name: c, environment: {A: b}}]\n",
    ];
    for form in forms {
        let read = yaml(form);
        assert_eq!(read.ids(), [("TaskDefinition", "f")], "{form}");
        assert_eq!(env(read.container()), ["A=b"], "{form}");
        assert_eq!(read.only().task().unwrap().task_role.as_ref().unwrap().name, "r", "{form}");
        assert!(read.only().problems.is_empty(), "{form}");
        assert!(!read.only().task().unwrap().bare);
    }
}

#[test]
fn a_bare_array_is_named_after_its_file_and_its_roles_are_unseen() {
    let read = yaml("[{\"Name\": \"c\", \"Image\": \"i\", \"Essential\": true}, {\"name\": \"d\"}]");
    assert_eq!(read.ids(), [("TaskDefinition", "stem")]);
    assert!(read.only().task().unwrap().bare);
    let names: Vec<_> = read.only().containers.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["c", "d"]);
}

#[test]
fn a_definition_without_a_family_is_named_after_its_file() {
    assert_eq!(yaml("containerDefinitions: []\n").ids(), [("TaskDefinition", "stem")]);
}

#[test]
fn tags_inside_and_beside_are_labels() {
    for text in [
        "family: f\ncontainerDefinitions: []\ntags: [{key: team, value: a}]\n",
        "taskDefinition: {family: f, containerDefinitions: []}\ntags: [{key: team, value: a}]\n",
        "Family: f\nContainerDefinitions: []\nTags: [{Key: team, Value: a}]\n",
        "family: f\ncontainerDefinitions: []\ntags: {team: a}\n",
    ] {
        let read = yaml(text);
        let labels: Vec<_> = read.only().labels.iter().map(|l| (l.key.as_str(), open(&l.value))).collect();
        assert_eq!(labels, [("team", "a")], "{text}");
    }
}

#[test]
fn task_level_fields_are_read() {
    let read = yaml(
        "family: f
taskRoleArn: ''
executionRoleArn: arn:aws:iam::111122223333:role/exec
networkMode: awsvpc
requiresCompatibilities: [FARGATE, EC2, NEW]
compatibilities: [EXTERNAL]
runtimePlatform: {operatingSystemFamily: WINDOWS_SERVER_2022_CORE}
proxyConfiguration: {type: APPMESH, containerName: envoy, properties: [{name: ProxyUID, value: '1337'}]}
containerDefinitions: []
",
    );
    let task = read.only().task().unwrap();
    assert_eq!(task.task_role, None, "the empty string is no role");
    assert_eq!(task.execution_role.as_ref().unwrap().name, "arn:aws:iam::111122223333:role/exec");
    assert_eq!(task.network_mode, Some(NetworkMode::Awsvpc));
    assert_eq!(read.document.pointer(task.network_mode_at.unwrap()), "/networkMode");
    assert_eq!(task.launch_types, [LaunchType::Fargate, LaunchType::Ec2, LaunchType::Other("NEW".into())]);
    assert_eq!(task.os, Some(Os::Windows));
    assert!(read.loose().contains(&("proxy property", "value", "1337")));
}

#[test]
fn what_ecs_found_compatible_counts_only_where_nothing_is_required() {
    let read = yaml("containerDefinitions: []\ncompatibilities: [EC2, FARGATE]\n");
    assert_eq!(read.only().task().unwrap().launch_types, [LaunchType::Ec2, LaunchType::Fargate]);
}

#[test]
fn network_modes_are_known_by_name() {
    for (text, mode) in [
        ("bridge", NetworkMode::Bridge),
        ("host", NetworkMode::Host),
        ("none", NetworkMode::None),
        ("default", NetworkMode::Default),
        ("'${MODE}'", NetworkMode::Other("${MODE}".into())),
    ] {
        let read = yaml(&format!("containerDefinitions: []\nnetworkMode: {text}\n"));
        assert_eq!(read.only().task().unwrap().network_mode, Some(mode));
    }
}
