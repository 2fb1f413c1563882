//! CloudFormation templates: the task definitions among their resources.
//!
//! Source: AWS CloudFormation template reference, "AWS::ECS::TaskDefinition", "Fn::ForEach".

use super::ecs;
use crate::document::{Entry, Node};
use crate::workload::Workload;

/// The resource that is a task definition.
const KIND: &str = "AWS::ECS::TaskDefinition";

/// How a loop over resources is called.
const LOOP: &str = "Fn::ForEach::";

/// It holds resources.
pub(super) fn is_template(node: Node<'_>) -> bool {
    resources(node).is_some()
}

/// Reads every task definition of a template; each is named by its family, else by its logical id.
pub(super) fn read(template: Node<'_>, workloads: &mut Vec<Workload>) {
    if let Some(map) = resources(template) {
        read_map(map, workloads);
    }
}

fn resources(node: Node<'_>) -> Option<Node<'_>> {
    node.get("Resources").filter(|resources| resources.is_mapping())
}

fn read_map(map: Node<'_>, workloads: &mut Vec<Workload>) {
    for Entry { key, value } in map.entries() {
        let id = key.text().unwrap_or_default();
        if id.starts_with(LOOP) {
            value.items().skip(2).for_each(|body| read_map(body, workloads));
        } else if value.get("Type").and_then(Node::text) == Some(KIND) {
            workloads.push(ecs::resource(value.get("Properties").unwrap_or(value), id));
        }
    }
}
