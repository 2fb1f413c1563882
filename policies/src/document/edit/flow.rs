//! Edits between brackets and braces: JSON, and YAML in flow style.

use std::collections::BTreeSet;

use super::page::{Element, Page, Splice, count, elements};
use super::plan::Addition;
use super::{Refusal, patch, render};
use crate::document::node::Node;
use crate::document::tree::At;

/// Puts a container in the place of a null.
pub(super) fn fill(page: &Page<'_>, null: Node<'_>, additions: &[Addition<'_>]) -> Splice {
    render::replacement(page, null, &patch::filled(additions))
}

/// Adds to a container behind its last element, in the way that one is set.
pub(super) fn add(
    page: &Page<'_>,
    container: Node<'_>,
    additions: &[Addition<'_>],
) -> Result<Splice, Refusal> {
    let span = container.span();
    let elements = elements(container);
    if page.document.children(container.at()).is_empty() {
        let text = render::flow(page, &patch::filled(additions), None);
        return Ok(Splice { start: span.start as usize, end: span.end as usize, text, of: container.at() });
    }
    let last = *elements.last().ok_or(Refusal::Layout(container.at()))?;
    let before = elements.iter().rev().nth(1).map_or(span.start as usize + 1, |element| element.end);
    let gap = gap(page, before, last.start);
    let indent = gap.rsplit_once('\n').map(|(_, indent)| indent);
    let text = additions.iter().map(|addition| format!(",{gap}{}", render::element(page, addition, indent)));
    Ok(Splice { start: last.end, end: last.end, text: text.collect(), of: container.at() })
}

/// The blanks before an element: a line break with its indentation, a space, or nothing.
fn gap<'p>(page: &Page<'p>, from: usize, to: usize) -> &'p str {
    let between = page.text.get(from..to).unwrap_or_default();
    let blank = between.len() - between.trim_end().len();
    let gap = &between[between.len() - blank..];
    let line = gap.rfind('\n').map_or(0, |at| if gap[..at].ends_with('\r') { at - 1 } else { at });
    if gap.is_empty() && page.after(to).contains(", ") { " " } else { &gap[line..] }
}

/// Takes elements out, each with its comma.
pub(super) fn remove(
    page: &Page<'_>,
    container: Node<'_>,
    removed: &BTreeSet<At>,
) -> Result<Vec<Splice>, Refusal> {
    let elements = elements(container);
    if elements.len() < count(container) {
        return Err(Refusal::Layout(container.at()));
    }
    let goes = |element: &Element| removed.contains(&element.value);
    if elements.iter().all(goes) {
        return Ok(clear(page, container, &elements));
    }
    let ends = elements.iter().rposition(|element| !goes(element)).unwrap_or_default();
    let (head, tail) = elements.split_at(ends + 1);
    let mut splices: Vec<_> = head.iter().filter(|e| goes(e)).map(|e| cut(page, *e)).collect();
    splices.extend(cut_tail(page, head, tail));
    Ok(splices)
}

/// All behind the last that is kept, with the comma behind that one unless the list ends with a comma anyway.
fn cut_tail(page: &Page<'_>, head: &[Element], tail: &[Element]) -> Vec<Splice> {
    let (Some(kept), Some(last)) = (head.last(), tail.last()) else { return Vec::new() };
    if page.comma_after(last.end).is_some() {
        return tail.iter().map(|element| cut(page, *element)).collect();
    }
    let gone = |start: usize, end: usize| Splice { start, end, text: String::new(), of: last.value };
    if !page.has_comment(kept.end, last.end) {
        return vec![gone(kept.end, last.end)];
    }
    let comma = page.comma_after(kept.end).map(|comma| gone(comma, comma + 1));
    comma.into_iter().chain(tail.iter().map(|element| cut(page, *element))).collect()
}

fn clear(page: &Page<'_>, container: Node<'_>, elements: &[Element]) -> Vec<Splice> {
    let (start, end) = (container.span().start as usize + 1, container.span().end as usize - 1);
    if page.has_comment(start, end) {
        return elements.iter().map(|element| cut(page, *element)).collect();
    }
    vec![Splice { start, end, text: String::new(), of: container.at() }]
}

/// The element with the comma behind it; with its whole lines where it has them for itself.
fn cut(page: &Page<'_>, element: Element) -> Splice {
    let comma = page.comma_after(element.end);
    let end = comma.map_or(element.end, |comma| comma + 1);
    let own_lines = page.opens_line(element.start) && page.closes_line(end).is_some();
    let (start, end) = if own_lines {
        (page.line_start(element.start), page.next_line(end))
    } else if comma.is_some() {
        let rest = page.after(end);
        (element.start, end + rest.len() - rest.trim_start_matches([' ', '\t']).len())
    } else {
        (page.before(element.start).trim_end().len(), end)
    };
    Splice { start, end, text: String::new(), of: element.value }
}
