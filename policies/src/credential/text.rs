//! Keys inside other texts: connection strings, JSON, command lines, credentials files, base64.
//!
//! A text without a key costs two searches for single bytes. What is found never holds the text itself.

use std::ops::Range;

use memchr::{memchr_iter, memchr3_iter, memmem};

use super::slot::{self, Style};
use crate::document::{Mark, find_mark};

use super::{Class, Masked, Part, Reader, account, encoded, shape, value};

/// A key's part within a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) part: Part,
    pub(super) class: Class,
    /// Its bytes in the text; of an encoded one, the bytes of the code.
    pub(super) range: Range<usize>,
    /// What stands before it, when that is a key's name.
    pub(super) name: Option<FoundName>,
    /// Which `[section]` of the text it stands in, from 0.
    pub(super) section: usize,
    pub(super) shown: Option<Masked>,
    pub(super) account: Option<String>,
}

/// The name before a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundName {
    pub(super) prefix: String,
    pub(super) style: Style,
    pub(super) reader: Reader,
    pub(super) vendor: Option<&'static str>,
    /// The name alone is evidence.
    pub(super) sure: bool,
    /// A Java system property: `-Dname=value`.
    pub(super) property: bool,
}

/// Texts shorter than this hold neither a key nor a name with a value.
const SHORTEST: usize = 8;
/// How far from its id a secret without a name may stand, in bytes.
const NEAR: usize = 160;

/// Everything in a text that is a part of a key, in the order of the text.
pub(super) fn scan(text: &str) -> Vec<Found> {
    scan_within(text, encoded::LEVELS)
}

/// As [`scan`], with so many levels of encoding still to open.
pub(super) fn scan_within(text: &str, levels: u8) -> Vec<Found> {
    let mut found = Vec::new();
    if text.len() < SHORTEST {
        return found;
    }
    named(text, &mut found);
    ids_and_bearers(text, &mut found);
    if text.len() >= 40 {
        short_lived(text, &mut found);
        encoded::open(text, levels, &mut found);
    }
    if !found.is_empty() {
        beside_ids(text, &mut found);
        drop_unproven(&mut found);
        found.sort_by_key(|part| part.range.start);
        set_sections(text, &mut found);
    }
    found
}

impl Found {
    pub(super) fn new(text: &str, part: Part, class: Class, range: Range<usize>) -> Self {
        let id = text.get(range.clone()).filter(|_| part == Part::Id && class.is_issued());
        Self {
            part,
            class,
            name: None,
            section: 0,
            shown: id.map(Masked::of_id),
            account: id.and_then(account::of_id),
            range,
        }
    }

    /// The value is a key by itself, or stands under a name that says so.
    pub(super) fn is_evidence(&self) -> bool {
        let by_name = self.name.as_ref().is_some_and(|name| name.sure);
        let by_value = self.class.is_issued() && self.part != Part::Secret;
        by_name || by_value || self.class == Class::DocumentedExample
    }
}

/// Within a text a pointer says nothing: the shell's own variables are everywhere.
pub(super) fn tells_in_text(class: Class, written: &str) -> bool {
    match class {
        Class::Empty | Class::Indirection => false,
        Class::Unrendered => !matches!(find_mark(written), Some(Mark::Dollar | Mark::DollarBrace)),
        _ => true,
    }
}

/// Forty characters under a name that any secret may have prove nothing without an id in the same text.
fn drop_unproven(found: &mut Vec<Found>) {
    if !found.iter().any(|part| part.part == Part::Id && part.class.is_issued()) {
        found.retain(|part| part.part != Part::Secret || part.is_evidence());
    }
}

/// Values behind a name: `name=value`, `"name": "value"`, `<name>value<`, `--name value`.
fn named(text: &str, found: &mut Vec<Found>) {
    assignments(text, |name, range, start| {
        let property = text[..start].ends_with("-D");
        push_named(text, name, range, property, found);
    });
    flagged(text, |name, range| push_named(text, name, range, false, found));
}

/// Calls back with every name before a separator, the bytes of its value, and where the name starts.
pub(super) fn assignments<'t>(text: &'t str, mut each: impl FnMut(&'t str, Range<usize>, usize)) {
    for separator in memchr3_iter(b'=', b':', b'>', text.as_bytes()) {
        if let Some((name, start)) = name_before(text, separator) {
            each(name, value_after(text, separator + 1), start);
        }
    }
}

