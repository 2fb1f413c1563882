//! Trees as values, and what a plan makes of one.

use serde_json::{Map, Value};

use super::patch::filled;
use super::plan::{Addition, Plan};
use crate::document::node::Node;
use crate::document::tree::{At, Document, Step, escape};

/// The value of a node; no deeper than [`crate::document::Limits::depth`].
pub(super) fn of(node: Node<'_>) -> Value {
    let value = if node.is_mapping() {
        Value::Object(node.entries().map(|entry| (key(entry.key), of(entry.value))).collect())
    } else if node.is_sequence() {
        node.items().map(of).collect()
    } else {
        scalar(node)
    };
    match node.tag() {
        Some(tag) => Value::Object(Map::from_iter([(tag.to_owned(), value)])),
        None => value,
    }
}

fn key(node: Node<'_>) -> String {
    node.raw().unwrap_or_default().to_owned()
}

fn scalar(node: Node<'_>) -> Value {
    let text = || node.raw().unwrap_or_default();
    if node.is_null() {
        Value::Null
    } else if let Some(string) = node.string() {
        node.boolean().map_or_else(|| string.into(), Value::Bool)
    } else if let Some(boolean) = node.boolean() {
        Value::Bool(boolean)
    } else {
        serde_json::from_str(text()).unwrap_or_else(|_| text().into())
    }
}

/// The value that a plan must result in.
pub(super) fn after(document: &Document, plan: &Plan<'_>) -> Value {
    let mut root = document.to_value();
    for (at, value) in &plan.replaced {
        with(&mut root, &place(document, *at), |here| *here = (*value).clone());
    }
    for (at, additions) in &plan.added {
        with(&mut root, &inside(document, *at), |here| extend(here, additions));
    }
    for at in plan.removed.iter().rev() {
        let slot = document.slot(*at);
        with(&mut root, &inside(document, slot.parent), |here| remove(document, here, slot.step));
    }
    root
}

fn with(root: &mut Value, pointer: &str, change: impl FnOnce(&mut Value)) {
    if let Some(here) = root.pointer_mut(pointer) {
        change(here);
    }
}

/// A node's pointer in the value, where each tag around it is a step of its own.
fn place(document: &Document, at: At) -> String {
    let slot = document.slot(at);
    let token = match document.step(at) {
        Step::Root => return String::new(),
        Step::Item(index) => index.to_string(),
        Step::Member(key) => escape(document.scalar_text(key).unwrap_or_default()).into_owned(),
        Step::Key => escape(document.scalar_text(at).unwrap_or_default()).into_owned(),
    };
    format!("{}/{token}", inside(document, slot.parent))
}

/// The pointer of what a node holds: behind its own tag.
fn inside(document: &Document, at: At) -> String {
    let tag = document.tag(at).map(|tag| format!("/{}", escape(tag))).unwrap_or_default();
    place(document, at) + &tag
}

fn extend(here: &mut Value, additions: &[Addition<'_>]) {
    match (here, filled(additions)) {
        (Value::Object(members), Value::Object(more)) => members.extend(more),
        (Value::Array(items), Value::Array(more)) => items.extend(more),
        (here, more) => *here = more,
    }
}

fn remove(document: &Document, here: &mut Value, step: Step) {
    match (here, step) {
        (Value::Array(items), Step::Item(index)) => drop(items.remove(index as usize)),
        (Value::Object(members), Step::Member(key)) => {
            drop(members.remove(document.scalar_text(key).unwrap_or_default()));
        }
        _ => {}
    }
}
