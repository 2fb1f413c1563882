//! Edits by lines: YAML in block style.

use std::collections::BTreeSet;

use serde_json::Value;

use super::page::{Element, Page, Splice, count, elements};
use super::plan::Addition;
use super::{Refusal, render};
use crate::document::node::Node;
use crate::document::tree::{At, Step};

/// Adds lines behind the last one of a container.
pub(super) fn add(
    page: &Page<'_>,
    container: Node<'_>,
    additions: &[Addition<'_>],
) -> Result<Splice, Refusal> {
    let refusal = Refusal::Layout(container.at());
    let first = leads(page, container)?.into_iter().next().ok_or(refusal)?;
    let margin = page.margin(first.start).chars().map(|c| if c == '\t' { c } else { ' ' });
    let indent: String = margin.collect();
    let end = page.closes_line(container.span().end as usize).ok_or(refusal)?;
    let newline = page.newline;
    let lines = additions.iter().map(|addition| {
        let text = render::lines(addition, indent.chars().count());
        format!("{newline}{indent}{}", text.replace('\n', newline))
    });
    Ok(Splice { start: end, end, text: lines.collect(), of: container.at() })
}

/// Takes elements out with their lines, and with the comments on these.
pub(super) fn remove(
    page: &Page<'_>,
    container: Node<'_>,
    removed: &BTreeSet<At>,
) -> Result<Vec<Splice>, Refusal> {
    let elements = leads(page, container)?;
    let kept = elements.iter().position(|element| !removed.contains(&element.value));
    let Some(kept) = kept else {
        // What merge keys and aliases brought still stands there.
        let others = elements.len() < count(container);
        let empty = if container.is_mapping() { "{}" } else { "[]" };
        return if others { cut_all(page, &elements) } else { set(page, container, &elements, empty) };
    };
    // What shares its line with the dash of an outer item makes room for the first that is kept.
    let shared = elements.first().is_some_and(|first| !page.opens_line(first.start));
    let mut splices = Vec::new();
    let rest = if shared && kept > 0 {
        splices.push(move_up(page, &elements[..=kept])?);
        &elements[kept..]
    } else {
        &elements[..]
    };
    for element in rest.iter().filter(|element| removed.contains(&element.value)) {
        splices.push(cut(page, *element)?);
    }
    Ok(splices)
}

/// The elements of a block container, an item from its dash.
fn leads(page: &Page<'_>, container: Node<'_>) -> Result<Vec<Element>, Refusal> {
    let mut elements = elements(container);
    if container.is_sequence() {
        for element in &mut elements {
            element.start = dash(page, element.start).ok_or(Refusal::Layout(element.value))?;
        }
    }
    Ok(elements)
}

/// The dash of an item whose value starts here; a tag or an anchor may stand between.
fn dash(page: &Page<'_>, value: usize) -> Option<usize> {
    let mut before = page.before(value).trim_end();
    loop {
        // Some sequences start, for the parser, at their first item rather than at its dash.
        if let Some(rest) = before.strip_suffix('-') {
            let alone = rest.is_empty() || rest.ends_with([' ', '\n', '\u{feff}']);
            return alone.then_some(rest.len());
        }
        let word = before.rfind([' ', '\n'])? + 1;
        before[word..].starts_with(['!', '&']).then_some(())?;
        before = before[..word].trim_end();
    }
}

fn cut_all(page: &Page<'_>, elements: &[Element]) -> Result<Vec<Splice>, Refusal> {
    elements.iter().map(|element| cut(page, *element)).collect()
}

/// Whole lines.
fn cut(page: &Page<'_>, element: Element) -> Result<Splice, Refusal> {
    let end = page.closes_line(element.end).filter(|_| page.opens_line(element.start));
    let end = page.next_line(end.ok_or(Refusal::Layout(element.value))?);
    let start = page.line_start(element.start);
    Ok(Splice { start, end, text: String::new(), of: element.value })
}

/// The last of these stays and takes the place of the first, unless a comment of its own stands above it.
fn move_up(page: &Page<'_>, elements: &[Element]) -> Result<Splice, Refusal> {
    let (Some(first), Some(gone), Some(stays)) =
        (elements.first(), elements.iter().rev().nth(1), elements.last())
    else {
        return Err(Refusal::Mismatch);
    };
    let line_end = page.closes_line(gone.end).ok_or(Refusal::Layout(gone.value))?;
    let commented = page.has_own_comment(line_end, stays.start);
    let end = if commented { line_end } else { stays.start };
    Ok(Splice { start: first.start, end, text: String::new(), of: first.value })
}

/// Puts a value in the place of a whole container.
pub(super) fn replace(page: &Page<'_>, container: Node<'_>, value: &Value) -> Result<Vec<Splice>, Refusal> {
    let elements = leads(page, container)?;
    if elements.len() < count(container) {
        return Err(Refusal::Layout(container.at()));
    }
    set(page, container, &elements, &render::flow(page, value, None))
}

/// Leaves a text alone in the place of all elements, behind the key where the container is a member.
fn set(
    page: &Page<'_>,
    container: Node<'_>,
    elements: &[Element],
    text: &str,
) -> Result<Vec<Splice>, Refusal> {
    let at = container.at();
    let first = elements.first().ok_or(Refusal::Layout(at))?;
    let Step::Member(key) = page.document.step(at) else {
        let (start, end) = (first.start, container.span().end as usize);
        return Ok(vec![Splice { start, end, text: text.to_owned(), of: at }]);
    };
    let mut splices = cut_all(page, elements)?;
    let key_end = page.document.slot(key).span.end as usize;
    let colon = page.after(key_end).find(':').ok_or(Refusal::Layout(at))?;
    let colon = key_end + colon + 1;
    splices.push(Splice { start: colon, end: colon, text: format!(" {text}"), of: at });
    Ok(splices)
}