fn push_named(text: &str, name: &str, range: Range<usize>, property: bool, found: &mut Vec<Found>) {
    let Some(slot) = slot::of(name) else { return };
    let Some(written) = text.get(range.clone()) else { return };
    let class = value::in_slot(slot.part, &unescaped(written));
    let proven = class.is_issued() || class == Class::DocumentedExample;
    let weak = !slot.sure && (!proven || slot.part == Part::Token);
    if weak || !tells_in_text(class, written) {
        return;
    }
    let part = actual_part(slot.part, written, class);
    let mut entry = Found::new(text, part, class, range);
    entry.name = Some(FoundName {
        prefix: slot.prefix.to_owned(),
        style: slot.style,
        reader: slot.reader,
        vendor: slot.vendor,
        sure: slot.sure,
        property,
    });
    if !found.iter().any(|other| other.range.start == entry.range.start) {
        found.push(entry);
    }
}

/// An id in the secret's slot is an id.
pub(super) fn actual_part(part: Part, text: &str, class: Class) -> Part {
    if !class.is_issued() {
        return part;
    }
    if shape::key_id(text.trim()).is_some() {
        return Part::Id;
    }
    if shape::bearer(text.trim()).is_some() { Part::Bearer } else { part }
}

/// The name that ends before a separator, and where it starts.
fn name_before(text: &str, separator: usize) -> Option<(&str, usize)> {
    let before = text.get(..separator)?.trim_end_matches([' ', '"', '\'', '\\']);
    let last = *before.as_bytes().last()?;
    if !last.is_ascii_alphanumeric() || separator - before.len() > 6 {
        return None;
    }
    let start = before.bytes().rposition(|b| !is_name_byte(b)).map_or(0, |at| at + 1);
    let start = start + property_mark(&before[start..]);
    let name = before.get(start..)?;
    let dashes = name.len() - name.trim_start_matches('-').len();
    Some((name.get(dashes..)?, start + dashes))
}

/// The length of `-D` where it begins a Java system property.
fn property_mark(name: &str) -> usize {
    if name.starts_with("-D") { 2 } else { 0 }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The bytes of the value that begins after a separator.
fn value_after(text: &str, from: usize) -> Range<usize> {
    let rest = &text[from..];
    let start = from + rest.len() - rest.trim_start_matches(['>', '=', ' ', '\t', '\\']).len();
    let start = start + usize::from(text[start..].starts_with('-') && text[..from].ends_with(':'));
    let value = &text[start..];
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(text, start + 1, quote),
        _ => start..start + bare_length(value),
    }
}

fn quoted(text: &str, start: usize, quote: char) -> Range<usize> {
    let value = &text[start..];
    let end = value.find([quote, '\n']).unwrap_or(value.len());
    start..start + value[..end].trim_end_matches('\\').len()
}

/// The length of a value without quotes; a template mark is taken whole.
fn bare_length(value: &str) -> usize {
    for (open, close) in [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">")] {
        if let Some(length) = value.strip_prefix(open).and_then(|rest| rest.find(close)) {
            return open.len() + length + close.len();
        }
    }
    value
        .find(|c: char| {
            c.is_whitespace()
                || matches!(c, ',' | ';' | '&' | ')' | '}' | ']' | '<' | '"' | '\'' | '\\' | '@')
        })
        .unwrap_or(value.len())
}

/// `--secret-key VALUE` and `aws configure set aws_access_key_id VALUE` within one text: calls back with
/// the name and the bytes of the value.
pub(super) fn flagged<'t>(text: &'t str, mut each: impl FnMut(&'t str, Range<usize>)) {
    if memchr::memchr(b' ', text.as_bytes()).is_none() {
        return;
    }
    let mut before = [""; 2];
    for word in text.split_whitespace() {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let name = before[1];
        if is_flag(name) || before[0] == "set" {
            let quotes = word.len() - word.trim_start_matches(['"', '\'']).len();
            let value = word.trim_matches(['"', '\'']);
            each(name.trim_start_matches('-'), start + quotes..start + quotes + value.len());
        }
        before = [before[1], word];
    }
}

/// A word that takes the next one as its value.
pub(super) fn is_flag(word: &str) -> bool {
    word.starts_with('-') && !word.contains('=')
}

/// Key ids and Bedrock keys, which need no name.
fn ids_and_bearers(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    for start in memchr_iter(b'A', bytes) {
        if shape::id_prefix(&bytes[start..]).is_some() {
            push_id(text, start, found);
        } else if bytes[start..].starts_with(b"ABSK") {
            push_run(text, start, Part::Bearer, shape::bearer, found);
        }
    }
}

fn push_id(text: &str, start: usize, found: &mut Vec<Found>) {
    let range = start..start + shape::ID_LENGTH;
    let Some(class) = text.get(range.clone()).and_then(shape::key_id) else { return };
    let free = stands_free(text, &range) && !is_request_credential(&text[..start]);
    if free && class != Class::Placeholder && !is_known(found, start) {
        found.push(Found::new(text, Part::Id, class, range));
    }
}

