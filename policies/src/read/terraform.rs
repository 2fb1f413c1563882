//! Plans of Terraform and OpenTofu, as `terraform show -json` prints them: the task definitions that are there after
//! the apply, changed or not.
//!
//! A plan has the containers as JSON in a text; [`texts`] says where. What will be known after the apply only, is
//! not in the plan, and said to be missing.
//!
//! Source: Terraform documentation, "JSON Output Format"; Terraform Registry, AWS provider, "aws_ecs_task_definition".

use std::collections::BTreeSet;

use super::ecs;
use crate::document::{At, Node};
use crate::workload::{Named, Platform, Problem, Workload};

/// What becomes of each resource.
const CHANGES: &str = "resource_changes";

/// The resource that is a task definition.
const KIND: &str = "aws_ecs_task_definition";

/// Where its containers are, in a text.
const CONTAINERS: &str = "container_definitions";

/// What a task definition is judged by, beside its roles.
const JUDGED: [&str; 6] = [
    CONTAINERS,
    "network_mode",
    "proxy_configuration",
    "requires_compatibilities",
    "runtime_platform",
    "volume",
];

/// A task definition as it will be.
struct Planned<'d> {
    /// What Terraform calls it.
    address: &'d str,
    after: Node<'d>,
    /// Its members that are known after the apply only.
    unknown: Option<Node<'d>>,
}

/// It says what will change.
pub(super) fn is_plan(root: Node<'_>) -> bool {
    root.get(CHANGES).is_some_and(Node::is_sequence)
}

/// The texts of a plan that hold container definitions; none of any other document.
pub(super) fn texts(root: Node<'_>) -> BTreeSet<At> {
    let containers = |planned: Planned<'_>| planned.after.get(CONTAINERS).map(Node::at);
    if is_plan(root) { definitions(root).filter_map(containers).collect() } else { BTreeSet::new() }
}

/// Reads every task definition of a plan; each is named by its family, else by its address.
pub(super) fn read(plan: Node<'_>, workloads: &mut Vec<Workload>) {
    workloads.extend(definitions(plan).map(|planned| planned.read()));
}

fn definitions(plan: Node<'_>) -> impl Iterator<Item = Planned<'_>> {
    plan.get(CHANGES).into_iter().flat_map(Node::items).filter_map(planned)
}

/// Nothing is there after a deletion, and what a data source reads is somebody else's.
fn planned(change: Node<'_>) -> Option<Planned<'_>> {
    let is = |key: &str, value: &str| change.get(key).and_then(Node::text) == Some(value);
    let values = change.get("change").filter(|_| is("type", KIND) && !is("mode", "data"))?;
    Some(Planned {
        address: change.get("address").and_then(Node::text).unwrap_or(KIND),
        after: values.get("after").filter(|after| after.is_mapping())?,
        unknown: values.get("after_unknown"),
    })
}

impl Planned<'_> {
    fn read(&self) -> Workload {
        let mut workload = ecs::planned(self.after, self.address);
        if let Platform::Ecs(task) = &mut workload.platform {
            task.task_role = task.task_role.take().or_else(|| self.unknown_role("task_role_arn"));
            task.execution_role =
                task.execution_role.take().or_else(|| self.unknown_role("execution_role_arn"));
        }
        let missing = JUDGED.iter().filter_map(|member| self.unknown(member));
        workload.problems.extend(
            missing.map(|node| Problem { at: node.at(), expected: "a value that is known before the apply" }),
        );
        workload
    }

    fn unknown(&self, member: &str) -> Option<Node<'_>> {
        self.unknown?.get(member).filter(|unknown| unknown.boolean() == Some(true))
    }

    /// A role is set, though nobody knows it yet: a template mark stands for it.
    fn unknown_role(&self, member: &str) -> Option<Named> {
        let node = self.unknown(member)?;
        Some(Named { name: format!("${{{}.{member}}}", self.address).into(), at: node.at() })
    }
}
