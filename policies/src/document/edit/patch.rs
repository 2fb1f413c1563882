//! A plan as a JSON Patch, in an order in which every index holds.

use serde_json::{Map, Value};

use super::operations::Operations;
use super::plan::{Addition, Plan};
use crate::document::node::Node;
use crate::document::tree::{At, Document, Step, escape};

pub(super) fn of(document: &Document, plan: &Plan<'_>) -> Vec<u8> {
    let mut operations = Operations::default();
    for (at, value) in &plan.replaced {
        operations.put("replace", &document.pointer(*at), value);
    }
    for (at, additions) in &plan.added {
        add(document.node(*at), additions, &mut operations);
    }
    for at in plan.removed.iter().rev() {
        guard(document, *at, &mut operations);
        operations.remove(&document.pointer(*at));
    }
    // Last, since it moves every index of its list.
    for (at, value) in &plan.prepended {
        operations.put("add", &(document.pointer(*at) + "/0"), value);
    }
    operations.into_text()
}

fn add<'c>(container: Node<'_>, additions: &[Addition<'c>], operations: &mut Operations<'c>) {
    let mut path = container.pointer();
    if container.is_null() {
        return operations.put_new("replace", &path, &filled(additions));
    }
    path.push('/');
    let within = path.len();
    for addition in additions {
        path.truncate(within);
        path.push_str(&addition.key.map_or("-".into(), escape));
        operations.put("add", &path, addition.value);
    }
}

/// A whole new container.
pub(super) fn filled(additions: &[Addition<'_>]) -> Value {
    let member = |addition: &Addition<'_>| Some((addition.key?.to_owned(), addition.value.clone()));
    match additions.iter().map(member).collect::<Option<Map<_, _>>>() {
        Some(members) => Value::Object(members),
        None => additions.iter().map(|addition| addition.value.clone()).collect(),
    }
}

/// A list may have moved since it was read. Names alone are compared: a value may be secret.
fn guard(document: &Document, at: At, operations: &mut Operations<'_>) {
    let Step::Item(_) = document.step(at) else { return };
    let Some(name) = document.node(at).get("name") else { return };
    if let Some(text) = name.string() {
        operations.put_new("test", &name.pointer(), text);
    }
}
