//! CloudFormation's functions: values that a template leaves to be worked out.
//!
//! What a template does not say is a template mark, `${Name}`, wherever a text is expected, so that a key's slot
//! is never taken for empty. Both sides of a condition are read.
//!
//! Source: AWS CloudFormation template reference, "Intrinsic functions" and "Pseudo parameters reference".

use std::borrow::Cow;

use crate::credential::safe_name;
use crate::document::{Entry, Node};

/// Calls within calls whose text is worked out; no template of a person's has as many, and each may double the work.
const DEEPEST: usize = 6;

/// What stands for a member that is left out.
const NO_VALUE: &str = "AWS::NoValue";

/// A function and what it is given.
#[derive(Clone, Copy)]
pub(super) struct Call<'d> {
    name: &'d str,
    argument: Node<'d>,
}

/// The call that a node is: `{"Fn::Sub": ...}`, or `!Sub ...`.
pub(super) fn call(node: Node<'_>) -> Option<Call<'_>> {
    if let Some(name) = node.tag().and_then(short) {
        return Some(Call { name, argument: node });
    }
    let mut entries = node.entries();
    let (Some(entry), None) = (entries.next(), entries.next()) else { return None };
    let key = entry.key.text()?;
    let name = key.strip_prefix("Fn::").or_else(|| (key == "Ref").then_some(key))?;
    Some(Call { name, argument: entry.value })
}

/// `!!str` and its kind are YAML's own.
fn short(tag: &str) -> Option<&str> {
    tag.strip_prefix('!').filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Whether a node stands for a member that is left out.
pub(super) fn is_absent(node: Node<'_>) -> bool {
    call(node).is_some_and(|call| call.name == "Ref" && call.argument.text() == Some(NO_VALUE))
}

/// What a node may come to, condition by condition, without what is left out; the node itself where none decides.
pub(super) fn outcomes(node: Node<'_>) -> Vec<Node<'_>> {
    let Some(branches) = call(node).and_then(Call::branches) else {
        return if is_absent(node) || node.is_null() { Vec::new() } else { vec![node] };
    };
    branches.into_iter().flat_map(outcomes).collect()
}

/// Of what a member may come to, the one to read: a key before anything else, then what is written out.
pub(super) fn chosen(node: Node<'_>) -> Option<Node<'_>> {
    if call(node).is_none() {
        return Some(node);
    }
    most_telling(&outcomes(node), 0)
}

fn most_telling<'d>(outcomes: &[Node<'d>], depth: usize) -> Option<Node<'d>> {
    let mut all = outcomes.iter().copied();
    let key = all.clone().find(|node| is_key(*node, depth));
    key.or_else(|| all.clone().find(|node| is_written(*node))).or_else(|| all.next())
}

fn is_key(node: Node<'_>, depth: usize) -> bool {
    text_at(node, depth).is_some_and(|text| matches!(safe_name(&text), Cow::Owned(_)))
}

fn is_written(node: Node<'_>) -> bool {
    call(node).is_none() && node.text() != Some("")
}

/// A scalar's text, or what a call says of its own.
pub(super) fn text(node: Node<'_>) -> Option<Cow<'_, str>> {
    text_at(node, 0)
}

fn text_at(node: Node<'_>, depth: usize) -> Option<Cow<'_, str>> {
    match call(node) {
        None => node.text().map(Cow::Borrowed),
        Some(call) => Some(call.text(depth)),
    }
}

/// The texts that nobody reads who takes [`chosen`] and [`text`] at a node: other sides of a condition, and what
/// other functions are given.
pub(super) fn unread<'d>(root: Node<'d>, found: &mut Vec<Node<'d>>) {
    if let Some(call) = call(root) {
        return call.unread(root, found);
    }
    root.items().for_each(|item| unread_item(item, found));
    root.entries().for_each(|entry| unread(entry.value, found));
}

/// Calls that stand among a mapping's own members, and put more members there: macros do.
pub(super) fn additions<'d>(root: Node<'d>, found: &mut Vec<Node<'d>>) {
    if call(root).is_none() {
        let is_call = |entry: &Entry<'d>| entry.key.text().is_some_and(|key| key.starts_with("Fn::"));
        found.extend(root.entries().filter(is_call).map(|entry| entry.value));
    }
    root.items().for_each(|item| additions(item, found));
    root.entries().for_each(|entry| additions(entry.value, found));
}

/// In a list, every side of a condition is read.
fn unread_item<'d>(item: Node<'d>, found: &mut Vec<Node<'d>>) {
    match call(item).and_then(Call::branches) {
        Some(branches) => branches.into_iter().for_each(|branch| unread_item(branch, found)),
        None => unread(item, found),
    }
}