/// Neither end is in the middle of a word; `%3A` before it is the end of one.
fn stands_free(text: &str, range: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let after = bytes.get(range.end).is_none_or(|b| !b.is_ascii_alphanumeric());
    let before = range.start.checked_sub(1).is_none_or(|at| !bytes[at].is_ascii_alphanumeric());
    let escaped = range.start.checked_sub(3).is_some_and(|at| bytes[at] == b'%');
    after && (before || escaped)
}

/// A signed URL or header names its key, but does not hold it.
fn is_request_credential(before: &str) -> bool {
    before.ends_with("Credential=")
        || before.ends_with("?AWSAccessKeyId=")
        || before.ends_with("&AWSAccessKeyId=")
}

fn is_known(found: &[Found], start: usize) -> bool {
    found.iter().any(|other| other.range.contains(&start))
}

fn push_run(text: &str, start: usize, part: Part, class: fn(&str) -> Option<Class>, found: &mut Vec<Found>) {
    let run = |b: &u8| shape::is_base64(*b) || matches!(b, b'=' | b'-' | b'_');
    let length = text.as_bytes()[start..].iter().take_while(|b| run(b)).count();
    let range = start..start + length;
    let Some(class) = text.get(range.clone()).and_then(class) else { return };
    if !is_known(found, start) {
        found.push(Found::new(text, part, class, range));
    }
}

/// Session tokens and short-lived Bedrock keys, which begin in a way of their own.
fn short_lived(text: &str, found: &mut Vec<Found>) {
    for start in memmem::find_iter(text.as_bytes(), shape::BEDROCK_SHORT) {
        push_run(text, start, Part::Bearer, shape::bearer, found);
    }
    if text.len() < 100 {
        return;
    }
    for head in [&b"IQoJ"[..], b"FwoG", b"FQoG", b"AQoD"] {
        for start in memmem::find_iter(text.as_bytes(), head) {
            if shape::begins_as_token(&text.as_bytes()[start..]) {
                push_run(text, start, Part::Token, shape::token, found);
            }
        }
    }
}

/// Secrets without a name: forty characters near an id that has no secret yet. They go by the id's name.
fn beside_ids(text: &str, found: &mut Vec<Found>) {
    let is_id = |part: &&Found| part.part == Part::Id && part.class.is_issued();
    let ids: Vec<_> =
        found.iter().filter(is_id).map(|part| (part.range.clone(), part.name.clone())).collect();
    for (id, name) in ids {
        let near = |part: &Found| part.range.start.abs_diff(id.start) <= NEAR + 40;
        if found.iter().any(|part| part.part == Part::Secret && near(part)) {
            continue;
        }
        let window = id.start.saturating_sub(NEAR)..(id.end + NEAR).min(text.len());
        if let Some((range, class)) = secret_in(text, window, id.end) {
            found.push(Found { name, ..Found::new(text, Part::Secret, class, range) });
        }
    }
}

/// The secret in a window of the text, the first after `from` before any earlier one.
fn secret_in(text: &str, window: Range<usize>, from: usize) -> Option<(Range<usize>, Class)> {
    let secrets: Vec<_> = secrets(text).filter(|(range, _)| window.contains(&range.start)).collect();
    secrets.iter().find(|(range, _)| range.start >= from).or(secrets.last()).cloned()
}

/// Every run that is a secret by its shape, `%2F`, `%2B` and `\/` counted as the character they stand for.
pub(super) fn secrets(text: &str) -> impl Iterator<Item = (Range<usize>, Class)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let run = run_from(text, at);
            at = run.end + 1;
            let long = run.len() >= shape::SECRET_LENGTH;
            let class = text.get(run.clone()).filter(|_| long).and_then(|run| shape::secret(&unescaped(run)));
            if let Some(class) = class {
                return Some((run, class));
            }
        }
        None
    })
}

/// The run of secret characters, escapes included, that starts here (it may be empty).
fn run_from(text: &str, start: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut end = start;
    while let Some(step) = secret_step(&bytes[end..]) {
        end += step;
    }
    start..end
}

fn secret_step(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b, ..] if shape::is_base64(*b) => Some(1),
        [b'%', b'2', b'F' | b'f' | b'B' | b'b', ..] => Some(3),
        [b'\\', b'/', ..] => Some(2),
        _ => None,
    }
}

/// A value as its reader sees it, when it was escaped for a URL or for JSON.
fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(['%', '\\']) {
        return text.into();
    }
    let plain =
        [("%2F", "/"), ("%2f", "/"), ("%2B", "+"), ("%2b", "+"), ("%3D", "="), ("%3d", "="), ("\\/", "/")];
    plain.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)).into()
}

/// Numbers the `[sections]` of a credentials file.
fn set_sections(text: &str, found: &mut [Found]) {
    let starts: Vec<usize> = memmem::find_iter(text.as_bytes(), b"\n[").collect();
    for part in found {
        part.section = starts.partition_point(|start| *start < part.range.start);
    }
}
