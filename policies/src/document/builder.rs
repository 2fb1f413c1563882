//! Builds the arena from what a reader meets, in the order in which it stands in the text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Limits;
use super::position::Span;
use super::repeated;
use super::tree::{Arena, At, Shape, Slot, Step, Style, Text};

/// A bound that the input overstepped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Bound {
    #[error("nested deeper than {0} levels")]
    Depth(usize),
    #[error("the document has more than {0} nodes")]
    Nodes(usize),
    #[error("aliases and merge keys add more than {0} nodes")]
    Copies(usize),
    #[error("an alias refers to the node that it is in")]
    Cycle,
}

/// What a collection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sequence,
    Mapping,
}

/// A collection that is still open.
struct Frame {
    at: At,
    kind: Kind,
    /// Where its children start in [`Builder::pending`].
    first: usize,
    before: Before,
    /// The key whose value comes next.
    key: Option<At>,
    /// Where the last thing in it ends.
    end: u32,
    anchor: usize,
}

/// How much there was when a collection was opened.
#[derive(Debug, Clone, Copy)]
struct Before {
    children: usize,
    tags: usize,
    duplicates: usize,
    anchors: usize,
}

pub(super) struct Builder<'t> {
    text: &'t str,
    limits: Limits,
    pub(super) arena: Arena,
    frames: Vec<Frame>,
    pending: Vec<At>,
    anchors: HashMap<usize, Range<u32>>,
    /// The anchors in the order in which they became known.
    anchored: Vec<usize>,
    /// How many nodes aliases may still add, to all documents of the input together.
    copies: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, limits: Limits) -> Self {
        Self {
            text,
            limits,
            arena: Arena::for_text(text.len()),
            frames: Vec::with_capacity(16),
            pending: Vec::with_capacity(64),
            anchors: HashMap::new(),
            anchored: Vec::new(),
            copies: limits.copies(),
        }
    }

    /// The arena as built, and a clean start for the next document.
    pub(super) fn take(&mut self) -> Arena {
        self.frames.clear();
        self.pending.clear();
        self.anchors.clear();
        self.anchored.clear();
        std::mem::take(&mut self.arena)
    }

    /// What collection is open, and whether it waits for a key.
    pub(super) fn open_kind(&self) -> Option<Kind> {
        self.frames.last().map(|frame| frame.kind)
    }

    pub(super) fn scalar(&mut self, text: Text, style: Style, span: Span) -> Result<At, Bound> {
        self.push(Shape::Scalar { text, style }, span)
    }

    /// Keeps a text that does not stand in the input as it is.
    pub(super) fn decoded(&mut self, text: &str) -> Text {
        let start = number(self.arena.decoded.len());
        self.arena.decoded.push_str(text);
        Text::Decoded(Span { start, end: number(self.arena.decoded.len()) })
    }

    pub(super) fn open(&mut self, kind: Kind, start: u32) -> Result<At, Bound> {
        if self.frames.len() >= self.limits.depth {
            return Err(Bound::Depth(self.limits.depth));
        }
        let before = self.before();
        let at = self.push(of_kind(kind, Span::default(), 0), Span { start, end: start })?;
        let first = self.pending.len();
        self.frames.push(Frame { at, kind, first, before, key: None, end: start, anchor: 0 });
        Ok(at)
    }

    fn before(&self) -> Before {
        Before {
            children: self.arena.children.len(),
            tags: self.arena.tags.len(),
            duplicates: self.arena.duplicates.len(),
            anchors: self.anchored.len(),
        }
    }

    /// Closes the innermost collection. Without an end of its own it ends where its last child does.
    pub(super) fn close(&mut self, end: Option<u32>) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.kind == Kind::Mapping {
            self.merge(&frame);
        }
        let end = end.unwrap_or(frame.end);
        self.fill(&frame, end);
        self.collapse_key(&frame);
        self.ended(end);
        if frame.anchor != 0 {
            self.know(frame.anchor, frame.at.0..number(self.arena.slots.len()));
        }
    }

    /// Gives a collection its children, and its end.
    fn fill(&mut self, frame: &Frame, end: u32) {
        let mut marks = Vec::new();
        if frame.kind == Kind::Mapping {
            self.find_duplicates(frame.first);
            let keys = self.pending[frame.first..].iter().step_by(2);
            marks.extend(keys.map(|key| repeated::mark(self.name(*key).as_bytes())));
        }
        fill(&mut self.arena, (frame.at, frame.kind), &self.pending[frame.first..], &marks, end);
        self.pending.truncate(frame.first);
    }

    fn know(&mut self, anchor: usize, range: Range<u32>) {
        self.anchors.insert(anchor, range);
        self.anchored.push(anchor);
    }

    pub(super) fn tag(&mut self, at: At, tag: String) {
        self.arena.tags.push((at, tag.into_boxed_str()));
    }

    /// Remembers a node for later aliases; one that is still open becomes known when it closes.
    pub(super) fn anchor(&mut self, anchor: usize, at: At) {
        match self.frames.last_mut() {
            Some(frame) if frame.at == at => frame.anchor = anchor,
            _ => self.know(anchor, at.0..at.0 + 1),
        }
    }

    /// Puts a copy of an anchored node here; `end` is where the alias itself ends.
    pub(super) fn alias(&mut self, anchor: usize, end: u32) -> Result<(), Bound> {
        let range = self.anchors.get(&anchor).cloned().ok_or(Bound::Cycle)?;
        self.afford(range.len())?;
        let origin = self.arena.slots[range.start as usize];
        let copy = self.push(origin.shape, origin.span)?;
        self.copy_children(&range, copy)?;
        self.ended(end);
        Ok(())
    }

    fn afford(&mut self, nodes: usize) -> Result<(), Bound> {
        self.copies = self.copies.checked_sub(nodes).ok_or(Bound::Copies(self.limits.copies()))?;
        Ok(())
    }

    /// A node and what is in it have consecutive numbers, so a copy is a shift.
    fn copy_children(&mut self, range: &Range<u32>, copy: At) -> Result<(), Bound> {
        let shift = copy.0 - range.start;
        for origin in range.clone() {
            let mut slot = self.arena.slots[origin as usize];
            slot.shape = self.copy_shape(slot.shape, shift);
            if origin == range.start {
                let placed = &mut self.arena.slots[copy.0 as usize];
                placed.shape = slot.shape;
                placed.copied = true;
            } else {
                self.append(shifted(slot, shift))?;
            }
            self.copy_tag(At(origin), shift);
        }
        self.check_depth(copy)
    }

    fn copy_shape(&mut self, shape: Shape, shift: u32) -> Shape {
        let start = number(self.arena.children.len());
        for index in shape.children() {
            let child = At(self.arena.children[index].0 + shift);
            self.arena.children.push(child);
        }
        let range = Span { start, end: number(self.arena.children.len()) };
        match shape {
            Shape::Scalar { .. } => shape,
            Shape::Sequence(_) => Shape::Sequence(range),
            Shape::Mapping { marks, .. } => Shape::Mapping { members: range, marks },
        }
    }

    fn copy_tag(&mut self, origin: At, shift: u32) {
        let found = self.arena.tags.binary_search_by_key(&origin, |(tagged, _)| *tagged);
        if let Ok(index) = found {
            let tag = self.arena.tags[index].1.clone();
            self.arena.tags.push((At(origin.0 + shift), tag));
        }
    }

    /// A copy may stand deeper than its origin.
    fn check_depth(&self, copy: At) -> Result<(), Bound> {
        let slots = &self.arena.slots[copy.0 as usize..];
        let mut depths: Vec<usize> = Vec::with_capacity(slots.len());
        for slot in slots {
            let parent = slot.parent.0.checked_sub(copy.0).map(|index| depths[index as usize]);
            let depth = parent.map_or(self.frames.len(), |depth| depth + 1);
            if depth > self.limits.depth {
                return Err(Bound::Depth(self.limits.depth));
            }
            depths.push(depth);
        }
        Ok(())
    }

    fn push(&mut self, shape: Shape, span: Span) -> Result<At, Bound> {
        let (parent, step) = self.next_step();
        let at = self.append(Slot { shape, span, parent, step, copied: false })?;
        if let Some(frame) = self.frames.last_mut() {
            frame.key = (step == Step::Key).then_some(at);
            self.pending.push(at);
        }
        self.ended(span.end);
        Ok(at)
    }

    #[inline]
    fn append(&mut self, slot: Slot) -> Result<At, Bound> {
        if self.arena.slots.len() >= self.limits.nodes {
            return Err(Bound::Nodes(self.limits.nodes));
        }
        let at = At(number(self.arena.slots.len()));
        self.arena.slots.push(slot);
        Ok(at)
    }

    #[inline]
    fn next_step(&self) -> (At, Step) {
        let Some(frame) = self.frames.last() else { return (At::ROOT, Step::Root) };
        let step = match (frame.kind, frame.key) {
            (Kind::Sequence, _) => Step::Item(number(self.pending.len() - frame.first)),
            (Kind::Mapping, None) => Step::Key,
            (Kind::Mapping, Some(key)) => Step::Member(key),
        };
        (frame.at, step)
    }

    #[inline]
    fn ended(&mut self, end: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.end = frame.end.max(end);
        }
    }

    /// A collection in the place of a key becomes a scalar of its source text, so that every key has a name.
    /// An unrendered `{{ mark }}` is the usual one; in the place of a value it becomes a scalar as well.
    fn collapse_key(&mut self, frame: &Frame) {
        let slot = self.arena.slots[frame.at.0 as usize];
        let source = self.text.get(slot.span.start as usize..slot.span.end as usize).unwrap_or_default();
        let mark = source.starts_with("{{") && source.ends_with("}}");
        if slot.step != Step::Key && !mark {
            return;
        }
        self.arena.slots.truncate(frame.at.0 as usize + 1);
        self.arena.children.truncate(frame.before.children);
        self.arena.tags.truncate(frame.before.tags);
        self.arena.duplicates.truncate(frame.before.duplicates);
        for anchor in self.anchored.drain(frame.before.anchors..) {
            self.anchors.remove(&anchor);
        }
        let text = Text::Source(slot.span);
        self.arena.slots[frame.at.0 as usize].shape = Shape::Scalar { text, style: Style::Plain };
    }

    /// Merge keys: members of what `<<` names, where the mapping has none of its own.
    /// Source: YAML language-independent types, "Merge Key Language-Independent Type".
    fn merge(&mut self, frame: &Frame) {
        if !self.pending[frame.first..].iter().step_by(2).any(|key| self.is_merge_key(*key)) {
            return;
        }
        let all = self.pending.split_off(frame.first);
        let (merges, own): (Vec<_>, Vec<_>) =
            all.chunks_exact(2).map(|pair| (pair[0], pair[1])).partition(|(key, _)| self.is_merge_key(*key));
        let mut names = own.iter().map(|(key, _)| self.name(*key).into()).collect();
        self.pending.extend(own.into_iter().flat_map(<[At; 2]>::from));
        for (_, value) in merges {
            for source in self.merged_mappings(value) {
                self.adopt(frame.at, source, &mut names);
            }
        }
    }

    fn is_merge_key(&self, key: At) -> bool {
        matches!(self.arena.slots[key.0 as usize].shape, Shape::Scalar { style: Style::Plain, .. })
            && self.arena.text(self.text, key) == Some("<<")
    }

    fn merged_mappings(&self, value: At) -> Vec<At> {
        match self.arena.slots[value.0 as usize].shape {
            Shape::Sequence(range) => self.arena.children[range.start as usize..range.end as usize].to_vec(),
            Shape::Scalar { .. } | Shape::Mapping { .. } => vec![value],
        }
    }

    /// Moves the members of one mapping into another; they were copied, or stand under `<<` alone.
    fn adopt(&mut self, mapping: At, source: At, names: &mut HashSet<Box<str>>) {
        let Shape::Mapping { .. } = self.arena.slots[source.0 as usize].shape else { return };
        for index in self.arena.slots[source.0 as usize].shape.children().step_by(2) {
            let key = self.arena.children[index];
            if names.insert(self.name(key).into()) {
                self.move_under(mapping, key);
                self.move_under(mapping, self.arena.children[index + 1]);
            }
        }
    }

    fn move_under(&mut self, mapping: At, at: At) {
        let slot = &mut self.arena.slots[at.0 as usize];
        slot.parent = mapping;
        slot.copied = true;
        self.pending.push(at);
    }

    fn name(&self, key: At) -> &str {
        self.arena.text(self.text, key).unwrap_or_default()
    }

    fn find_duplicates(&mut self, first: usize) {
        let pairs = repeated::find(&self.pending[first..], |key| self.name(key));
        self.arena.duplicates.extend(pairs);
    }
}

