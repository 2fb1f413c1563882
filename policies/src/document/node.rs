//! A handle on one node: the only way the readers look at a document.

use super::position::{Position, Span};
use super::tree::{At, Document, Shape, Style};

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
        match self.shape() {
            Shape::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
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
        match self.shape() {
            Shape::Scalar { text, style: Style::Plain, .. } => {
                matches!(&**text, "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    /// How a scalar was written.
    pub fn style(self) -> Option<Style> {
        match self.shape() {
            Shape::Scalar { style, .. } => Some(*style),
            _ => None,
        }
    }

    /// A YAML tag, such as `!Ref`.
    pub fn tag(self) -> Option<&'d str> {
        match self.shape() {
            Shape::Scalar { tag, .. } => tag.as_deref(),
            _ => None,
        }
    }

    /// It is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.shape(), Shape::Mapping(_))
    }

    /// It is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.shape(), Shape::Sequence(_))
    }

    /// The value of a member; of two with the same key, the later. Null counts as absent.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.member(|name| name == key)
    }

    /// As [`Self::get`], but `Name` and `name` are one: what AWS's tools write in either case.
    pub fn get_any_case(self, key: &str) -> Option<Node<'d>> {
        self.member(|name| name.eq_ignore_ascii_case(key))
    }

    /// The items of a sequence; nothing for everything else.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        let items: &'d [At] = match self.shape() {
            Shape::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(move |at| self.document.node(*at))
    }

    /// The members of a mapping in their order, duplicates included; nothing for everything else.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'d>> + ExactSizeIterator {
        let members: &'d [(At, At)] = match self.shape() {
            Shape::Mapping(members) => members,
            _ => &[],
        };
        members.iter().map(move |(key, value)| Entry {
            key: self.document.node(*key),
            value: self.document.node(*value),
        })
    }

    fn member(self, matches: impl Fn(&str) -> bool) -> Option<Node<'d>> {
        self.entries()
            .rev()
            .find(|entry| entry.key.text().is_some_and(&matches))
            .map(|entry| entry.value)
            .filter(|value| !value.is_null())
    }

    fn shape(self) -> &'d Shape {
        &self.document.slot(self.at).shape
    }
}

fn looks_typed(text: &str) -> bool {
    matches!(text, "true" | "false" | "True" | "False" | "TRUE" | "FALSE") || looks_numeric(text)
}

fn looks_numeric(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok()
}
