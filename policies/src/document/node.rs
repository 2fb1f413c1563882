//! A handle on one node: the only way the readers look at a document.

use super::position::{Position, Span};
use super::tree::{At, Document, Shape, Step, Style};

/// A node and the document it belongs to.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document,
    at: At,
}

/// A member of a mapping.
#[derive(Clone, Copy)]
pub struct Entry<'d> {
    /// The key's node.
    pub key: Node<'d>,
    /// The value's node.
    pub value: Node<'d>,
}

impl<'d> Node<'d> {
    pub(super) fn new(document: &'d Document, at: At) -> Self {
        Self { document, at }
    }

    /// Its number.
    pub fn at(self) -> At {
        self.at
    }

    /// The document it belongs to.
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// Its bytes in the input.
    pub fn span(self) -> Span {
        self.document.slot(self.at).span
    }

    /// Its part of the input, as it was written.
    pub fn source(self) -> &'d str {
        let span = self.span();
        self.document.text().get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Where it starts.
    pub fn position(self) -> Position {
        self.document.position_of(self.span().start)
    }

    /// Its RFC 6901 pointer.
    pub fn pointer(self) -> String {
        self.document.pointer(self.at)
    }

    /// It stands here through an alias or a merge key.
    pub fn is_copied(self) -> bool {
        self.document.slot(self.at).copied
    }

    /// The scalar's text, whatever its type; `None` for null, sequences and mappings.
    pub fn text(self) -> Option<&'d str> {
        let text = self.raw()?;
        (!says_null(text) || self.style() != Some(Style::Plain)).then_some(text)
    }

    /// The text of a scalar that its format calls a string: quoted, block, or plain and neither null, boolean nor number.
    pub fn string(self) -> Option<&'d str> {
        self.text().filter(|text| self.style() != Some(Style::Plain) || !looks_typed(text))
    }

    /// A boolean; YAML 1.1 spellings (`yes`, `on`) count, since kubectl reads them so.
    pub fn boolean(self) -> Option<bool> {
        match (self.style()?, self.text()?) {
            (Style::Plain, "true" | "True" | "TRUE" | "yes" | "Yes" | "on" | "On") => Some(true),
            (Style::Plain, "false" | "False" | "FALSE" | "no" | "No" | "off" | "Off") => Some(false),
            _ => None,
        }
    }

    /// Null, or written as nothing at all.
    pub fn is_null(self) -> bool {
        self.style() == Some(Style::Plain) && self.raw().is_some_and(says_null)
    }

    /// How a scalar was written.
    pub fn style(self) -> Option<Style> {
        match self.shape() {
            Shape::Scalar { style, .. } => Some(style),
            Shape::Sequence(_) | Shape::Mapping { .. } => None,
        }
    }

    /// A YAML tag, such as `!Ref`, as written.
    pub fn tag(self) -> Option<&'d str> {
        self.document.tag(self.at)
    }

    /// It is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.shape(), Shape::Mapping { .. })
    }

    /// It is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.shape(), Shape::Sequence(_))
    }

    /// It is the key of a member.
    pub fn is_key(self) -> bool {
        self.document.step(self.at) == Step::Key
    }

    /// The value of a member; of two with the same key, the later. Null counts as absent.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.document.member(self.at, key).map(|at| self.document.node(at)).filter(|value| !value.is_null())
    }

    /// As [`Self::get`], but `Name` and `name` are one: what AWS's tools write in either case.
    pub fn get_any_case(self, key: &str) -> Option<Node<'d>> {
        let named = |entry: &Entry<'d>| entry.key.raw().is_some_and(|name| name.eq_ignore_ascii_case(key));
        self.entries().rev().find(named).map(|entry| entry.value).filter(|value| !value.is_null())
    }

    /// The items of a sequence; nothing for everything else.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        let items = if self.is_sequence() { self.document.children(self.at) } else { &[] };
        items.iter().map(move |at| self.document.node(*at))
    }

    /// The members of a mapping in their order, duplicates included; nothing for everything else.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'d>> + ExactSizeIterator {
        let members = if self.is_mapping() { self.document.children(self.at) } else { &[] };
        members
            .chunks_exact(2)
            .map(move |pair| Entry { key: self.document.node(pair[0]), value: self.document.node(pair[1]) })
    }

    /// The child that a token of a pointer names, null or not.
    pub(super) fn step(self, token: &str) -> Option<Node<'d>> {
        if self.is_sequence() {
            let canonical = token == "0" || !token.starts_with(['0', '+']);
            return self.items().nth(token.parse().ok().filter(|_| canonical)?);
        }
        self.document.member(self.at, token).map(|at| self.document.node(at))
    }

    /// A scalar's text, null or not.
    pub(super) fn raw(self) -> Option<&'d str> {
        self.document.scalar_text(self.at)
    }

    fn shape(self) -> Shape {
        self.document.slot(self.at).shape
    }
}

/// Most texts are longer than any null.
#[inline]
fn says_null(text: &str) -> bool {
    text.len() <= 4 && matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn looks_typed(text: &str) -> bool {
    matches!(text, "true" | "false" | "True" | "False" | "TRUE" | "FALSE") || looks_numeric(text)
}

fn looks_numeric(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok()
}
