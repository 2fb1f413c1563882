//! Changes to a document, as a JSON Patch and as an edit of its text that keeps all else as it was written.
//!
//! ```text
//! changes ──plan──▶ what to replace, add and take out, by node
//!                     │
//!                     ├──patch──▶ RFC 6902 operations
//!                     ├──value──▶ the value that must result
//!                     └──block, flow──▶ splices ──▶ text, read again and held against that value
//! ```

mod block;
mod flow;
mod operations;
mod page;
mod patch;
mod plan;
mod render;
mod value;

use std::sync::Arc;

use serde_json::Value;

use super::position::Span;
use super::tree::{At, Document};
use super::{Format, Limits, parse};
use page::{Page, Splice};
use plan::Plan;

/// One change to a document. The same list becomes a JSON Patch or a text edit.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Takes a list item or a member out.
    Remove(At),
    /// Puts a value in the place of a scalar.
    Replace(At, Value),
    /// Adds or sets a member of the mapping at a node; a null there becomes a mapping.
    Member(At, String, Value),
    /// Appends an item to the sequence at a node; a null there becomes a sequence. Several may share an item.
    Append(At, Arc<Value>),
    /// Puts an item before all others of the sequence at a node. A patch can; a text is not edited so.
    Prepend(At, Value),
}

/// Bytes of the input, and what comes in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is taken out; empty where text is only added.
    pub span: Span,
    /// What is put in.
    pub text: String,
}

/// Why a document is not edited. Nothing is ever edited by half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// An edit where the text stands would change other places as well.
    #[error("it stands here through an alias or a merge key")]
    Copied(At),
    /// A pointer would name the other of two members.
    #[error("its key is repeated")]
    Repeated(At),
    /// A member of what is no mapping, an item of what is no sequence, a removal of the whole document.
    #[error("the change does not fit what stands here")]
    Shape(At),
    /// A layout that cannot be edited safely.
    #[error("it is laid out in a way that cannot be edited safely")]
    Layout(At),
    /// The edited text would not read as the changes ask.
    #[error("the edited text would not read as intended")]
    Mismatch,
}

impl Document {
    /// The changes as the text of a JSON Patch (RFC 6902), in an order in which every index holds.
    ///
    /// Removals come last, the later item first, each behind a `test` of the item's `name` where it has one.
    pub fn patch(&self, changes: &[Change]) -> Result<Vec<u8>, Refusal> {
        Ok(patch::of(self, &Plan::new(self, changes)?))
    }

    /// The changes as one edit of the input; `None` when they change nothing.
    ///
    /// The edited document is read again, and its value is what [`Self::patch`] would give.
    pub fn edit(&self, changes: &[Change]) -> Result<Option<Edit>, Refusal> {
        let plan = Plan::new(self, changes)?;
        plan.refuse_copied(self)?;
        plan.refuse_prepended()?;
        let wanted = value::after(self, &plan);
        let extent = self.extent();
        let before = self.text().get(range(extent)).unwrap_or_default();
        let after = self.rewrite(&plan, before, extent.start)?;
        if reread(&after, self.format())?.to_value() != wanted {
            return Err(Refusal::Mismatch);
        }
        Ok(smallest(before, &after, extent.start))
    }

    /// The document as a value: tagged nodes as `{tag: value}`; of two members with one key, the later.
    ///
    /// Plain scalars are null, booleans as [`super::Node::boolean`] has them, and what JSON calls a number.
    pub fn to_value(&self) -> Value {
        value::of(self.root())
    }

    /// What adds text comes first; what takes lines out is done in what results, so that the two never meet.
    fn rewrite(&self, plan: &Plan<'_>, before: &str, offset: u32) -> Result<String, Refusal> {
        let page = Page::new(self);
        let (inserting, cutting) = plan.split(|at| page.is_block(self.node(at)));
        let added = page::apply(before, offset, insert(&page, &inserting)?).ok_or(Refusal::Mismatch)?;
        if cutting.replaced.is_empty() && cutting.removed.is_empty() {
            return Ok(added);
        }
        let document = reread(&added, self.format())?;
        let cutting = cutting.moved(self, &document).ok_or(Refusal::Mismatch)?;
        page::apply(&added, 0, cut(&Page::new(&document), &cutting)?).ok_or(Refusal::Mismatch)
    }
}

fn insert(page: &Page<'_>, plan: &Plan<'_>) -> Result<Vec<Splice>, Refusal> {
    let node = |at: &At| page.document.node(*at);
    let replaced = plan.replaced.iter().map(|(at, value)| Ok(render::replacement(page, node(at), value)));
    let added = plan.added.iter().map(|(at, additions)| match node(at) {
        null if null.is_null() => Ok(flow::fill(page, null, additions)),
        container if page.is_block(container) => block::add(page, container, additions),
        container => flow::add(page, container, additions),
    });
    replaced.chain(added).collect()
}

fn cut(page: &Page<'_>, plan: &Plan<'_>) -> Result<Vec<Splice>, Refusal> {
    let mut splices = Vec::new();
    for (at, value) in &plan.replaced {
        splices.extend(block::replace(page, page.document.node(*at), value)?);
    }
    for (container, removed) in plan.removed_by_container(page.document) {
        let container = page.document.node(container);
        splices.extend(if page.is_block(container) {
            block::remove(page, container, &removed)?
        } else {
            flow::remove(page, container, &removed)?
        });
    }
    Ok(splices)
}

/// Puts edits of one input into its text; they must not overlap, and come in any order.
pub fn splice(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span.start);
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        result.push_str(text.get(at..edit.span.start as usize).unwrap_or_default());
        result.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    result + text.get(at..).unwrap_or_default()
}

fn reread(text: &str, format: Format) -> Result<Document, Refusal> {
    let mut stream = parse(&"".into(), text.as_bytes(), format, Limits::default());
    match (stream.pop(), stream.is_empty()) {
        (Some(Ok(document)), true) => Ok(document),
        _ => Err(Refusal::Mismatch),
    }
}

/// What differs, without what both have in common before and behind.
fn smallest(before: &str, after: &str, offset: u32) -> Option<Edit> {
    if before == after {
        return None;
    }
    let same = |a: &str, b: &str| {
        a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let head: usize = same(before, after);
    let (old, new) = (before.get(head..).unwrap_or_default(), after.get(head..).unwrap_or_default());
    let backwards = old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b);
    let tail: usize = backwards.map(|(a, _)| a.len_utf8()).sum();
    let start = offset + super::builder::number(head);
    let end = offset + super::builder::number(before.len() - tail);
    Some(Edit { span: Span { start, end }, text: new.get(..new.len() - tail).unwrap_or_default().to_owned() })
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}
