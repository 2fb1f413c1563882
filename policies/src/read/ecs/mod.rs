//! ECS task definitions: the input of RegisterTaskDefinition, the output of DescribeTaskDefinition, the
//! console's export with its nulls, the YAML form, a bare list of container definitions, in any case of keys,
//! with CloudFormation's functions in the place of values, and as Terraform's AWS provider spells it.
//!
//! Source: Amazon ECS API reference, `RegisterTaskDefinition`, `DescribeTaskDefinition`, `TaskDefinition`.

mod container;
mod environment;
mod rest;
mod task;
mod volume;

use super::fields::{Fields, secret};
use crate::credential::safe_name;
use crate::document::Node;
use crate::workload::{Container, Label, Platform, Task, Text, Volume, Workload, WorkloadId};

const CONTAINERS: &str = "containerDefinitions";
const EXPECTED: &str = "a list of container definitions";
const KIND: &str = "TaskDefinition";

/// Fields that tell a container definition from other things with a name and an image. Not a list of
/// what is read: one of them is enough.
const TELLING: [&str; 14] = [
    "essential",
    "memory",
    "memoryReservation",
    "cpu",
    "portMappings",
    "environment",
    "environmentFiles",
    "secrets",
    "logConfiguration",
    "mountPoints",
    "entryPoint",
    "command",
    "dockerLabels",
    "healthCheck",
];

/// A list whose items are container definitions.
pub(super) fn is_container_list(root: Node<'_>) -> bool {
    root.is_sequence() && root.items().any(is_container)
}

fn is_container(node: Node<'_>) -> bool {
    let has = |key: &str| node.get_any_case(key).is_some();
    let named = has("image") && has("name") && node.get_any_case(CONTAINERS).is_none();
    named && node.get("apiVersion").is_none() && TELLING.iter().any(|key| has(key))
}

/// Reads a bare list of container definitions, as Terraform takes them.
pub(super) fn bare(root: Node<'_>, stem: &str) -> Workload {
    let mut fields = Fields::any_case();
    let containers = containers(&mut fields, root.items());
    let task = Task { bare: true, ..Task::default() };
    workload(fields, root, stem, Parts { task, containers, ..Parts::default() })
}

/// Reads a task definition, if the node is one. `stem` names it when it has no family.
pub(super) fn task_definition(node: Node<'_>, stem: &str) -> Option<Workload> {
    let wrapped = node.get_any_case("taskDefinition").filter(|inner| is_definition(*inner));
    let definition = wrapped.or_else(|| is_definition(node).then_some(node))?;
    let mut fields = Fields::any_case();
    let mut labels = tags(&mut fields, definition);
    if wrapped.is_some() {
        labels.extend(tags(&mut fields, node));
    }
    Some(definition_of(fields, definition, stem, labels))
}

/// Reads what Terraform plans for a task definition. `address` names it when it has no family.
pub(super) fn planned(after: Node<'_>, address: &str) -> Workload {
    let mut fields = Fields::terraform();
    let labels = tags(&mut fields, after);
    definition_of(fields, after, address, labels)
}

/// Reads the properties of a resource that is a task definition. `id` names it when it has no family.
pub(super) fn resource(properties: Node<'_>, id: &str) -> Workload {
    let mut fields = Fields::any_case();
    let labels = tags(&mut fields, properties);
    if fields.is_computed(properties) {
        fields.problem(properties, "properties that are written out");
    }
    definition_of(fields, properties, id, labels)
}

fn definition_of(mut fields: Fields, definition: Node<'_>, stem: &str, labels: Vec<Label>) -> Workload {
    let name = fields.name(definition, "family").unwrap_or_else(|| stem.into());
    let items = fields.list(definition, CONTAINERS, EXPECTED);
    let parts = Parts {
        task: task::task(&mut fields, definition),
        containers: containers(&mut fields, items),
        volumes: volume::volumes(&mut fields, definition),
        labels,
    };
    workload(fields, definition, &name, parts)
}

fn is_definition(node: Node<'_>) -> bool {
    node.get_any_case(CONTAINERS).is_some()
}

#[derive(Default)]
struct Parts {
    task: Task,
    containers: Vec<Container>,
    volumes: Vec<Volume>,
    labels: Vec<Label>,
}

fn workload(mut fields: Fields, node: Node<'_>, name: &str, parts: Parts) -> Workload {
    fields.keep_replaced(node.document(), node);
    fields.keep_unread(node);
    rest::keep(&mut fields, node, &parts);
    Workload {
        id: WorkloadId { kind: Text::new_static(KIND), namespace: None, name: safe_name(name).into() },
        at: node.at(),
        platform: Platform::Ecs(parts.task),
        containers: parts.containers,
        volumes: parts.volumes,
        labels: parts.labels,
        annotations: Vec::new(),
        loose: fields.loose,
        problems: fields.problems,
    }
}

fn containers<'d>(fields: &mut Fields, items: impl IntoIterator<Item = Node<'d>>) -> Vec<Container> {
    let items = fields.each_mapping(items, EXPECTED);
    items.into_iter().enumerate().map(|(index, item)| container::container(fields, item, index)).collect()
}

/// Tags: a list of keys and values, or, as Terraform writes them, a mapping.
fn tags(fields: &mut Fields, node: Node<'_>) -> Vec<Label> {
    if fields.get(node, "tags").is_some_and(Node::is_mapping) {
        return fields.labels(node, "tags", "a list of tags");
    }
    fields.each(node, "tags", "a list of tags", tag)
}

fn tag(fields: &mut Fields, item: Node<'_>) -> Option<Label> {
    let key = fields.name(item, "key")?;
    let value = fields.scalar(item, "value", "a text")?;
    Some(Label { key, value: secret(value), at: value.at() })
}
