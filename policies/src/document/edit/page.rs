//! The written page: lines, blanks and comments around a node.

use crate::document::Format;
use crate::document::node::Node;
use crate::document::position::Span;
use crate::document::tree::{At, Document};

/// Bytes of the input to take out, and what comes in their place.
#[derive(Debug)]
pub(super) struct Splice {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
    /// Of two additions at one point, that of the later node stands first: it is the inner one.
    pub(super) of: At,
}

/// Applies splices to a text that starts at `offset` of the input; `None` when they overlap.
pub(super) fn apply(text: &str, offset: u32, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|splice| (splice.start, splice.end, std::cmp::Reverse(splice.of)));
    let mut result = String::with_capacity(text.len());
    let mut at = offset as usize;
    for splice in splices {
        result.push_str(
            text.get(at.checked_sub(offset as usize)?..splice.start.checked_sub(offset as usize)?)?,
        );
        result.push_str(&splice.text);
        at = splice.end;
    }
    result.push_str(text.get(at - offset as usize..)?);
    Some(result)
}

/// A member or an item, from its key or its value to the end of its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: At,
}

/// What is written in a container itself: not what merge keys brought, nor aliases.
pub(super) fn elements(container: Node<'_>) -> Vec<Element> {
    let element = |start: Node<'_>, value: Node<'_>| {
        let (start, end) = (start.span().start as usize, value.span().end as usize);
        (!value.is_copied()).then_some(Element { start, end, value: value.at() })
    };
    let members = container.entries().filter_map(|entry| element(entry.key, entry.value));
    let items = container.items().filter_map(|item| element(item, item));
    members.chain(items).collect()
}

/// How many members or items a container has, wherever they are written.
pub(super) fn count(container: Node<'_>) -> usize {
    container.entries().len() + container.items().len()
}

pub(super) struct Page<'d> {
    pub(super) document: &'d Document,
    pub(super) text: &'d str,
    /// How lines end here.
    pub(super) newline: &'static str,
}

impl<'d> Page<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        let text = document.text();
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Self { document, text, newline }
    }

    pub(super) fn is_json(&self) -> bool {
        self.document.format() == Format::Json
    }

    pub(super) fn slice(&self, span: Span) -> &'d str {
        self.text.get(super::range(span)).unwrap_or_default()
    }

    /// A container by lines, without brackets or braces.
    pub(super) fn is_block(&self, node: Node<'_>) -> bool {
        let text = self.slice(node.span());
        let (open, close) = if node.is_mapping() { ('{', '}') } else { ('[', ']') };
        count(node) > 0 && !(text.starts_with(open) && text.ends_with(close))
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.before(at).rfind('\n').map_or(0, |end| end + 1)
    }

    pub(super) fn before(&self, at: usize) -> &'d str {
        self.text.get(..at).unwrap_or_default()
    }

    pub(super) fn after(&self, at: usize) -> &'d str {
        self.text.get(at..).unwrap_or_default()
    }

    /// What stands before a place on its line.
    pub(super) fn margin(&self, at: usize) -> &'d str {
        self.text.get(self.line_start(at)..at).unwrap_or_default().trim_start_matches('\u{feff}')
    }

    /// Nothing but blanks stands before a place on its line.
    pub(super) fn opens_line(&self, at: usize) -> bool {
        self.margin(at).trim_matches([' ', '\t']).is_empty()
    }

    /// The end of the line, before its break, when nothing but blanks and a comment follow.
    pub(super) fn closes_line(&self, at: usize) -> Option<usize> {
        let rest = self.after(at);
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let trimmed = line.trim_start_matches([' ', '\t']);
        let comment = trimmed.starts_with('#') && !self.is_json();
        (trimmed.is_empty() || comment).then_some(at + line.len())
    }

    /// The start of the line after this one, or the end of the text.
    pub(super) fn next_line(&self, at: usize) -> usize {
        self.after(at).find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    /// Where a comma follows, blanks and comments aside.
    pub(super) fn comma_after(&self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            let rest = self.after(at);
            at += rest.len() - rest.trim_start().len();
            match self.after(at).chars().next()? {
                ',' => return Some(at),
                '#' if !self.is_json() => at = self.next_line(at),
                _ => return None,
            }
        }
    }

    /// A comment stands between two places.
    pub(super) fn has_comment(&self, from: usize, to: usize) -> bool {
        self.document.comments().iter().any(|comment| (from..to).contains(&(comment.start as usize)))
    }

    /// A comment with a line of its own stands between two places.
    pub(super) fn has_own_comment(&self, from: usize, to: usize) -> bool {
        let comments = self.document.comments().iter().map(|comment| comment.start as usize);
        comments.filter(|start| (from..to).contains(start)).any(|start| self.opens_line(start))
    }
}
