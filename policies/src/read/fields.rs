//! Looking up fields, and keeping book of those that have not the shape their platform says.

use std::borrow::Cow;

use crate::credential::{Secret, safe_name};
use crate::document::{Document, Node};
use crate::workload::{Label, Loose, Named, Problem};

/// Whether `Name` and `name` are one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Kubernetes: spelled exactly.
    Exact,
    /// ECS: the API spells `name`, CloudFormation and Terraform `Name`.
    Any,
}

/// Looks up the fields of one workload and notes what is wrong with them.
#[derive(Debug)]
pub(super) struct Fields {
    case: Case,
    pub(super) problems: Vec<Problem>,
    pub(super) loose: Vec<Loose>,
}

impl Fields {
    /// For Kubernetes.
    pub(super) fn exact() -> Self {
        Self { case: Case::Exact, problems: Vec::new(), loose: Vec::new() }
    }

    /// For ECS.
    pub(super) fn any_case() -> Self {
        Self { case: Case::Any, problems: Vec::new(), loose: Vec::new() }
    }

    /// A member of any shape.
    pub(super) fn get<'d>(&self, node: Node<'d>, key: &str) -> Option<Node<'d>> {
        match self.case {
            Case::Exact => node.get(key),
            Case::Any => node.get_any_case(key),
        }
    }

    /// A member that is a scalar.
    pub(super) fn scalar<'d>(
        &mut self,
        node: Node<'d>,
        key: &str,
        expected: &'static str,
    ) -> Option<Node<'d>> {
        let value = self.get(node, key)?;
        self.checked(value, value.text().is_some(), expected)
    }

    /// A member that is a scalar and not empty, as a name that may be shown.
    pub(super) fn name(&mut self, node: Node<'_>, key: &str) -> Option<String> {
        self.named(node, key).map(|named| named.name)
    }

    /// As [`Self::name`], with its place.
    pub(super) fn named(&mut self, node: Node<'_>, key: &str) -> Option<Named> {
        let value = self.scalar(node, key, "a text")?;
        let name = self.kept_name(value).filter(|name| !name.is_empty())?;
        Some(Named { name, at: value.at() })
    }

    /// A scalar's text as it may be shown. A key in it is kept where it will be found.
    pub(super) fn kept_name(&mut self, value: Node<'_>) -> Option<String> {
        self.kept(value, safe_name)
    }

    /// A role that is given by a member; the empty text is none.
    pub(super) fn role(&mut self, node: Node<'_>, key: &str) -> Option<Named> {
        let value = self.scalar(node, key, "the ARN of a role")?;
        let name = self.kept(value, arn_or_shown).filter(|name| !name.is_empty())?;
        Some(Named { name, at: value.at() })
    }

    fn kept(&mut self, value: Node<'_>, show: fn(&str) -> Cow<'_, str>) -> Option<String> {
        let name = show(value.text()?);
        if matches!(name, Cow::Owned(_)) {
            self.keep_below(value, "name");
        }
        Some(name.into_owned())
    }

    /// A switch that is on.
    pub(super) fn is_on(&mut self, node: Node<'_>, key: &str) -> bool {
        self.scalar(node, key, "true or false")
            .is_some_and(|value| value.boolean().unwrap_or(value.text() == Some("true")))
    }

    /// A whole number.
    pub(super) fn number(&mut self, node: Node<'_>, key: &str) -> Option<i64> {
        self.scalar(node, key, "a number")?.text()?.parse().ok()
    }

    /// A member that is a mapping.
    pub(super) fn mapping<'d>(
        &mut self,
        node: Node<'d>,
        key: &str,
        expected: &'static str,
    ) -> Option<Node<'d>> {
        let value = self.get(node, key)?;
        self.checked(value, value.is_mapping(), expected)
    }

    /// The items of a member that is a list, nulls left out.
    pub(super) fn list<'d>(&mut self, node: Node<'d>, key: &str, expected: &'static str) -> Vec<Node<'d>> {
        let list = self.get(node, key).and_then(|value| self.checked(value, value.is_sequence(), expected));
        list.map(|list| list.items().filter(|item| !item.is_null()).collect()).unwrap_or_default()
    }

    /// The items of a list of texts, as they may be shown.
    pub(super) fn names(&mut self, node: Node<'_>, key: &str, expected: &'static str) -> Vec<String> {
        let items = self.list(node, key, expected);
        items
            .into_iter()
            .filter_map(|item| {
                let item = self.checked(item, item.text().is_some(), "a text")?;
                self.kept_name(item)
            })
            .collect()
    }

    /// The items of a member that is a list of mappings.
    pub(super) fn mappings<'d>(
        &mut self,
        node: Node<'d>,
        key: &str,
        expected: &'static str,
    ) -> Vec<Node<'d>> {
        let items = self.list(node, key, expected);
        self.each_mapping(items, expected)
    }

    /// The items that are mappings, as all of them should be.
    pub(super) fn each_mapping<'d>(
        &mut self,
        items: impl IntoIterator<Item = Node<'d>>,
        expected: &'static str,
    ) -> Vec<Node<'d>> {
        let items = items.into_iter().filter(|item| !item.is_null() && !is_directive(*item));
        items.filter_map(|item| self.checked(item, item.is_mapping(), expected)).collect()
    }

    /// The members of a mapping of texts as labels; a null is an empty text.
    pub(super) fn labels(&mut self, node: Node<'_>, key: &str, expected: &'static str) -> Vec<Label> {
        let Some(map) = self.mapping(node, key, expected) else { return Vec::new() };
        map.entries().filter_map(|entry| self.label(entry.key, entry.value)).collect()
    }

    fn label(&mut self, key: Node<'_>, value: Node<'_>) -> Option<Label> {
        let fits = value.text().is_some() || value.is_null();
        let value = self.checked(value, fits, "a text")?;
        Some(Label { key: shown(key)?, value: secret(value), at: value.at() })
    }

    /// Notes that a node has the wrong shape, and keeps the texts in it so that keys in them are found.
    pub(super) fn wrong(&mut self, node: Node<'_>, expected: &'static str) {
        self.problem(node, expected);
        self.keep_below(node, "field of the wrong shape");
    }

    /// Notes that a node has the wrong shape, where the texts in it are kept in another way.
    pub(super) fn problem(&mut self, node: Node<'_>, expected: &'static str) {
        self.problems.push(Problem { at: node.at(), expected });
    }

    /// Keeps every text below a node as one that no process reads.
    pub(super) fn keep_below(&mut self, node: Node<'_>, field: &'static str) {
        keep(node, field, "", &mut self.loose);
    }

    /// Keeps what stood in members that a later member of the same name replaced.
    pub(super) fn keep_replaced(&mut self, document: &Document, root: Node<'_>) {
        if document.duplicates().is_empty() {
            return;
        }
        let inside = root.pointer() + "/";
        for duplicate in document.duplicates() {
            let first = document.node(duplicate.first);
            if first.pointer().starts_with(&inside) {
                self.keep_below(first, "replaced member");
            }
        }
    }

    /// The node where it has the expected shape; a note where it has not.
    pub(super) fn checked<'d>(
        &mut self,
        node: Node<'d>,
        fits: bool,
        expected: &'static str,
    ) -> Option<Node<'d>> {
        if !fits {
            self.wrong(node, expected);
        }
        fits.then_some(node)
    }
}

