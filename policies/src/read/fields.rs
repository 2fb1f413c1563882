//! Looking up fields, and keeping book of those that have not the shape their platform says.

use std::borrow::Cow;

use super::intrinsic;
use crate::credential::{Secret, safe_name};
use crate::document::{Document, Node};
use crate::workload::{Label, Loose, Named, Problem, Text};

/// Members that CloudFormation and Terraform spell otherwise than with another case.
/// Source: AWS CloudFormation template reference, "AWS::ECS::TaskDefinition ProxyConfiguration"; Terraform Registry,
/// AWS provider, "aws_ecs_task_definition".
const SPELLED: [(&str, &str); 2] = [("properties", "ProxyConfigurationProperties"), ("volumes", "volume")];

/// Whether `Name` and `name` are one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Kubernetes: spelled exactly.
    Exact,
    /// ECS: the API spells `taskRoleArn`, CloudFormation `TaskRoleArn`.
    Any,
    /// ECS in Terraform: `task_role_arn`. A block is a list of one mapping, and of none where it is left out.
    Snake,
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

    /// For ECS, as Terraform's AWS provider has it.
    pub(super) fn terraform() -> Self {
        Self { case: Case::Snake, problems: Vec::new(), loose: Vec::new() }
    }

    /// A member of any shape; of those that a condition decides between, the one to read.
    pub(super) fn get<'d>(&self, node: Node<'d>, key: &str) -> Option<Node<'d>> {
        let member = self.member(node, key)?;
        if self.case == Case::Exact { Some(member) } else { intrinsic::chosen(member) }
    }

    fn member<'d>(&self, node: Node<'d>, key: &str) -> Option<Node<'d>> {
        let get = match self.case {
            Case::Exact => return node.get(key),
            Case::Any => Node::get_any_case,
            Case::Snake => get_snake_case,
        };
        let other = || SPELLED.iter().find(|(member, _)| *member == key);
        get(node, key).or_else(|| get(node, other()?.1))
    }

    /// It is worked out by a function of its template.
    pub(super) fn is_computed(&self, node: Node<'_>) -> bool {
        self.case == Case::Any && intrinsic::call(node).is_some()
    }

    /// It is a mapping, and not a call that is written as one.
    pub(super) fn is_mapping(&self, node: Node<'_>) -> bool {
        node.is_mapping() && !self.is_computed(node)
    }

    /// It is a text, or will be one.
    pub(super) fn is_text(&self, node: Node<'_>) -> bool {
        node.text().is_some() || self.is_computed(node)
    }

    /// What an item of a list comes to.
    fn items<'d>(&self, list: Node<'d>) -> Vec<Node<'d>> {
        if self.case == Case::Exact {
            let mut items = Vec::with_capacity(list.items().len());
            items.extend(list.items().filter(|item| !item.is_null()));
            return items;
        }
        let lists = intrinsic::outcomes(list).into_iter();
        lists.flat_map(Node::items).flat_map(intrinsic::outcomes).collect()
    }

    /// A member that is a scalar.
    pub(super) fn scalar<'d>(
        &mut self,
        node: Node<'d>,
        key: &str,
        expected: &'static str,
    ) -> Option<Node<'d>> {
        let value = self.get(node, key)?;
        self.checked(value, self.is_text(value), expected)
    }

    /// A member that is a scalar and not empty, as a name that may be shown.
    pub(super) fn name(&mut self, node: Node<'_>, key: &str) -> Option<Text> {
        self.named(node, key).map(|named| named.name)
    }

    /// As [`Self::name`], with its place.
    pub(super) fn named(&mut self, node: Node<'_>, key: &str) -> Option<Named> {
        let value = self.scalar(node, key, "a text")?;
        let name = self.kept_name(value).filter(|name| !name.is_empty())?;
        Some(Named { name, at: value.at() })
    }

    /// A scalar's text as it may be shown. A key in it is kept where it will be found.
    pub(super) fn kept_name(&mut self, value: Node<'_>) -> Option<Text> {
        self.kept(value, safe_name)
    }

    /// A role that is given by a member; the empty text is none.
    pub(super) fn role(&mut self, node: Node<'_>, key: &str) -> Option<Named> {
        let value = self.scalar(node, key, "the ARN of a role")?;
        let name = self.kept(value, arn_or_shown).filter(|name| !name.is_empty())?;
        Some(Named { name, at: value.at() })
    }

    fn kept(&mut self, value: Node<'_>, show: fn(&str) -> Cow<'_, str>) -> Option<Text> {
        let text = intrinsic::text(value)?;
        let name = show(&text);
        if matches!(name, Cow::Owned(_)) {
            self.keep_text(value, "name", "");
        }
        Some(name.into())
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
        let value = if self.case == Case::Snake { block(value) } else { value };
        self.checked(value, self.is_mapping(value), expected)
    }

    /// The items of a member that is a list, nulls left out.
    pub(super) fn list<'d>(&mut self, node: Node<'d>, key: &str, expected: &'static str) -> Vec<Node<'d>> {
        let Some(chosen) = self.get(node, key) else { return Vec::new() };
        let is_list = chosen.is_sequence() && !self.is_computed(chosen);
        let list = self.checked(chosen, is_list, expected).and_then(|_| self.member(node, key));
        list.map(|list| self.items(list)).unwrap_or_default()
    }

    /// The items of a list of texts, as they may be shown.
    pub(super) fn names(&mut self, node: Node<'_>, key: &str, expected: &'static str) -> Vec<Text> {
        let computed = self.get(node, key).filter(|value| self.is_computed(*value));
        let items = computed.map_or_else(|| self.list(node, key, expected), |value| vec![value]);
        items
            .into_iter()
            .filter_map(|item| {
                let item = self.checked(item, self.is_text(item), "a text")?;
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

    /// What is made of each item of a member that is a list of mappings.
    pub(super) fn each<'d, T>(
        &mut self,
        node: Node<'d>,
        key: &str,
        expected: &'static str,
        make: impl Fn(&mut Self, Node<'d>) -> Option<T>,
    ) -> Vec<T> {
        let items = self.mappings(node, key, expected);
        let mut all = Vec::with_capacity(items.len());
        all.extend(items.into_iter().filter_map(|item| make(self, item)));
        all
    }

    /// The items that are mappings, as all of them should be.
    pub(super) fn each_mapping<'d>(
        &mut self,
        items: impl IntoIterator<Item = Node<'d>>,
        expected: &'static str,
    ) -> Vec<Node<'d>> {
        let items = items.into_iter().filter(|item| !item.is_null() && !is_directive(*item));
        items.filter_map(|item| self.checked(item, self.is_mapping(item), expected)).collect()
    }

    /// The members of a mapping of texts as labels; a null is an empty text.
    pub(super) fn labels(&mut self, node: Node<'_>, key: &str, expected: &'static str) -> Vec<Label> {
        let Some(map) = self.mapping(node, key, expected) else { return Vec::new() };
        map.entries().filter_map(|entry| self.label(entry.key, entry.value)).collect()
    }

    fn label(&mut self, key: Node<'_>, value: Node<'_>) -> Option<Label> {
        let fits = self.is_text(value) || value.is_null();
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

    /// Keeps one text as one that no process reads.
    pub(super) fn keep_text(&mut self, node: Node<'_>, field: &'static str, key: &str) {
        self.loose.push(Loose { field, key: key.into(), text: secret(node), at: node.at() });
    }

    /// Keeps what functions of a template are given, and the sides of conditions that were not chosen.
    pub(super) fn keep_unread(&mut self, root: Node<'_>) {
        let mut found = Vec::new();
        intrinsic::unread(root, &mut found);
        for node in found {
            self.keep_below(node, "template function");
        }
        let mut added = Vec::new();
        intrinsic::additions(root, &mut added);
        for node in added {
            self.problem(node, "members that are written out");
        }
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

/// The value of a member that `taskRoleArn` and `task_role_arn` name alike; a block that is left out is an empty list.
fn get_snake_case<'d>(node: Node<'d>, key: &str) -> Option<Node<'d>> {
    let letters =
        |name: &str| name.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_lowercase()).collect::<Vec<_>>();
    let wanted = letters(key);
    let mut entries = node.entries().rev();
    let member = entries.find(|entry| entry.key.text().is_some_and(|name| letters(name) == wanted))?.value;
    let is_left_out = member.is_null() || (member.is_sequence() && member.items().len() == 0);
    (!is_left_out).then_some(member)
}

