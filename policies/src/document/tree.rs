//! The arena: nodes by number, each with one parent, a span and, for scalars, its text and style.
//!
//! Nothing is allocated per node. Children are ranges of one list; a scalar's text is a range of the
//! input, or of the texts that had to be decoded. A node and all that is in it have consecutive numbers.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::Format;
use super::node::Node;
use super::position::{LineIndex, Position, Resolved, Span};
use super::repeated;
use super::source::Source;

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

/// Where a scalar's text stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Text {
    /// In the input, as it is.
    Source(Span),
    /// Among the decoded texts: escapes, folded lines.
    Decoded(Span),
}

impl Text {
    /// Its bytes, in the input or among the decoded texts.
    #[inline]
    pub(super) fn bytes<'a>(self, source: &'a str, decoded: &'a str) -> &'a [u8] {
        let (text, span) = match self {
            Self::Source(span) => (source, span),
            Self::Decoded(span) => (decoded, span),
        };
        text.as_bytes().get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Scalar {
        text: Text,
        style: Style,
    },
    /// A range of [`Arena::children`].
    Sequence(Span),
    Mapping {
        /// A range of [`Arena::children`]: key, value, key, value.
        members: Span,
        /// Where the marks of its keys start in [`Arena::marks`].
        marks: u32,
    },
}

impl Shape {
    pub(super) fn children(self) -> Range<usize> {
        match self {
            Self::Scalar { .. } => 0..0,
            Self::Sequence(range) | Self::Mapping { members: range, .. } => {
                range.start as usize..range.end as usize
            }
        }
    }
}

/// How a node hangs on its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Root,
    Item(u32),
    Key,
    Member(At),
}

#[derive(Debug, Clone, Copy)]
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

/// What a reader builds.
#[derive(Default)]
pub(super) struct Arena {
    pub(super) slots: Vec<Slot>,
    pub(super) children: Vec<At>,
    /// By [`repeated::mark`], the keys of each mapping in a row.
    pub(super) marks: Vec<u32>,
    pub(super) decoded: String,
    /// Sorted by node; few nodes have one.
    pub(super) tags: Vec<(At, Box<str>)>,
    pub(super) duplicates: Vec<DuplicateKey>,
    pub(super) comments: Vec<Span>,
    /// The objects of a root that holds several; empty where it is one.
    pub(super) parts: Vec<At>,
    /// The document's part of the input.
    pub(super) extent: Span,
}

/// Bytes of a text for one node, at least: what is reserved for it is mostly used.
const BYTES_PER_NODE: usize = 8;

/// Nodes that are reserved at most; a large text's arena grows with its nodes.
const RESERVED: usize = 4096;

impl Arena {
    /// With room for the nodes that a text of this length is likely to have.
    pub(super) fn for_text(length: usize) -> Self {
        let nodes = (length / BYTES_PER_NODE).min(RESERVED);
        Self {
            slots: Vec::with_capacity(nodes),
            children: Vec::with_capacity(nodes),
            marks: Vec::with_capacity(nodes / 2),
            ..Self::default()
        }
    }

    pub(super) fn text<'a>(&'a self, source: &'a str, at: At) -> Option<&'a str> {
        match self.slots[at.0 as usize].shape {
            Shape::Scalar { text: Text::Source(span), .. } => Some(slice(source, span)),
            Shape::Scalar { text: Text::Decoded(span), .. } => Some(slice(&self.decoded, span)),
            Shape::Sequence(_) | Shape::Mapping { .. } => None,
        }
    }
}

/// One document of an input, or a part of one.
pub struct Document {
    pub(super) source: Source,
    arena: Arc<Arena>,
    /// Its root; in a part of a document something stands above it that is not looked at.
    top: At,
    duplicates: Vec<DuplicateKey>,
}

impl fmt::Debug for Document {
    /// Never the contents: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {} nodes)", self.source.name, self.len())
    }
}

impl Document {
    pub(super) fn new(source: Source, mut arena: Arena) -> Self {
        let duplicates = std::mem::take(&mut arena.duplicates);
        Self { source, arena: Arc::new(arena), top: At::ROOT, duplicates }
    }

    /// What a node holds, as a document of its own: an object within the envelope that it came in. Nothing is
    /// copied, numbers of nodes and bytes of the input stay, and pointers begin at the node.
    #[must_use]
    pub fn part(&self, at: At) -> Self {
        let holds = |twice: &&DuplicateKey| self.above(twice.second).skip(1).any(|above| above == at);
        Self {
            source: self.source.clone(),
            arena: Arc::clone(&self.arena),
            top: at,
            duplicates: self.duplicates.iter().filter(holds).copied().collect(),
        }
    }

    /// A node, and what it stands in up to the root.
    pub(super) fn above(&self, at: At) -> impl Iterator<Item = At> {
        std::iter::successors(Some(at), |here| {
            (self.step(*here) != Step::Root).then(|| self.slot(*here).parent)
        })
    }

    /// The input's name.
    pub fn name(&self) -> &Arc<str> {
        &self.source.name
    }

    /// The whole input's text, of which this document is a part.
    pub fn text(&self) -> &Arc<str> {
        &self.source.text
    }