fn shifted(slot: Slot, shift: u32) -> Slot {
    let step = match slot.step {
        Step::Member(key) => Step::Member(At(key.0 + shift)),
        other => other,
    };
    Slot { parent: At(slot.parent.0 + shift), step, copied: true, ..slot }
}

/// A collection of this kind, with its range of [`Arena::children`] and the start of its marks.
pub(super) fn of_kind(kind: Kind, children: Span, marks: u32) -> Shape {
    match kind {
        Kind::Sequence => Shape::Sequence(children),
        Kind::Mapping => Shape::Mapping { members: children, marks },
    }
}

/// Gives a collection its children, with the marks of the keys among them, and its end.
pub(super) fn fill(arena: &mut Arena, (at, kind): (At, Kind), children: &[At], marks: &[u32], end: u32) {
    let (start, first_mark) = (number(arena.children.len()), number(arena.marks.len()));
    arena.children.extend_from_slice(children);
    arena.marks.extend_from_slice(marks);
    let children = Span { start, end: number(arena.children.len()) };
    let slot = &mut arena.slots[at.0 as usize];
    slot.span.end = end;
    slot.shape = of_kind(kind, children, first_mark);
}

/// A length, a place or a count, none of which is larger than an input may be.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "an input that has more bytes is not read")]
pub(super) fn number(size: usize) -> u32 {
    size as u32
}
