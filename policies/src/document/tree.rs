//! The arena: nodes by number, each with one parent, a span and, for scalars, its text and style.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::node::Node;
use super::position::{LineIndex, Position, Resolved, Span};

/// A node's number within its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct At(pub(super) u32);

impl At {
    /// The root of every document.
    pub const ROOT: Self = Self(0);
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// YAML without quotes, and JSON numbers, `true`, `false`, `null`.
    Plain,
    /// In single or double quotes, and every JSON string.
    Quoted,
    /// A YAML block scalar (`|` or `>`).
    Block,
}

/// What a node is.
#[derive(Clone)]
pub(super) enum Shape {
    Scalar { text: Box<str>, style: Style, tag: Option<Box<str>> },
    Sequence(Vec<At>),
    Mapping(Vec<(At, At)>),
}

/// How a node hangs on its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Root,
    Item(u32),
    Key,
    Member(At),
}

pub(super) struct Slot {
    pub(super) shape: Shape,
    pub(super) span: Span,
    pub(super) parent: At,
    pub(super) step: Step,
    /// Stands here through an alias or a merge key: its span is where it was written.
    pub(super) copied: bool,
}

/// Two members of one mapping with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The value that came first.
    pub first: At,
    /// The value that came later.
    pub second: At,
}

/// One document of an input.
pub struct Document {
    name: Arc<str>,
    text: Arc<str>,
    slots: Vec<Slot>,
    duplicates: Vec<DuplicateKey>,
    comments: Vec<Span>,
    lines: Arc<OnceLock<LineIndex>>,
}

impl fmt::Debug for Document {
    /// Never the contents: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {} nodes)", self.name, self.slots.len())
    }
}

impl Document {
    /// The input's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The whole input's text, of which this document is a part.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The root node.
    pub fn root(&self) -> Node<'_> {
        self.node(At::ROOT)
    }

    /// The node with this number.
    pub fn node(&self, at: At) -> Node<'_> {
        Node::new(self, at)
    }

    /// Members that appear twice in one mapping, in order of appearance.
    pub fn duplicates(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    /// Where the comments stand, with their `#`.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Never true: the root is a node.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Every node, in the order in which they were built.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.slots.len()).filter_map(|n| u32::try_from(n).ok()).map(|n| self.node(At(n)))
    }

    /// The node an RFC 6901 pointer names.
    pub fn find(&self, pointer: &str) -> Option<Node<'_>> {
        pointer.split('/').skip(1).try_fold(self.root(), |node, token| {
            let token = unescape(token);
            node.get(&token).or_else(|| node.items().nth(token.parse().ok()?))
        })
    }

    /// The RFC 6901 pointer of a node.
    pub fn pointer(&self, at: At) -> String {
        let mut tokens = Vec::new();
        let mut here = at;
        loop {
            let slot = self.slot(here);
            match slot.step {
                Step::Root => break,
                Step::Item(index) => tokens.push(Cow::Owned(index.to_string())),
                Step::Member(key) => tokens.push(escape(self.scalar_text(key).unwrap_or_default())),
                Step::Key => tokens.push(escape(self.scalar_text(here).unwrap_or_default())),
            }
            here = slot.parent;
        }
        tokens.iter().rev().fold(String::new(), |path, token| path + "/" + token)
    }

    /// The position of a byte of the input.
    pub fn position_of(&self, byte: u32) -> Position {
        self.lines().position(&self.text, byte)
    }

    /// The line index of the whole input, made at the first question.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// A node's place, in a form that outlives the document.
    pub fn resolve(&self, at: At) -> Resolved {
        let span = self.slot(at).span;
        Resolved {
            file: Arc::clone(&self.name),
            pointer: self.pointer(at),
            position: self.position_of(span.start),
            span,
        }
    }

    pub(super) fn slot(&self, at: At) -> &Slot {
        &self.slots[at.0 as usize]
    }

    pub(super) fn scalar_text(&self, at: At) -> Option<&str> {
        match &self.slot(at).shape {
            Shape::Scalar { text, .. } => Some(text),
            Shape::Sequence(_) | Shape::Mapping(_) => None,
        }
    }
}

/// Builds a document bottom-up or top-down; used by both readers and by doors that hold values already.
pub struct Builder {
    pub(super) slots: Vec<Slot>,
    pub(super) duplicates: Vec<DuplicateKey>,
    pub(super) comments: Vec<Span>,
}

impl Builder {
    /// An empty arena.
    pub fn new() -> Self {
        Self { slots: Vec::new(), duplicates: Vec::new(), comments: Vec::new() }
    }

    pub(super) fn push(&mut self, shape: Shape, span: Span, parent: At, step: Step) -> At {
        let at = At(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        self.slots.push(Slot { shape, span, parent, step, copied: false });
        at
    }

    pub(super) fn finish(
        self,
        name: &Arc<str>,
        text: &Arc<str>,
        lines: &Arc<OnceLock<LineIndex>>,
    ) -> Document {
        Document {
            name: Arc::clone(name),
            text: Arc::clone(text),
            slots: self.slots,
            duplicates: self.duplicates,
            comments: self.comments,
            lines: Arc::clone(lines),
        }
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}