/// The only mapping of a block.
fn block(value: Node<'_>) -> Node<'_> {
    let mut items = value.items();
    match (items.next(), items.next()) {
        (Some(only), None) => only,
        _ => value,
    }
}

/// A scalar's text as it may be shown.
pub(super) fn shown(node: Node<'_>) -> Option<Text> {
    node.text().map(|text| safe_name(text).into())
}

/// An ARN as it is, for judging it needs every character; any other text as it may be shown.
pub(super) fn arn_or_shown(text: &str) -> Cow<'_, str> {
    if text.starts_with("arn:") { Cow::Borrowed(text) } else { safe_name(text) }
}

/// A scalar's text, which may be secret. What a CloudFormation function leaves open is a template mark in it.
pub(super) fn secret(node: Node<'_>) -> Secret {
    Secret::new(intrinsic::text(node).unwrap_or_default())
}

/// An item that a strategic merge patch takes out or replaces by: none that runs.
/// Source: Kubernetes documentation, "Update API Objects in Place Using kubectl patch".
fn is_directive(item: Node<'_>) -> bool {
    item.get("$patch").is_some()
}

fn keep(node: Node<'_>, field: &'static str, key: &str, loose: &mut Vec<Loose>) {
    if node.text().is_some() {
        loose.push(Loose { field, key: key.into(), text: secret(node), at: node.at() });
        return;
    }
    for item in node.items() {
        keep(item, field, key, loose);
    }
    for entry in node.entries() {
        let key = entry.key.text().map(safe_name).unwrap_or_default();
        keep(entry.value, field, &key, loose);
    }
}
