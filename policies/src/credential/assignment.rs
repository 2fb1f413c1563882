//! Names and their values within a text, in every form in which settings are written:
//! `name=value`, `"name": "value"`, `<name>value<`, `--name value`, `set name value`,
//! `{"name": "NAME", "value": "VALUE"}`, `-Dname=value`.

use std::ops::Range;

use memchr::{memchr, memchr3_iter};

use super::reach::{ahead, behind};

/// A name and where its value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment<'t> {
    pub(super) name: &'t str,
    /// The value's bytes in the text, without quotes.
    pub(super) value: Range<usize>,
    /// A Java system property: `-Dname=value`.
    pub(super) property: bool,
}

/// Names are no longer.
const LONGEST_NAME: usize = 160;
/// Values are no longer: session tokens come near it.
const LONGEST_VALUE: usize = 4096;
/// So many are looked at in one text.
const MOST: usize = 1000;
/// Between a name and its separator stand quotes and blanks, but not many.
const WIDEST_GAP: usize = 6;

/// The values of those names that are wanted. `ends` answers for a name's last byte, so that most
/// separators cost no more than a look at what stands before them.
pub(super) fn find(text: &str, ends: fn(u8) -> bool, wanted: impl Fn(&str) -> bool) -> Vec<Assignment<'_>> {
    let mut found = Vec::new();
    separated(text, ends, &wanted, &mut found);
    flagged(text, &wanted, &mut found);
    found
}

fn separated<'t>(
    text: &'t str,
    ends: fn(u8) -> bool,
    wanted: &impl Fn(&str) -> bool,
    found: &mut Vec<Assignment<'t>>,
) {
    // The name that an entry of a list has given for the value that follows.
    let mut given: Option<&'t str> = None;
    for separator in memchr3_iter(b'=', b':', b'>', text.as_bytes()) {
        let Some(end) = name_end(text.as_bytes(), separator, ends) else { continue };
        let Some((name, property)) = name_before(text, end) else { continue };
        if found.len() >= MOST {
            return;
        }
        if wanted(name) {
            found.push(Assignment { name, value: value_after(text, separator + 1), property });
        } else if is_one_of(name, &["name", "key"]) {
            given = text.get(value_after(text, separator + 1)).filter(|name| wanted(name));
        } else if is_one_of(name, &["value"])
            && let Some(name) = given.take()
        {
            found.push(Assignment { name, value: value_after(text, separator + 1), property });
        }
    }
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|item| name.eq_ignore_ascii_case(item))
}

/// Words that follow a flag or the name in `configure set`.
fn flagged<'t>(text: &'t str, wanted: &impl Fn(&str) -> bool, found: &mut Vec<Assignment<'t>>) {
    let several = memchr(b' ', text.as_bytes()).is_some();
    if !several || !(memchr(b'-', text.as_bytes()).is_some() || text.contains("set ")) {
        return;
    }
    let mut before = [""; 2];
    for word in text.split_whitespace() {
        let name = before[1].trim_start_matches('-');
        if (is_flag(before[1]) || before[0] == "set") && found.len() < MOST && wanted(name) {
            let value = word.trim_end_matches([';', '&', '|', ')']).trim_matches(['"', '\'']);
            let start = value.as_ptr() as usize - text.as_ptr() as usize;
            found.push(Assignment { name, value: start..start + value.len(), property: false });
        }
        before = [before[1], word];
    }
}

/// A word that takes the next one as its value.
pub(super) fn is_flag(word: &str) -> bool {
    word.starts_with('-') && !word.contains('=')
}

/// Where the name before a separator ends, if it may be one that is wanted, or one of a list's entry.
fn name_end(text: &[u8], separator: usize, ends: fn(u8) -> bool) -> Option<usize> {
    let reach = &text[separator.saturating_sub(WIDEST_GAP + 1)..separator];
    let gap = reach.iter().rev().take_while(|b| matches!(b, b' ' | b'"' | b'\'' | b'\\')).count();
    let end = separator - gap;
    let last = text.get(end.checked_sub(1)?)?.to_ascii_lowercase();
    (gap <= WIDEST_GAP && (ends(last) || matches!(last, b'e' | b'y'))).then_some(end)
}

/// The name that ends here, and whether it is a Java system property's.
fn name_before(text: &str, end: usize) -> Option<(&str, bool)> {
    let before = behind(text, end, LONGEST_NAME);
    let start = before.bytes().rposition(|b| !is_name_byte(b)).map_or(0, |at| at + 1);
    let (above, name) = before.split_at_checked(start)?;
    if name.is_empty() || above.ends_with("</") {
        return None;
    }
    match name.strip_prefix("-D") {
        Some(property) => Some((property, true)),
        None => Some((name.trim_start_matches('-'), false)),
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The bytes of the value that begins after a separator.
fn value_after(text: &str, from: usize) -> Range<usize> {
    let rest = ahead(text, from, LONGEST_VALUE);
    let value = rest.trim_start_matches(['>', '=', ' ', '\t', '\\']);
    // `${NAME:-value}`
    let value = if text[..from].ends_with(':') { value.strip_prefix('-').unwrap_or(value) } else { value };
    let start = from + rest.len() - value.len();
    match value.strip_prefix(['"', '\'']) {
        Some(inner) => start + 1..start + 1 + quoted_length(inner, value.starts_with('"')),
        None => start..start + bare_length(value),
    }
}

fn quoted_length(value: &str, double: bool) -> usize {
    let quote = if double { '"' } else { '\'' };
    let end = value.find([quote, '\n']).unwrap_or(value.len());
    value[..end].trim_end_matches('\\').len()
}

/// The length of a value without quotes; a template mark is taken whole.
fn bare_length(value: &str) -> usize {
    for (open, close) in [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">")] {
        if let Some(length) = value.strip_prefix(open).and_then(|rest| rest.find(close)) {
            return open.len() + length + close.len();
        }
    }
    value.find(ends_value).unwrap_or(value.len())
}

fn ends_value(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '&' | ')' | '}' | ']' | '<' | '"' | '\'' | '\\' | '@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_name_and_value() {
        for text in [
            "wanted=v1",
            "export wanted=\"v1\";",
            "{\"wanted\": \"v1\"}",
            "{\\\"wanted\\\":\\\"v1\\\"}",
            "wanted: v1\n",
            "'wanted' => 'v1',",
            "<wanted>v1</wanted>",
            "run --wanted v1 --other x",
            "run --wanted=v1",
            "aws configure set wanted v1",
            "aws configure set wanted v1; run",
            "[{\"name\": \"wanted\", \"value\": \"v1\"}]",
            "-Dwanted=v1 -Dother=x",
            "${wanted:-v1}",
        ] {
            let found = find(text, |last| last == b'd', |name| name == "wanted");
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(&text[found[0].value.clone()], "v1", "{text}");
        }
    }

    #[test]
    fn template_marks_are_taken_whole() {
        for mark in ["${A}", "$(A)", "{{ .Values.a }}", "<your key>"] {
            let text = format!("wanted={mark} more");
            let found = find(&text, |last| last == b'd', |name| name == "wanted");
            assert_eq!(&text[found[0].value.clone()], mark);
        }
    }
}
