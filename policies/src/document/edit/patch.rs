//! A plan as RFC 6902 operations.

use serde_json::{Map, Value, json};

use super::plan::{Addition, Plan};
use crate::document::node::Node;
use crate::document::tree::{At, Document, Step, escape};

pub(super) fn operations(document: &Document, plan: &Plan) -> Vec<Value> {
    let mut operations = Vec::new();
    for (at, value) in &plan.replaced {
        operations.push(json!({"op": "replace", "path": document.pointer(*at), "value": value}));
    }
    for (at, additions) in &plan.added {
        operations.extend(add(document.node(*at), additions));
    }
    for at in plan.removed.iter().rev() {
        operations.extend(guard(document, *at));
        operations.push(json!({"op": "remove", "path": document.pointer(*at)}));
    }
    // Last, since it moves every index of its list.
    for (at, value) in &plan.prepended {
        let path = format!("{}/0", document.pointer(*at));
        operations.push(json!({"op": "add", "path": path, "value": value}));
    }
    operations
}

fn add(container: Node<'_>, additions: &[Addition]) -> Vec<Value> {
    let path = container.pointer();
    if container.is_null() {
        return vec![json!({"op": "replace", "path": path, "value": filled(additions)})];
    }
    let operation = |addition: &Addition| {
        let last = addition.key.as_deref().map_or("-".into(), escape);
        json!({"op": "add", "path": format!("{path}/{last}"), "value": addition.value})
    };
    additions.iter().map(operation).collect()
}

/// A whole new container.
pub(super) fn filled(additions: &[Addition]) -> Value {
    let member = |addition: &Addition| Some((addition.key.clone()?, addition.value.clone()));
    match additions.iter().map(member).collect::<Option<Map<_, _>>>() {
        Some(members) => Value::Object(members),
        None => additions.iter().map(|addition| addition.value.clone()).collect(),
    }
}

/// A list may have moved since it was read. Names alone are compared: a value may be secret.
fn guard(document: &Document, at: At) -> Option<Value> {
    let Step::Item(_) = document.slot(at).step else { return None };
    let name = document.node(at).get("name")?;
    Some(json!({"op": "test", "path": name.pointer(), "value": name.string()?}))
}
