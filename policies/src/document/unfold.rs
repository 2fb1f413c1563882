//! JSON that stands in a text of a JSON document, read into the tree in the place of the text.
//!
//! What comes out of a text stands where it is written, escapes and all; it counts as copied, so nothing in it can
//! be changed.

use std::collections::BTreeSet;

use super::builder::{Bound, Kind};
use super::json;
use super::node::{Entry, Node};
use super::plain::Plain;
use super::position::Span;
use super::source::Source;
use super::tree::{At, Document, Shape, Text};
use super::{Format, Limits};

impl Document {
    /// The document with what these texts hold in their place. A text that is no JSON, or no list or mapping, is
    /// left as it is, and so are all of them where the whole would overstep the bounds.
    #[must_use]
    pub fn unfolded(self, texts: &BTreeSet<At>, limits: Limits) -> Self {
        if texts.is_empty() {
            return self;
        }
        let mut copy = Copy { texts, limits, tree: Plain::new(&self.source.text, limits) };
        if copy.copy(self.root(), Origin::Own).is_err() {
            return self;
        }
        let mut arena = copy.tree.take();
        arena.extent = self.extent();
        Self::new(self.source.clone(), arena)
    }
}

struct Copy<'d> {
    texts: &'d BTreeSet<At>,
    limits: Limits,
    tree: Plain<'d>,
}

/// Where a node that is copied comes from.
#[derive(Clone, Copy)]
enum Origin<'w> {
    /// The document itself.
    Own,
    /// One of its texts.
    Text(&'w Written),
}

impl Origin<'_> {
    /// Where a node is written in the input.
    fn span(self, node: Node<'_>) -> Span {
        match self {
            Self::Own => node.span(),
            Self::Text(written) => written.span(node.span()),
        }
    }
}

impl Copy<'_> {
    fn copy(&mut self, node: Node<'_>, origin: Origin<'_>) -> Result<(), Bound> {
        if let (Origin::Own, true) = (origin, self.texts.contains(&node.at()))
            && let Some((inner, written)) = self.inner(node)
        {
            return self.put(&inner, &written);
        }
        let span = origin.span(node);
        if let Some(style) = node.style() {
            let text = self.text(node, origin);
            return self.tree.scalar(text, style, span);
        }
        self.tree.open(if node.is_mapping() { Kind::Mapping } else { Kind::Sequence }, span.start)?;
        self.copy_children(node, origin)?;
        self.tree.close(span.end);
        Ok(())
    }

    fn copy_children(&mut self, node: Node<'_>, origin: Origin<'_>) -> Result<(), Bound> {
        for item in node.items() {
            self.copy(item, origin)?;
        }
        for Entry { key, value } in node.entries() {
            let text = self.text(key, origin);
            self.tree.key(text, origin.span(key))?;
            self.copy(value, origin)?;
        }
        Ok(())
    }

    /// Puts what a text holds in its place.
    fn put(&mut self, inner: &Document, written: &Written) -> Result<(), Bound> {
        let first = self.tree.arena.slots.len();
        self.copy(inner.root(), Origin::Text(written))?;
        self.tree.arena.slots[first..].iter_mut().for_each(|slot| slot.copied = true);
        Ok(())
    }

    /// A scalar's text, which stands in the input as it is only if it was so before.
    fn text(&mut self, node: Node<'_>, origin: Origin<'_>) -> Text {
        match (origin, node.document().slot(node.at()).shape) {
            (Origin::Own, Shape::Scalar { text: text @ Text::Source(_), .. }) => text,
            _ => self.tree.decoded(node.raw().unwrap_or_default()),
        }
    }

    /// What a text holds, and how it is written in the input.
    fn inner(&self, node: Node<'_>) -> Option<(Document, Written)> {
        let text = node.text().filter(|text| text.trim_start().starts_with(['[', '{']))?;
        let source = Source::new(node.document().name(), text.as_bytes(), Format::Json, self.limits).ok()?;
        let mut stream = json::parse(&source, self.limits);
        let only = stream.pop().filter(|_| stream.is_empty())?.ok()?;
        Some((only, Written::of(node, text)))
    }
}

/// Where the bytes of a text stand in the input, as a JSON string writes them.
struct Written {
    /// After each escape: a byte of the text, and its place in the input.
    places: Vec<(u32, u32)>,
}

impl Written {
    /// Goes through the text and the string side by side: what the reader made of an escape is known already.
    fn of(node: Node<'_>, text: &str) -> Self {
        let (mut at, mut place) = (0, node.span().start + 1);
        let mut places = vec![(at, place)];
        let bytes = node.document().text().as_bytes();
        for c in text.chars() {
            let here = bytes.get(place as usize..).unwrap_or_default();
            let length = match here {
                [b'\\', b'u', ..] if c > '\u{ffff}' => 12,
                [b'\\', b'u', ..] => 6,
                [b'\\', ..] => 2,
                _ => width(c),
            };
            (at, place) = (at + width(c), place + length);
            if here.first() == Some(&b'\\') {
                places.push((at, place));
            }
        }
        Self { places }
    }

    fn span(&self, span: Span) -> Span {
        Span { start: self.place(span.start), end: self.place(span.end) }
    }

    fn place(&self, byte: u32) -> u32 {
        let after = self.places.partition_point(|(at, _)| *at <= byte);
        let (at, place) = self.places[after.saturating_sub(1)];
        place + (byte - at)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a character has four bytes at most")]
fn width(c: char) -> u32 {
    c.len_utf8() as u32
}
