//! Argo Workflows: a workflow's templates are containers that share the workflow's volumes and identity.
//!
//! Source: Argo Workflows documentation, "Field Reference" (`WorkflowSpec`, `Template`).

use super::{container, group, pod, templates::PodTemplate, volume};
use crate::document::Node;
use crate::read::fields::{Fields, shown};
use crate::read::words::word;
use crate::workload::{Command, CommandKind, Container, Role, Workload};

/// A workflow's spec: where its templates, volumes and identity stand.
#[derive(Clone, Copy)]
pub(super) struct Steps<'d>(Node<'d>);

/// The spec of a workflow, if this object is one.
pub(super) fn templates<'d>(object: Node<'d>, version: &str) -> Option<Steps<'d>> {
    let spec = object.get("spec").filter(|_| group(version) == "argoproj.io")?;
    let workflow = spec.get("workflowSpec").unwrap_or(spec);
    workflow.get("templates").filter(|list| list.items().any(runs_container)).map(|_| Steps(workflow))
}

fn runs_container(template: Node<'_>) -> bool {
    ["container", "script", "containerSet"].iter().any(|key| template.get(key).is_some())
}

/// Reads a workflow as one workload.
pub(super) fn workload(object: Node<'_>, kind: &str, Steps(spec): Steps<'_>) -> Workload {
    let mut fields = Fields::exact();
    let steps = fields.mappings(spec, "templates", "a list of templates");
    let containers = steps.iter().flat_map(|step| step_containers(&mut fields, *step)).collect();
    let mut volumes = volume::volumes(&mut fields, spec);
    for step in &steps {
        volumes.extend(volume::volumes(&mut fields, *step));
    }
    let pod = PodTemplate { spec, metadata: spec.get("podMetadata"), is_object: false, label: None };
    Workload { containers, volumes, ..pod::around(fields, object, kind, &pod) }
}

fn step_containers(fields: &mut Fields, step: Node<'_>) -> Vec<Container> {
    let name = step.get("name").and_then(shown).unwrap_or_default();
    let mut all = Vec::new();
    for (key, role) in [("initContainers", Role::Init), ("sidecars", Role::App)] {
        let items = fields.mappings(step, key, "a list of containers");
        all.extend(
            items.into_iter().enumerate().map(|(n, item)| container::container(fields, item, n, role)),
        );
    }
    for key in ["container", "script"] {
        if let Some(node) = fields.mapping(step, key, "a container") {
            all.push(main(fields, node, &name));
        }
    }
    if let Some(set) = fields.mapping(step, "containerSet", "a mapping") {
        all.extend(pod::containers(fields, set));
    }
    all
}

/// A template's main container is called `main` when it runs; its template's name says more. A script's
/// source is what its command is given.
fn main(fields: &mut Fields, node: Node<'_>, step: &str) -> Container {
    let mut main = container::container(fields, node, 0, Role::App);
    main.name = step.into();
    let source = node.get("source").filter(|source| source.text().is_some());
    let script = source.map(|source| Command { kind: CommandKind::Arguments, words: vec![word(source)] });
    main.commands.extend(script);
    main
}
