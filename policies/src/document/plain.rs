//! Builds the arena of a format without aliases, merge keys and tags. What is open is kept at hand, and little of
//! it: this is most of what reading JSON costs.

use super::Limits;
use super::builder::{Bound, Kind, fill, number, of_kind};
use super::position::Span;
use super::repeated;
use super::tree::{Arena, At, Shape, Slot, Step, Style, Text};

pub(super) struct Plain<'t> {
    text: &'t str,
    limits: Limits,
    pub(super) arena: Arena,
    /// The innermost of what is open.
    here: Open,
    around: Vec<Open>,
    /// The nodes in what is open, innermost last; in a mapping keys and values by turns.
    pending: Vec<At>,
    /// By [`repeated::mark`], the keys of the mappings that are open.
    marks: Vec<u32>,
}

/// A collection that is still open; around all of them there is one that is none.
#[derive(Clone, Copy)]
struct Open {
    at: At,
    kind: Option<Kind>,
    /// Where its children start in [`Plain::pending`].
    first: usize,
    /// Where its keys start in [`Plain::marks`].
    marked: usize,
}

const OUTSIDE: Open = Open { at: At::ROOT, kind: None, first: 0, marked: 0 };

impl<'t> Plain<'t> {
    pub(super) fn new(text: &'t str, limits: Limits) -> Self {
        Self {
            text,
            limits,
            arena: Arena::for_text(text.len()),
            here: OUTSIDE,
            around: Vec::with_capacity(16),
            pending: Vec::with_capacity(64),
            marks: Vec::with_capacity(32),
        }
    }

    /// The arena as built, and a clean start for the next document.
    pub(super) fn take(&mut self) -> Arena {
        self.here = OUTSIDE;
        self.around.clear();
        self.pending.clear();
        self.marks.clear();
        std::mem::take(&mut self.arena)
    }

    /// What is open.
    #[inline]
    pub(super) fn kind(&self) -> Option<Kind> {
        self.here.kind
    }

    /// Keeps a text that does not stand in the input as it is.
    pub(super) fn decoded(&mut self, text: &str) -> Text {
        let start = number(self.arena.decoded.len());
        self.arena.decoded.push_str(text);
        Text::Decoded(Span { start, end: number(self.arena.decoded.len()) })
    }

    /// The key of the member whose value comes next.
    #[inline]
    pub(super) fn key(&mut self, text: Text, span: Span) -> Result<(), Bound> {
        self.marks.push(repeated::mark(text.bytes(self.text, &self.arena.decoded)));
        self.append(Shape::Scalar { text, style: Style::Quoted }, span, Step::Key).map(drop)
    }

    #[inline]
    pub(super) fn scalar(&mut self, text: Text, style: Style, span: Span) -> Result<(), Bound> {
        self.append(Shape::Scalar { text, style }, span, self.next_step()).map(drop)
    }

    pub(super) fn open(&mut self, kind: Kind, start: u32) -> Result<(), Bound> {
        if self.around.len() >= self.limits.depth {
            return Err(Bound::Depth(self.limits.depth));
        }
        let at =
            self.append(of_kind(kind, Span::default(), 0), Span { start, end: start }, self.next_step())?;
        self.around.push(self.here);
        self.here = Open { at, kind: Some(kind), first: self.pending.len(), marked: self.marks.len() };
        Ok(())
    }

    /// Closes the innermost collection: gives it its children, and its end.
    pub(super) fn close(&mut self, end: u32) {
        let (Open { at, kind: Some(kind), first, marked }, Some(outer)) = (self.here, self.around.pop())
        else {
            return;
        };
        let Self { arena, pending, text, marks, .. } = self;
        if repeated::is_likely(&marks[marked..]) {
            let repeated = repeated::find(&pending[first..], |key| arena.text(text, key).unwrap_or_default());
            arena.duplicates.extend(repeated);
        }
        fill(arena, (at, kind), &pending[first..], &marks[marked..], end);
        marks.truncate(marked);
        pending.truncate(first);
        self.here = outer;
    }

    #[inline]
    fn next_step(&self) -> Step {
        match (self.here.kind, self.pending.last()) {
            (Some(Kind::Mapping), Some(key)) => Step::Member(*key),
            (Some(Kind::Sequence), _) => Step::Item(number(self.pending.len() - self.here.first)),
            _ => Step::Root,
        }
    }

    #[inline]
    fn append(&mut self, shape: Shape, span: Span, step: Step) -> Result<At, Bound> {
        let count = self.arena.slots.len();
        if count >= self.limits.nodes {
            return Err(Bound::Nodes(self.limits.nodes));
        }
        let at = At(number(count));
        self.arena.slots.push(Slot { shape, span, parent: self.here.at, step, copied: false });
        self.pending.push(at);
        Ok(at)
    }
}
