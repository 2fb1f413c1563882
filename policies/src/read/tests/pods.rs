//! What is read of a pod.

use super::{Read, commands, env, open, yaml};
use crate::workload::{Os, Store, VolumeSource};

fn pod(spec: &str) -> Read {
    yaml(&format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{spec}"))
}

#[test]
fn variables_keep_their_order_and_say_where_their_values_are() {
    let read = pod("  containers:
  - name: c
    image: acme/app:1
    env:
    - {name: A, value: one}
    - {name: N, value: 8080}
    - {name: B, value: true}
    - {name: EMPTY, value: ''}
    - {name: ALONE}
    - {name: S, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}
    - {name: M, valueFrom: {configMapKeyRef: {name: m, key: k}}}
    - {name: F, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: A, value: two}
    envFrom:
    - {prefix: P_, secretRef: {name: bulk, optional: true}}
    - {configMapRef: {name: settings}}
");
    let container = read.container();
    assert_eq!(
        env(container),
        [
            "A=one",
            "N=8080",
            "B=true",
            "EMPTY=",
            "ALONE=nothing",
            "S=Secret:s:k?",
            "M=ConfigMap:m:k",
            "F=field",
            "A=two"
        ]
    );
    assert_eq!(open(container.var("A").unwrap().literal().unwrap()), "two");
    let pointers = |at| read.document.pointer(at);
    assert_eq!(pointers(container.env_at.unwrap()), "/spec/containers/0/env");
    assert_eq!(pointers(container.env[0].at), "/spec/containers/0/env/0");
    assert_eq!(pointers(container.env[0].value_at), "/spec/containers/0/env/0/value");
    assert_eq!(pointers(container.env[5].value_at), "/spec/containers/0/env/5/valueFrom/secretKeyRef");
    let sources: Vec<_> = container
        .env_sources
        .iter()
        .map(|s| (s.from.store, s.from.object.as_str(), s.prefix.as_str(), s.from.optional))
        .collect();
    assert_eq!(sources, [(Store::Secret, "bulk", "P_", true), (Store::ConfigMap, "settings", "", false)]);
    assert_eq!(container.image.as_ref().unwrap().name, "acme/app:1");
    assert!(read.only().problems.is_empty());
}

#[test]
fn everything_that_is_run_is_a_command() {
    let read = pod("  containers:
  - name: c
    command: [sh, -c]
    args: [run, 8]
    livenessProbe: {exec: {command: [live]}}
    readinessProbe: {httpGet: {path: /ok, httpHeaders: [{name: X, value: token}]}}
    startupProbe: {exec: {command: [start]}}
    lifecycle: {postStart: {exec: {command: [up]}}, preStop: {exec: {command: [down]}}}
");
    assert_eq!(
        commands(read.container()),
        ["EntryPoint: sh -c", "Arguments: run 8", "Check: live", "Check: start", "Check: up", "Check: down"]
    );
    assert!(read.loose().contains(&("probe request", "value", "token")));
}

#[test]
fn volumes_say_what_they_hold() {
    let read = pod("  containers:
  - name: c
    volumeMounts:
    - {name: keys, mountPath: /root/.aws}
    - {name: conf, mountPath: /etc/app/config, subPath: config}
  volumes:
  - {name: keys, secret: {secretName: aws, items: [{key: creds, path: credentials}], optional: true}}
  - {name: conf, configMap: {name: settings}}
  - {name: host, hostPath: {path: /root/.aws}}
  - {name: drive, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: spc}}}
  - {name: tmp, emptyDir: {}}
  - name: all
    projected:
      sources:
      - {serviceAccountToken: {audience: sts.amazonaws.com, expirationSeconds: 3600, path: token}}
      - {secret: {name: extra}}
      - {downwardAPI: {}}
");
    let of = |name: &str| &read.only().volume(name).unwrap().source;
    let VolumeSource::Object(reference, items) = of("keys") else { panic!("a Secret") };
    assert_eq!((reference.object.as_str(), reference.optional), ("aws", true));
    let items: Vec<_> = items.iter().map(|(key, path)| (key.as_str(), path.as_str())).collect();
    assert_eq!(items, [("creds", "credentials")]);
    assert!(matches!(of("conf"), VolumeSource::Object(r, _) if r.store == Store::ConfigMap));
    assert!(matches!(of("host"), VolumeSource::Host(path) if path == "/root/.aws"));
    assert!(matches!(of("drive"), VolumeSource::Other(driver) if driver == "secrets-store.csi.k8s.io"));
    assert!(matches!(of("tmp"), VolumeSource::Other(kind) if kind == "emptyDir"));
    let VolumeSource::Several(sources) = of("all") else { panic!("projected") };
    assert!(matches!(&sources[0], VolumeSource::Token { audience: Some(a), path, expiration: Some(3600) }
        if a == "sts.amazonaws.com" && path == "token"));
    assert!(matches!(&sources[1], VolumeSource::Object(r, _) if r.object == "extra"));
    let mounts: Vec<_> =
        read.container().mounts.iter().map(|m| (m.path.as_str(), m.sub_path.as_deref())).collect();
    assert_eq!(mounts, [("/root/.aws", None), ("/etc/app/config", Some("config"))]);
}

#[test]
fn a_pod_says_where_and_as_whom_it_runs() {
    let affinity = |values: &str| {
        format!(
            "  affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: [{{key: kubernetes.io/os, operator: In, values: {values}}}]}}]}}}}}}\n"
        )
    };
    for (spec, os) in [
        ("  os: {name: windows}\n".to_owned(), Some(Os::Windows)),
        ("  nodeSelector: {kubernetes.io/os: windows}\n".to_owned(), Some(Os::Windows)),
        ("  nodeSelector: {beta.kubernetes.io/os: linux}\n".to_owned(), Some(Os::Linux)),
        (affinity("[windows]"), Some(Os::Windows)),
        (affinity("[windows, linux]"), None),
        ("  hostNetwork: false\n".to_owned(), None),
    ] {
        assert_eq!(pod(&spec).only().pod().unwrap().os, os, "{spec}");
    }
    let told = |spec: &str| pod(spec).only().pod().unwrap().clone();
    assert!(told("  hostNetwork: true\n").host_network);
    assert!(told("  nodeSelector: {eks.amazonaws.com/compute-type: fargate}\n").fargate);
    assert!(told("  schedulerName: fargate-scheduler\n").fargate);
    assert!(told("  nodeName: ip-10-0-0-1\n").runs);
    assert!(!told("  containers: []\n").runs);
    assert_eq!(told("  serviceAccount: older\n").service_account.unwrap().name, "older");
    assert_eq!(
        told("  serviceAccount: older\n  serviceAccountName: newer\n").service_account.unwrap().name,
        "newer"
    );
    assert_eq!(told("  serviceAccountName: ''\n").service_account, None);
}

#[test]
fn a_pod_that_exists_is_told_from_a_manifest() {
    for (text, runs) in [("status: {phase: Running}", true), ("status: {}", false), ("status: null", false)] {
        let read = yaml(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: []}}\n{text}\n"
        ));
        assert_eq!(read.only().pod().unwrap().runs, runs, "{text}");
    }
}

