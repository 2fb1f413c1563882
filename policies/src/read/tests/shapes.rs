//! What is ours, and what is not.

use super::yaml;

#[test]
fn what_is_not_ours_gives_nothing() {
    let others = [
        "name: ci\non: push\njobs: {}\n",
        "[{\"name\": \"Burger\", \"image\": \"burger.png\"}]",
        "[{\"name\": \"app\", \"imageUri\": \"acme/app:1\"}]",
        "Resources:\n  T:\n    Type: AWS::S3::Bucket\n",
        "{\"taskDefinition\": \"web:3\", \"desiredCount\": 2}",
        "apiVersion: v2\nname: chart\n",
        "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\n",
        "[1, two, [3]]",
        "just text",
        "- op: add\n  path: /spec\n  value: {}\n",
    ];
    for text in others {
        assert!(yaml(text).contents.is_empty(), "{text}");
    }
}

#[test]
fn kinds_that_run_nothing_are_counted() {
    let read = yaml("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: []}\n");
    assert_eq!((read.contents.others, read.contents.workloads.len()), (1, 0));
}

#[test]
fn lists_of_every_sort_are_opened() {
    let pod = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"containers\": []}}";
    let task = "{\"family\": \"t\", \"containerDefinitions\": [{\"name\": \"c\"}]}";
    let bare_item = "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"containers\": []}}";
    for (text, ids) in [
        (
            format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{pod}, {pod}]}}"),
            vec![("Pod", "a"); 2],
        ),
        (
            format!("{{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [{bare_item}]}}"),
            vec![("Pod", "a")],
        ),
        (format!("[{pod}, {task}]"), vec![("Pod", "a"), ("TaskDefinition", "t")]),
        (format!("[{task}, {{\"taskDefinition\": {task}}}]"), vec![("TaskDefinition", "t"); 2]),
        (
            format!("{{\"apiVersion\": \"v1\", \"kind\": \"Template\", \"objects\": [{pod}]}}"),
            vec![("Pod", "a")],
        ),
        (
            format!(
                "{{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"request\": {{\"object\": {pod}}}}}"
            ),
            vec![("Pod", "a")],
        ),
    ] {
        assert_eq!(yaml(&text).ids(), ids, "{text}");
    }
}
