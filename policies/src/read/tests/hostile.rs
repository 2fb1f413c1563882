//! Any field of any shape: never a panic, and never a key that is lost from sight.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Read, open};
use crate::document::{Format, Limits, parse};
use crate::read::read;
use crate::workload::{Value, Workload};

const MARK: &str = "the text that must stay in sight";

fn pod() -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "d", "namespace": "n", "labels": {"a": "b"}, "annotations": {"a": "b"}},
        "spec": {"template": {
            "metadata": {"labels": {"a": "b"}, "annotations": {"a": "b"}},
            "spec": {
                "serviceAccountName": "s", "hostNetwork": true, "nodeSelector": {"kubernetes.io/os": "linux"},
                "os": {"name": "linux"}, "securityContext": {"runAsUser": 1},
                "initContainers": [{"name": "i", "restartPolicy": "Always"}],
                "containers": [{
                    "name": "c", "image": "i", "command": ["a"], "args": ["a"],
                    "env": [{"name": "A", "value": "b"}, {"name": "R", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
                    "envFrom": [{"prefix": "p", "secretRef": {"name": "s"}}],
                    "livenessProbe": {"exec": {"command": ["a"]}},
                    "lifecycle": {"preStop": {"exec": {"command": ["a"]}}},
                    "volumeMounts": [{"name": "v", "mountPath": "/p", "subPath": "s"}]
                }],
                "volumes": [
                    {"name": "v", "secret": {"secretName": "s", "items": [{"key": "k", "path": "p"}]}},
                    {"name": "w", "projected": {"sources": [{"serviceAccountToken": {"path": "p", "expirationSeconds": 1}}]}},
                    {"name": "x", "csi": {"driver": "d", "volumeAttributes": {"a": "b"}}}
                ]
            }
        }}
    })
}

fn task() -> Json {
    json!({
        "family": "f", "taskRoleArn": "r", "executionRoleArn": "r", "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"], "runtimePlatform": {"operatingSystemFamily": "LINUX"},
        "proxyConfiguration": {"properties": [{"name": "a", "value": "b"}]},
        "tags": [{"key": "k", "value": "v"}],
        "volumes": [{"name": "v", "dockerVolumeConfiguration": {"driver": "d", "driverOpts": {"a": "b"}}}],
        "containerDefinitions": [{
            "name": "c", "image": "i", "entryPoint": ["a"], "command": ["a"], "user": "1", "links": ["l"],
            "environment": [{"name": "A", "value": "b"}], "secrets": [{"name": "S", "valueFrom": "p"}],
            "environmentFiles": [{"value": "f"}], "dockerLabels": {"a": "b"},
            "logConfiguration": {"logDriver": "d", "options": {"a": "b"}, "secretOptions": [{"name": "S", "valueFrom": "p"}]},
            "firelensConfiguration": {"options": {"a": "b"}},
            "healthCheck": {"command": ["a"]}, "disableNetworking": false,
            "mountPoints": [{"sourceVolume": "v", "containerPath": "/p"}], "volumesFrom": [{"sourceContainer": "x"}]
        }]
    })
}

fn objects() -> [Json; 4] {
    let of = |kind: &str, version: &str, body: Json| {
        let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "o", "annotations": {"a": "b"}}});
        object.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        object
    };
    let rule = json!({"to": [{"ipBlock": {"cidr": "c", "except": ["e"]}}, {"podSelector": {"matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}]}}], "ports": [{"port": 1, "endPort": 2}]});
    [
        of("Secret", "v1", json!({"data": {"a": "Yg=="}, "stringData": {"a": "b"}})),
        of("ServiceAccount", "v1", json!({})),
        of(
            "NetworkPolicy",
            "networking.k8s.io/v1",
            json!({"spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [rule]}}),
        ),
        of(
            "Workflow",
            "argoproj.io/v1alpha1",
            json!({"spec": {"templates": [{"name": "t", "container": {"image": "i"}, "sidecars": [{"name": "s"}]}]}}),
        ),
    ]
}

fn read_json(value: &Json) -> Read {
    let name: Arc<str> = "hostile.json".into();
    let document =
        parse(&name, value.to_string().as_bytes(), Format::Json, Limits::default()).remove(0).unwrap();
    let contents = read(&document, "hostile");
    Read { document, contents }
}

/// The pointers of every value below a value.
fn pointers(value: &Json, here: &str, all: &mut Vec<String>) {
    let members: Vec<(String, &Json)> = match value {
        Json::Object(members) => members.iter().map(|(key, value)| (key.replace('/', "~1"), value)).collect(),
        Json::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (token, member) in members {
        let pointer = format!("{here}/{token}");
        pointers(member, &pointer, all);
        all.push(pointer);
    }
}

fn replaced(sample: &Json, pointer: &str, by: Json) -> Json {
    let mut changed = sample.clone();
    *changed.pointer_mut(pointer).unwrap() = by;
    changed
}

#[test]
fn no_shape_of_any_field_is_a_panic() {
    for sample in [pod(), task()].into_iter().chain(objects()) {
        let mut all = vec![String::new()];
        pointers(&sample, "", &mut all);
        for pointer in &all {
            for shape in [json!(null), json!([]), json!({}), json!(3), json!("text"), json!([{"a": [null]}])]
            {
                read_json(&replaced(&sample, pointer, shape));
            }
        }
    }
}

#[test]
fn a_key_in_any_place_is_never_shown() {
    let keys = [concat!("AKIA", "Q3EGPOLICY2CTL7A"), concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kSaE4uI3o9")];
    for sample in [pod(), task()].into_iter().chain(objects()) {
        let mut all = Vec::new();
        pointers(&sample, "", &mut all);
        for (pointer, key) in all.iter().flat_map(|pointer| keys.map(|key| (pointer, key))) {
            for planted in [json!(key), json!(format!("x={key}")), json!([{ key: key }])] {
                let mut contents = read_json(&replaced(&sample, pointer, planted)).contents;
                // Selectors are compared with labels and shown nowhere.
                contents.network_policies.clear();
                assert!(!format!("{contents:?}").contains(key), "shown at {pointer}");
            }
        }
    }
}

/// Identities decide whether and as what a document is read: they are not among the fields of a workload.
fn is_identity(pointer: &str) -> bool {
    ["/apiVersion", "/kind", "/metadata", "/metadata/name", "/metadata/namespace", "/spec"].contains(&pointer)
}

#[test]
fn a_key_in_a_field_of_the_wrong_shape_stays_in_sight() {
    for sample in [pod(), task()] {
        let mut all = Vec::new();
        pointers(&sample, "", &mut all);
        all.retain(|pointer| !is_identity(pointer));
        all.retain(|pointer| {
            let read = read_json(&replaced(&sample, pointer, json!([[{ "x": MARK }]])));
            !read.contents.workloads.iter().any(shows_mark)
        });
        assert!(all.is_empty(), "lost at {all:#?}");
    }
}

fn shows_mark(workload: &Workload) -> bool {
    let labels = workload.labels.iter().chain(&workload.annotations).map(|label| &label.value);
    let loose = workload.loose.iter().map(|loose| &loose.text);
    let words = workload.containers.iter().flat_map(|c| &c.commands).flat_map(|command| &command.words);
    let mut texts = labels.chain(loose).chain(words.map(|word| &word.text));
    let literals =
        workload.containers.iter().flat_map(|c| c.env.iter().map(|var| &var.value)).filter_map(|value| {
            match value {
                Value::Literal(text) => Some(open(text)),
                _ => None,
            }
        });
    texts.any(|text| open(text) == MARK) || literals.into_iter().any(|text| text == MARK)
}