#[test]
fn users_are_the_containers_own_or_the_pods() {
    let read = pod(
        "  securityContext: {runAsUser: 1000}\n  containers: [{name: a}, {name: b, securityContext: {runAsUser: 0}}]\n",
    );
    let users: Vec<_> = read.only().containers.iter().map(|c| c.user).collect();
    assert_eq!(users, [Some(1000), Some(0)]);
}

#[test]
fn metadata_of_the_template_is_the_pods_and_the_objects_is_loose() {
    let read = yaml(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: d
  labels: {tier: outer}
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{}'
    note: text
spec:
  template:
    metadata:
      labels: {app: d}
      annotations: {policyctl.dev/sdk: boto3}
    spec: {containers: [{name: c}]}
",
    );
    let workload = read.only();
    assert_eq!((workload.labels[0].key.as_str(), open(&workload.labels[0].value)), ("app", "d"));
    assert_eq!(workload.annotations[0].key, "policyctl.dev/sdk");
    assert_eq!(read.loose(), [("label", "tier", "outer"), ("annotation", "note", "text")]);
    assert_eq!(read.document.pointer(workload.pod().unwrap().spec.unwrap()), "/spec/template/spec");
}

#[test]
fn fields_of_the_wrong_shape_are_noted_and_the_rest_is_read() {
    let key = concat!("AKIA", "Q3EGPOLICY2CTL7A");
    let read = pod(&format!(
        "  containers:\n  - name: c\n    env: {{KEY: {key}}}\n    command: run it\n    args: [a, {{b: c}}]\n  - nothing\n  volumes: 3\n"
    ));
    assert_eq!(
        read.problems(),
        [
            ("/spec/containers/1".to_owned(), "a list of containers"),
            ("/spec/containers/0/env".to_owned(), "a list of variables"),
            ("/spec/containers/0/command".to_owned(), "a list of words"),
            ("/spec/containers/0/args/1".to_owned(), "a word"),
            ("/spec/volumes".to_owned(), "a list of volumes"),
        ]
    );
    assert!(read.loose().contains(&("field of the wrong shape", "KEY", key)), "the key in it is still found");
    assert_eq!(commands(read.container()), ["EntryPoint: run it", "Arguments: a"]);
}

#[test]
fn the_directives_of_a_patch_are_no_items() {
    let read = pod(
        "  containers:\n  - {name: c, env: [{$patch: replace}, {name: A, value: b}]}\n  - {name: gone, $patch: delete}\n",
    );
    assert_eq!(env(read.container()), ["A=b"]);
    assert!(read.only().problems.is_empty());
}

#[test]
fn a_value_that_a_later_one_replaced_is_still_looked_at() {
    let read =
        pod("  containers:\n  - name: c\n    env:\n    - name: A\n      value: first\n      value: second\n");
    assert_eq!(env(read.container()), ["A=second"]);
    assert_eq!(read.loose(), [("replaced member", "", "first")]);
}

#[test]
fn names_never_show_a_key() {
    let key = concat!("AKIA", "Q3EGPOLICY2CTL7A");
    let read = yaml(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {key}, namespace: {key}}}\nspec:\n  serviceAccountName: {key}\n  containers:\n  - {{name: {key}, image: {key}, env: [{{name: {key}}}], volumeMounts: [{{name: {key}, mountPath: {key}}}]}}\n"
    ));
    assert!(!format!("{:?}", read.only()).contains(key));
    assert!(read.loose().contains(&("name", "", key)), "and the key in them is found");
}
