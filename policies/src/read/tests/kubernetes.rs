//! Where pods are found.

use super::yaml;
use crate::workload::Role;

const SPEC: &str = "{containers: [{name: c, image: i}]}";

#[test]
fn every_kind_with_a_pod_is_a_workload() {
    let template = format!("{{template: {{spec: {SPEC}}}}}");
    for (version, kind, body) in [
        ("v1", "Pod", format!("spec: {SPEC}")),
        ("v1", "PodTemplate", format!("template: {{spec: {SPEC}}}")),
        ("v1", "ReplicationController", format!("spec: {template}")),
        ("apps/v1", "Deployment", format!("spec: {template}")),
        ("apps/v1", "StatefulSet", format!("spec: {template}")),
        ("apps/v1", "DaemonSet", format!("spec: {template}")),
        ("apps/v1", "ReplicaSet", format!("spec: {template}")),
        ("extensions/v1beta1", "Deployment", format!("spec: {template}")),
        ("batch/v1", "Job", format!("spec: {template}")),
        ("batch/v1beta1", "CronJob", format!("spec: {{jobTemplate: {{spec: {template}}}}}")),
        ("serving.knative.dev/v1", "Service", format!("spec: {template}")),
        ("argoproj.io/v1alpha1", "Rollout", format!("spec: {template}")),
        (
            "argoproj.io/v1alpha1",
            "Workflow",
            "spec: {templates: [{name: c, container: {image: i}}]}".to_owned(),
        ),
        (
            "argoproj.io/v1alpha1",
            "CronWorkflow",
            "spec: {workflowSpec: {templates: [{name: c, script: {image: i}}]}}".to_owned(),
        ),
        ("apps.openshift.io/v1", "DeploymentConfig", format!("spec: {template}")),
        ("kubeflow.org/v1", "TFJob", format!("spec: {{tfReplicaSpecs: {{Worker: {template}}}}}")),
        (
            "jobset.x-k8s.io/v1alpha2",
            "JobSet",
            format!("spec: {{replicatedJobs: [{{name: w, template: {{spec: {template}}}}}]}}"),
        ),
        ("example.com/v1", "Anything", format!("spec: {{a: {{b: [{template}]}}}}")),
    ] {
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: n}}\n{body}\n");
        let read = yaml(&text);
        assert_eq!(read.ids(), [(kind, "n")], "{text}");
        assert_eq!(read.container().name, "c", "{text}");
        assert_eq!(read.only().pod().unwrap().template, kind != "Pod");
        assert_eq!(read.contents.others, 0);
    }
}

#[test]
fn several_templates_of_one_object_are_told_apart() {
    let read = yaml(&format!(
        "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: r}}\nspec:\n  headGroupSpec: {{template: {{spec: {SPEC}}}}}\n  workerGroupSpecs:\n  - groupName: gpu\n    template: {{spec: {SPEC}}}\n"
    ));
    assert_eq!(read.ids(), [("RayCluster", "r/headGroupSpec"), ("RayCluster", "r/gpu")]);
}

#[test]
fn objects_within_an_object_are_read() {
    let read = yaml(&format!(
        "apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nmetadata: {{name: w}}\nspec:\n  workload:\n    manifests:\n    - {{apiVersion: v1, kind: Pod, metadata: {{name: inner}}, spec: {SPEC}}}\n"
    ));
    assert_eq!(read.ids(), [("Pod", "inner")]);
}

#[test]
fn patterns_and_schemas_are_no_workloads() {
    for (version, kind) in
        [("kyverno.io/v1", "ClusterPolicy"), ("apiextensions.k8s.io/v1", "CustomResourceDefinition")]
    {
        let read = yaml(&format!(
            "apiVersion: {version}\nkind: {kind}\nspec: {{rules: [{{pattern: {{spec: {SPEC}}}}}]}}\n"
        ));
        assert_eq!((read.contents.workloads.len(), read.contents.others), (0, 1), "{kind}");
    }
}

#[test]
fn init_containers_come_first_and_each_has_its_role() {
    let read = yaml(
        "apiVersion: v1\nkind: Pod\nmetadata: {generateName: p-, namespace: ns}\nspec:\n  containers: [{name: app}]\n  initContainers: [{name: init}, {name: side, restartPolicy: Always}]\n  ephemeralContainers: [{name: debug}]\n",
    );
    let roles: Vec<_> = read.only().containers.iter().map(|c| (c.name.as_str(), c.role)).collect();
    assert_eq!(
        roles,
        [("init", Role::Init), ("side", Role::Sidecar), ("app", Role::App), ("debug", Role::Ephemeral)]
    );
    assert_eq!(read.only().id.name, "p-*");
    assert_eq!(read.only().namespace(), "ns");
}

#[test]
fn a_workflow_is_one_workload_with_its_own_volumes_and_identity() {
    let read = yaml(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: w-}\nspec:\n  serviceAccountName: runner\n  volumes: [{name: v, emptyDir: {}}]\n  templates:\n  - {name: steps, steps: []}\n  - name: build\n    script: {image: python, command: [python], source: print(1)}\n    sidecars: [{name: db, image: minio/minio}]\n",
    );
    let names: Vec<_> = read.only().containers.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["db", "build"]);
    assert_eq!(super::commands(&read.only().containers[1]), ["EntryPoint: python", "Arguments: print(1)"]);
    assert_eq!(read.only().pod().unwrap().service_account.as_ref().unwrap().name, "runner");
    assert!(read.only().volume("v").is_some());
}
