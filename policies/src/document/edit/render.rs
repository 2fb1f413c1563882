//! Values as text: YAML by lines, YAML and JSON between brackets.

use serde_json::Value;

use super::page::{Page, Splice};
use super::plan::Addition;
use crate::document::node::Node;
use crate::document::tree::Style;

/// A value in the place of a scalar, quoted as that one was.
pub(super) fn replacement(page: &Page<'_>, node: Node<'_>, value: &Value) -> Splice {
    let span = node.span();
    let quoted = node.style() == Some(Style::Quoted) && !page.is_json();
    let text = match value {
        Value::String(text) if quoted && page.slice(span).starts_with('\'') && is_single_line(text) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        Value::String(_) if quoted => value.to_string(),
        _ => flow(page, value, None),
    };
    // Nothing at all stands directly behind its colon or dash.
    let text = if span.start == span.end { format!(" {text}") } else { text };
    Splice { start: span.start as usize, end: span.end as usize, text, of: node.at() }
}

/// A member or an item between brackets; with an indentation, over several lines.
pub(super) fn element(page: &Page<'_>, addition: &Addition<'_>, indent: Option<&str>) -> String {
    let value = flow(page, addition.value, indent);
    match &addition.key {
        Some(key) => format!("{}{}{value}", flow_key(page, key), colon(page)),
        None => value,
    }
}

/// A value between brackets.
pub(super) fn flow(page: &Page<'_>, value: &Value, indent: Option<&str>) -> String {
    let mut text = String::new();
    write_flow(page, value, indent.map(|indent| (indent, unit(page))), &mut text);
    text
}

fn write_flow(page: &Page<'_>, value: &Value, indent: Option<(&str, &str)>, text: &mut String) {
    let inner = indent.map(|(indent, unit)| (format!("{indent}{unit}"), unit));
    let inner = inner.as_ref().map(|(indent, unit)| (indent.as_str(), *unit));
    let mut parts = Vec::new();
    let (open, close) = match value {
        Value::Array(items) => {
            parts.extend(items.iter().map(|item| (None, item)));
            ('[', ']')
        }
        Value::Object(members) => {
            parts.extend(members.iter().map(|(key, value)| (Some(key), value)));
            ('{', '}')
        }
        scalar => return text.push_str(&flow_scalar(page, scalar)),
    };
    text.push(open);
    for (count, (key, value)) in parts.iter().enumerate() {
        text.push_str(separator(page, count, inner.is_some()));
        break_line(page, inner, text);
        if let Some(key) = key {
            text.push_str(&flow_key(page, key));
            text.push_str(colon(page));
        }
        write_flow(page, value, inner, text);
    }
    if !parts.is_empty() {
        break_line(page, indent, text);
    }
    text.push(close);
}

fn separator(page: &Page<'_>, count: usize, lines: bool) -> &'static str {
    match (count, lines || colon(page) == ":") {
        (0, _) => "",
        (_, true) => ",",
        (_, false) => ", ",
    }
}

fn break_line(page: &Page<'_>, indent: Option<(&str, &str)>, text: &mut String) {
    if let Some((indent, _)) = indent {
        text.push_str(page.newline);
        text.push_str(indent);
    }
}

/// `":"` in JSON that is written without blanks.
fn colon(page: &Page<'_>) -> &'static str {
    let first = page.document.nodes().find(|node| node.is_mapping()).and_then(|node| node.entries().next());
    let glued = first.is_some_and(|entry| entry.value.span().start == entry.key.span().end + 1);
    if glued && page.is_json() { ":" } else { ": " }
}

/// One step of indentation, as the root's first child shows it.
fn unit<'p>(page: &Page<'p>) -> &'p str {
    let root = page.document.root();
    let first = root.entries().next().map(|entry| entry.key).or_else(|| root.items().next());
    let start = first.map_or(0, |first| first.span().start as usize);
    let margin = page.margin(start);
    if page.opens_line(start) && !margin.is_empty() { margin } else { "  " }
}

fn flow_key(page: &Page<'_>, key: &str) -> String {
    if page.is_json() { Value::from(key).to_string() } else { yaml_string(key) }
}

fn flow_scalar(page: &Page<'_>, value: &Value) -> String {
    match value {
        Value::String(text) if !page.is_json() => yaml_string(text),
        other => other.to_string(),
    }
}

/// A member or an item by lines; the first starts at `indent`, and each further is indented by itself.
pub(super) fn lines(addition: &Addition<'_>, indent: usize) -> String {
    match &addition.key {
        Some(key) => format!("{}:{}", yaml_string(key), behind_key(addition.value, indent)),
        None => format!("- {}", block(addition.value, indent + 2)),
    }
}

fn block(value: &Value, indent: usize) -> String {
    let separator = format!("\n{}", " ".repeat(indent));
    let lines: Vec<_> = match value {
        Value::Object(members) if !members.is_empty() => members
            .iter()
            .map(|(key, value)| format!("{}:{}", yaml_string(key), behind_key(value, indent)))
            .collect(),
        Value::Array(items) if !items.is_empty() => {
            items.iter().map(|item| format!("- {}", block(item, indent + 2))).collect()
        }
        Value::String(text) => return yaml_string(text),
        other => return other.to_string(),
    };
    lines.join(&separator)
}

fn behind_key(value: &Value, indent: usize) -> String {
    let nested = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if nested {
        let deeper = indent + 2;
        format!("\n{}{}", " ".repeat(deeper), block(value, deeper))
    } else {
        format!(" {}", block(value, indent))
    }
}

/// Without quotes where no reader of YAML would take it for anything but this text.
fn yaml_string(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { Value::from(text).to_string() }
}

fn is_plain(text: &str) -> bool {
    let safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '+' | '=' | '@');
    let start = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_');
    text.starts_with(start) && !text.ends_with(':') && text.chars().all(safe) && !is_word(text)
}

/// What YAML 1.1 takes for a boolean or null, and words near it.
fn is_word(text: &str) -> bool {
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_single_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}