impl<'d> Call<'d> {
    /// The two sides of a condition.
    fn branches(self) -> Option<[Node<'d>; 2]> {
        let mut items = self.argument.items().skip(1);
        (self.name == "If").then_some([items.next()?, items.next()?])
    }

    fn text(self, depth: usize) -> Cow<'d, str> {
        let (first, second) = (self.argument.items().next(), self.argument.items().nth(1));
        let known = match self.name {
            _ if depth >= DEEPEST => None,
            "Ref" => self.key_by_default().map(Cow::Borrowed),
            "Sub" => self.argument.text().or_else(|| first?.text()).map(Cow::Borrowed),
            "Join" => first.zip(second).and_then(|(between, list)| joined(between, list, depth + 1)),
            "If" => self.branches().and_then(|branches| decided(branches, depth + 1)),
            _ => None,
        };
        known.unwrap_or_else(|| Cow::Owned(self.mark()))
    }

    /// A parameter's default, where somebody wrote a key there; any other default is what a deployment replaces.
    fn key_by_default(self) -> Option<&'d str> {
        let parameters = self.argument.document().root().get("Parameters")?;
        let default = parameters.get(self.argument.text()?)?.get("Default")?.text()?;
        matches!(safe_name(default), Cow::Owned(_)).then_some(default)
    }

    /// `${Name}`, as `Fn::Sub` writes it.
    fn mark(self) -> String {
        let mut parts = self.argument.items().map_while(Node::text);
        let of_items =
            || parts.next().map(|first| parts.fold(first.to_owned(), |all, part| all + "." + part));
        let argument = self.argument.text().map(str::to_owned).or_else(of_items);
        let told = argument.filter(|text| matches!(self.name, "Ref" | "GetAtt") && names(text));
        format!("${{{}}}", told.unwrap_or_else(|| format!("Fn::{}", safe_name(self.name))))
    }

    fn unread(self, node: Node<'d>, found: &mut Vec<Node<'d>>) {
        let rest = self.argument.items().skip(1);
        match self.name {
            "If" if self.branches().is_some() => unread_sides(node, found),
            // A name, unless somebody took it for a value.
            "Ref" | "GetAtt" | "ImportValue" if !is_key(self.argument, 0) => {}
            "Sub" => found.extend(rest),
            "Join" => rest.for_each(|list| unread(list, found)),
            _ => found.push(self.argument),
        }
    }
}

/// Of lists, every side is read; of anything else one.
fn unread_sides<'d>(node: Node<'d>, found: &mut Vec<Node<'d>>) {
    let outcomes = outcomes(node);
    let is_list = outcomes.iter().any(|outcome| outcome.is_sequence() && call(*outcome).is_none());
    let read = most_telling(&outcomes, 0).map(Node::at);
    for outcome in outcomes {
        if is_list || Some(outcome.at()) == read {
            unread(outcome, found);
        } else {
            found.push(outcome);
        }
    }
}

fn decided(branches: [Node<'_>; 2], depth: usize) -> Option<Cow<'_, str>> {
    let outcomes: Vec<_> = branches.into_iter().flat_map(outcomes).collect();
    most_telling(&outcomes, depth).and_then(|node| text_at(node, depth))
}

fn joined<'d>(between: Node<'d>, list: Node<'d>, depth: usize) -> Option<Cow<'d, str>> {
    let is_list = call(list).is_none() && list.is_sequence();
    let parts = list.items().flat_map(outcomes).map(|item| text_at(item, depth));
    let parts: Vec<_> = is_list.then(|| parts.collect::<Option<_>>())??;
    Some(Cow::Owned(parts.join(between.text().unwrap_or_default())))
}

/// What may stand in a mark: a logical name, a pseudo parameter, a path of attributes.
fn names(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '_' | '-');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(part)
}
