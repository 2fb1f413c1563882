//! What the cases are made of: one container `app` in a task or a pod, and what stands around it.

use std::collections::BTreeSet;

use policyctl_policies::finding::{Level, Located};
use policyctl_policies::policy::{Bundle, Policy};
use policyctl_policies::verdict::{Decision, Verdict};
use serde_json::{Value, json};

use crate::input::Input;

/// A key as IAM makes them, in two halves so that no scanner takes this file for a leak.
pub(crate) const ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
pub(crate) const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");
pub(crate) const TEMPORARY_ID: &str = concat!("ASIA", "Q3EGPOLICY2CTL7A");
pub(crate) const TOKEN: &str = concat!(
    "IQoJb3JpZ2luX2VjEJr//////////wEaCWV1LXdlc3QtMSJHMEUCIQDx8",
    "mTnP4kQ2sV7yB1cD4fG6hJ0kSaEuI3oZk3v9QpL2mN8xR5tW7yB1cD4fG6hJ0kS"
);
pub(crate) const EXAMPLE_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const EXAMPLE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub(crate) const TASK_ROLE: &str = "arn:aws:iam::111122223333:role/checkout-task";
pub(crate) const POD_ROLE: &str = "arn:aws:iam::111122223333:role/checkout";
/// Evidence enough to be certain that AWS is needed.
pub(crate) const NEEDS_AWS: (&str, &str) = ("TARGET", "s3://acme-exports/daily");

/// One container in an ECS task or in a pod.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    container: Value,
    task: Value,
    pod: Value,
    beside: Vec<Value>,
    metadata: Value,
}

impl Stage {
    /// A container with nothing but an image.
    pub(crate) fn new() -> Self {
        Self {
            container: json!({"name": "app", "image": "acme/checkout:1"}),
            task: json!({}),
            pod: json!({}),
            beside: Vec::new(),
            metadata: json!({"name": "checkout"}),
        }
    }

    /// A container with these variables.
    pub(crate) fn env<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        variables.into_iter().fold(Self::new(), |stage, (name, value)| stage.and(name, value))
    }

    /// Another variable.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        let entry = json!({"name": name, "value": value});
        push(&mut self.container["env"], entry);
        self
    }

    /// A member of the container, under the name that its platform has for it.
    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.container[member] = value;
        self
    }

    /// A member of the task definition.
    pub(crate) fn task(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.task[member] = value.into();
        self
    }

    /// A member of the pod's spec.
    pub(crate) fn pod(mut self, member: &str, value: Value) -> Self {
        self.pod[member] = value;
        self
    }

    /// A member of the pod's metadata.
    pub(crate) fn metadata(mut self, member: &str, value: Value) -> Self {
        self.metadata[member] = value;
        self
    }

    /// A role, on both platforms.
    pub(crate) fn role(self) -> Self {
        self.task("taskRoleArn", TASK_ROLE).service_account(Some(POD_ROLE))
    }

    /// A service account `checkout` in the input, with or without a role.
    pub(crate) fn service_account(self, role: Option<&str>) -> Self {
        let annotations = role.map_or(json!({}), |role| json!({"eks.amazonaws.com/role-arn": role}));
        self.pod("serviceAccountName", json!("checkout")).beside(json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "checkout", "annotations": annotations},
        }))
    }

    /// Another object of the same input.
    pub(crate) fn beside(mut self, object: Value) -> Self {
        self.beside.push(object);
        self
    }

    /// A NetworkPolicy for every pod of the namespace, with these egress rules.
    pub(crate) fn egress(self, rules: &Value) -> Self {
        self.beside(json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "egress"},
            "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": rules},
        }))
    }

    /// As a task definition.
    pub(crate) fn as_task(&self) -> String {
        let mut container = self.container.clone();
        if let Some(env) = container.as_object_mut().and_then(|container| container.remove("env")) {
            container["environment"] = env;
        }
        let mut task = self.task.clone();
        task["family"] = json!("checkout");
        push(&mut task["containerDefinitions"], container);
        task.to_string()
    }

    /// As a pod, with what stands beside it.
    pub(crate) fn as_pod(&self) -> String {
        let mut spec = self.pod.clone();
        push(&mut spec["containers"], self.container.clone());
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": self.metadata, "spec": spec});
        let items: Vec<Value> = self.beside.iter().cloned().chain([pod]).collect();
        json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
    }

    /// Both platforms say exactly this in `baseline`.
    #[track_caller]
    pub(crate) fn says(&self, expected: &[&str]) {
        self.task_says(expected);
        self.pod_says(expected);
    }

    /// The task definition says exactly this in `baseline`.
    #[track_caller]
    pub(crate) fn task_says(&self, expected: &[&str]) {
        assert_says(&self.as_task(), &Policy::bundled(Bundle::Baseline), expected);
    }

    /// The pod says exactly this in `baseline`.
    #[track_caller]
    pub(crate) fn pod_says(&self, expected: &[&str]) {
        assert_says(&self.as_pod(), &Policy::bundled(Bundle::Baseline), expected);
    }

    /// The pod says exactly this in `baseline` when the input is the whole cluster.
    #[track_caller]
    pub(crate) fn cluster_says(&self, expected: &[&str]) {
        let mut policy = Policy::bundled(Bundle::Baseline);
        policy.surroundings.complete = true;
        assert_says(&self.as_pod(), &policy, expected);
    }

    /// Both platforms come to this decision in `baseline`.
    #[track_caller]
    pub(crate) fn decides(&self, expected: Decision) {
        for text in [self.as_task(), self.as_pod()] {
            let verdict = Input::read(&text).judge(&Policy::bundled(Bundle::Baseline));
            let app = verdict.containers.iter().find(|entry| entry.container.as_deref() == Some("app"));
            assert_eq!(app.map(|entry| entry.decision), Some(expected), "{:?}", spoken(&verdict));
        }
    }
}

/// A text says exactly this under a policy: `rule=level`, with `@workload` where no container is named.
#[track_caller]
pub(crate) fn assert_says(text: &str, policy: &Policy, expected: &[&str]) {
    let verdict = Input::read(text).judge(policy);
    let expected: BTreeSet<String> = expected.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(spoken(&verdict), expected);
}

/// The message of a rule's only finding or note.
#[track_caller]
pub(crate) fn message(text: &str, rule: &str) -> String {
    let verdict = Input::read(text).judge(&Policy::bundled(Bundle::Baseline));
    let mut all = verdict.findings.into_iter().chain(verdict.notes).filter(|finding| finding.rule == rule);
    all.next().expect("the rule speaks").message
}

fn spoken(verdict: &Verdict) -> BTreeSet<String> {
    verdict.findings.iter().chain(&verdict.notes).map(word).collect()
}

fn word(finding: &Located) -> String {
    let level = match finding.level {
        Level::Note => "note",
        Level::Warn => "warn",
        Level::Deny => "deny",
    };
    let object = finding.workload.as_ref().is_some_and(|id| id.kind == "Secret" || id.kind == "ConfigMap");
    let whose = match &finding.container {
        Some(name) if name == "app" => String::new(),
        Some(name) => format!("@{name}"),
        None if object => "@object".to_owned(),
        None => "@workload".to_owned(),
    };
    format!("{}={level}{whose}", finding.rule)
}

fn push(list: &mut Value, item: Value) {
    match list {
        Value::Array(items) => items.push(item),
        other => *other = json!([item]),
    }
}