/// A scalar's text as it may be shown.
pub(super) fn shown(node: Node<'_>) -> Option<String> {
    node.text().map(|text| safe_name(text).into_owned())
}

/// An ARN as it is, for judging it needs every character; any other text as it may be shown.
pub(super) fn arn_or_shown(text: &str) -> Cow<'_, str> {
    if text.starts_with("arn:") { Cow::Borrowed(text) } else { safe_name(text) }
}

/// A scalar's text, which may be secret. A CloudFormation reference (`!Ref Key`) is a value that is not yet
/// known: it becomes a template mark.
pub(super) fn secret(node: Node<'_>) -> Secret {
    let text = node.text().unwrap_or_default();
    match node.tag() {
        Some(tag) if is_reference(tag) => Secret::new(format!("${{{text}}}")),
        _ => Secret::new(text),
    }
}

/// An item that a strategic merge patch takes out or replaces by: none that runs.
/// Source: Kubernetes documentation, "Update API Objects in Place Using kubectl patch".
fn is_directive(item: Node<'_>) -> bool {
    item.get("$patch").is_some()
}

/// Source: AWS CloudFormation template reference, "Intrinsic functions" (short forms).
fn is_reference(tag: &str) -> bool {
    matches!(tag, "!Ref" | "!GetAtt" | "!ImportValue" | "!FindInMap" | "!Select")
}

fn keep(node: Node<'_>, field: &'static str, key: &str, loose: &mut Vec<Loose>) {
    if node.text().is_some() {
        loose.push(Loose { field, key: key.to_owned(), text: secret(node), at: node.at() });
    }
    for item in node.items() {
        keep(item, field, key, loose);
    }
    for entry in node.entries() {
        keep(entry.value, field, &shown(entry.key).unwrap_or_default(), loose);
    }
}
