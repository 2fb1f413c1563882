//! A plan as RFC 6902 operations.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use super::plan::{Addition, Plan};
use crate::document::node::Node;
use crate::document::tree::{At, Document, Step, escape};

/// One RFC 6902 operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation<'c> {
    /// `add`, `remove`, `replace` or `test`.
    pub op: &'static str,
    /// An RFC 6901 pointer.
    pub path: String,
    /// What is put in or compared with; a removal has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Cow<'c, Value>>,
}

impl<'c> Operation<'c> {
    fn new(op: &'static str, path: String, value: Cow<'c, Value>) -> Self {
        Self { op, path, value: Some(value) }
    }
}

pub(super) fn operations<'c>(document: &Document, plan: &Plan<'c>) -> Vec<Operation<'c>> {
    let mut operations = Vec::new();
    for (at, value) in &plan.replaced {
        operations.push(Operation::new("replace", document.pointer(*at), Cow::Borrowed(*value)));
    }
    for (at, additions) in &plan.added {
        add(document.node(*at), additions, &mut operations);
    }
    for at in plan.removed.iter().rev() {
        operations.extend(guard(document, *at));
        operations.push(Operation { op: "remove", path: document.pointer(*at), value: None });
    }
    // Last, since it moves every index of its list.
    for (at, value) in &plan.prepended {
        operations.push(Operation::new("add", document.pointer(*at) + "/0", Cow::Borrowed(*value)));
    }
    operations
}

fn add<'c>(container: Node<'_>, additions: &[Addition<'c>], operations: &mut Vec<Operation<'c>>) {
    let path = container.pointer();
    if container.is_null() {
        operations.push(Operation::new("replace", path, Cow::Owned(filled(additions))));
        return;
    }
    operations.extend(additions.iter().map(|addition| {
        let last = addition.key.map_or("-".into(), escape);
        Operation::new("add", [&path, "/", &last].concat(), Cow::Borrowed(addition.value))
    }));
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
fn guard(document: &Document, at: At) -> Option<Operation<'static>> {
    let Step::Item(_) = document.step(at) else { return None };
    let name = document.node(at).get("name")?;
    Some(Operation::new("test", name.pointer(), Cow::Owned(name.string()?.into())))
}
