//! Keys inside other texts: connection strings, JSON, command lines, credentials files, base64.
//!
//! A text without a key costs two searches for single bytes. What is found never holds the text itself.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::{memchr_iter, memchr3_iter, memmem};

use super::assignment::{self, Assignment};
use super::reach::{ahead, behind};
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
/// Codes and keys that need neither a name nor an id are no shorter.
const LONG: usize = 40;
/// So many parts are kept of one text.
const MOST: usize = 256;
/// How far from its id a secret without a name may stand, in bytes.
const NEAR: usize = 160;

static BEDROCK: LazyLock<memmem::Finder<'static>> =
    LazyLock::new(|| memmem::Finder::new(shape::BEDROCK_SHORT));

/// Everything in a text that is a part of a key, in the order of the text.
pub(super) fn scan(text: &str) -> Vec<Found> {
    scan_within(text, encoded::LEVELS)
}

/// As [`scan`], with so many levels of encoding still to open.
pub(super) fn scan_within(text: &str, levels: u8) -> Vec<Found> {
    let mut found = Vec::new();
    if text.len() < SHORTEST || (text.len() < LONG && !text.bytes().any(begins_part)) {
        return found;
    }
    named(text, &mut found);
    ids_and_bearers(text, &mut found);
    if text.len() >= LONG {
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

/// A byte without which a text shorter than [`LONG`] holds no part: names have a separator behind
/// them, ids an `A`.
fn begins_part(byte: u8) -> bool {
    matches!(byte, b'=' | b':' | b'>' | b' ' | b'A')
}

/// Values behind a name that says key.
fn named(text: &str, found: &mut Vec<Found>) {
    for assignment in assignment::find(text, slot::may_end, |name| slot::of(name).is_some()) {
        if let Some(part) = named_part(text, &assignment)
            && !found.iter().any(|other| other.range.start == part.range.start)
        {
            push(found, part);
        }
    }
}

fn named_part(text: &str, assignment: &Assignment<'_>) -> Option<Found> {
    let slot = slot::of(assignment.name)?;
    let written = text.get(assignment.value.clone())?;
    let class = value::in_slot(slot.part, &unescaped(written));
    let proven = class.is_issued() || class == Class::DocumentedExample;
    let weak = !slot.sure && (!proven || slot.part == Part::Token);
    if weak || !tells_in_text(class, written) {
        return None;
    }
    let part = value::actual_part(slot.part, written, class);
    let name = FoundName {
        prefix: slot.prefix.to_owned(),
        style: slot.style,
        reader: slot.reader,
        vendor: slot.vendor,
        sure: slot.sure,
        property: assignment.property,
    };
    Some(Found { name: Some(name), ..Found::new(text, part, class, assignment.value.clone()) })
}

/// Keeps what was found, up to a bound: a text full of keys is told by the first of them.
fn push(found: &mut Vec<Found>, part: Found) {
    if found.len() < MOST {
        found.push(part);
    }
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
        push(found, Found::new(text, Part::Id, class, range));
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
        push(found, Found::new(text, part, class, range));
    }
}

/// Session tokens and short-lived Bedrock keys, which begin in a way of their own.
fn short_lived(text: &str, found: &mut Vec<Found>) {
    for start in BEDROCK.find_iter(text.as_bytes()) {
        push_run(text, start, Part::Bearer, shape::bearer, found);
    }
    if text.len() < 100 {
        return;
    }
    for start in memchr3_iter(b'I', b'F', b'A', text.as_bytes()) {
        if shape::begins_as_token(&text.as_bytes()[start..]) {
            push_run(text, start, Part::Token, shape::token, found);
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
        if let Some((range, class)) = secret_near(text, &id) {
            push(found, Found { name, ..Found::new(text, Part::Secret, class, range) });
        }
    }
}

/// The secret near an id: the first after it, else the last before it.
fn secret_near(text: &str, id: &Range<usize>) -> Option<(Range<usize>, Class)> {
    let after = secrets(ahead(text, id.end, NEAR)).next().map(|found| shifted(found, id.end));
    after.or_else(|| {
        let before = behind(text, id.start, NEAR);
        secrets(before).last().map(|found| shifted(found, id.start - before.len()))
    })
}

fn shifted((range, class): (Range<usize>, Class), by: usize) -> (Range<usize>, Class) {
    (range.start + by..range.end + by, class)
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