    /// The root node.
    pub fn root(&self) -> Node<'_> {
        self.node(self.top)
    }

    /// The objects in it: the root, or its parts where a `---` was left out between two Kubernetes objects.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        let parted = self.top == At::ROOT && !self.arena.parts.is_empty();
        let whole = if parted { self.arena.parts.as_slice() } else { std::slice::from_ref(&self.top) };
        whole.iter().map(|at| self.node(*at))
    }

    /// The node with this number.
    pub fn node(&self, at: At) -> Node<'_> {
        Node::new(self, at)
    }

    /// Members that appear twice in one mapping, in order of appearance.
    pub fn duplicates(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    /// Where the comments stand, with their `#`. Those between two documents belong to the later one.
    pub fn comments(&self) -> &[Span] {
        &self.arena.comments
    }

    /// How many nodes were read, keys included: in a part those around it too.
    pub fn len(&self) -> usize {
        self.arena.slots.len()
    }

    /// Never true: the root is a node.
    pub fn is_empty(&self) -> bool {
        self.arena.slots.is_empty()
    }

    /// Every node, keys included, parents before children, in the order in which they stand.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        let mut ahead = vec![self.top];
        std::iter::from_fn(move || {
            let at = ahead.pop()?;
            ahead.extend(self.children(at).iter().rev());
            Some(self.node(at))
        })
    }

    /// The node an RFC 6901 pointer names; of two members with the same key, the later.
    pub fn find(&self, pointer: &str) -> Option<Node<'_>> {
        let mut tokens = pointer.split('/');
        let before = tokens.next()?;
        before.is_empty().then_some(())?;
        tokens.try_fold(self.root(), |node, token| node.step(&unescape(token)))
    }

    /// The RFC 6901 pointer of a node; a key has that of its value.
    pub fn pointer(&self, at: At) -> String {
        let mut pointer = String::with_capacity(64);
        self.point(at, &mut pointer);
        pointer
    }

    /// Adds the tokens down to a node, which stands no deeper than [`super::Limits::depth`].
    fn point(&self, at: At, pointer: &mut String) {
        let step = self.step(at);
        if step == Step::Root {
            return;
        }
        self.point(self.slot(at).parent, pointer);
        pointer.push('/');
        let key = match step {
            Step::Item(index) => return push_number(index, pointer),
            Step::Member(key) => key,
            Step::Root | Step::Key => at,
        };
        pointer.push_str(&escape(self.scalar_text(key).unwrap_or_default()));
    }

    /// The position of a byte of the input.
    pub fn position_of(&self, byte: u32) -> Position {
        self.source.position(byte)
    }

    /// The line index of the whole input, made at the first question.
    pub fn lines(&self) -> &LineIndex {
        self.source.lines()
    }

    /// A node's place, in a form that outlives the document.
    pub fn resolve(&self, at: At) -> Resolved {
        let span = self.slot(at).span;
        Resolved {
            file: Arc::clone(self.name()),
            pointer: self.pointer(at),
            position: self.position_of(span.start),
            span,
        }
    }

    /// How the input is written.
    pub fn format(&self) -> Format {
        self.source.format
    }

    /// Its part of the input: from its `---`, where it has one, to the next document.
    pub(super) fn extent(&self) -> Span {
        if self.top == At::ROOT { self.arena.extent } else { self.slot(self.top).span }
    }

    /// Adds comments that were met after it ended; it has no parts yet.
    pub(super) fn add_comments(&mut self, comments: Vec<Span>) {
        if let Some(arena) = Arc::get_mut(&mut self.arena) {
            arena.comments.extend(comments);
        }
    }

    /// How a node hangs on its parent; the root on none.
    pub(super) fn step(&self, at: At) -> Step {
        if at == self.top { Step::Root } else { self.slot(at).step }
    }

    pub(super) fn slot(&self, at: At) -> &Slot {
        &self.arena.slots[at.0 as usize]
    }

    pub(super) fn children(&self, at: At) -> &[At] {
        &self.arena.children[self.slot(at).shape.children()]
    }

    /// The value of the later member with this key, in a mapping.
    pub(super) fn member(&self, at: At, key: &str) -> Option<At> {
        let Shape::Mapping { marks, .. } = self.slot(at).shape else { return None };
        let (members, _) = self.children(at).as_chunks();
        let mut marks = self.arena.marks.get(marks as usize..)?.get(..members.len())?;
        let wanted = repeated::mark(key.as_bytes());
        while let Some(likely) = marks.iter().rposition(|mark| *mark == wanted) {
            let [name, value] = members[likely];
            if self.scalar_text(name) == Some(key) {
                return Some(value);
            }
            marks = &marks[..likely];
        }
        None
    }

    pub(super) fn scalar_text(&self, at: At) -> Option<&str> {
        self.arena.text(&self.source.text, at)
    }

    pub(super) fn tag(&self, at: At) -> Option<&str> {
        let index = self.arena.tags.binary_search_by_key(&at, |(tagged, _)| *tagged).ok()?;
        self.arena.tags.get(index).map(|(_, tag)| &**tag)
    }
}

/// Adds a number's digits, the first ones first.
fn push_number(number: u32, text: &mut String) {
    if number >= 10 {
        push_number(number / 10, text);
    }
    text.extend(char::from_digit(number % 10, 10));
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

pub(super) fn escape(token: &str) -> Cow<'_, str> {
    if token.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
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
