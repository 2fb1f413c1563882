//! JSON into the tree, as RFC 8259 has it: no comments, no trailing commas, no single quotes.
//!
//! A loop over bytes, not a recursive descent: nesting costs a bounded stack of frames.

use super::builder::{Bound, Kind, number};
use super::plain::Plain;
use super::position::Span;
use super::source::Source;
use super::tree::{Document, Style, Text};
use super::{Limits, Stream};

/// Reads one value, or several one after the other as some tools print lists.
pub(super) fn parse(source: &Source, limits: Limits) -> Stream {
    let mut reader = Reader { text: &source.text, at: 0, builder: Plain::new(&source.text, limits) };
    let mut stream = Stream::new();
    reader.skip_mark();
    while reader.peek().is_some() {
        let start = number(reader.at);
        match reader.value() {
            Ok(()) => {
                reader.builder.arena.extent = Span { start, end: number(reader.at) };
                stream.push(Ok(Document::new(source.clone(), reader.builder.take())));
            }
            Err(reason) => {
                stream.push(Err(source.unreadable(reader.at, reason)));
                break;
            }
        }
    }
    stream
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    builder: Plain<'t>,
}

/// Why reading stops; the place is [`Reader::at`].
type Step<T> = Result<T, Box<str>>;

impl<'t> Reader<'t> {
    fn skip_mark(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
    }

    /// The next byte that is not white space, without taking it.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        match self.byte(self.at) {
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.after_blanks(),
        }
    }

    fn after_blanks(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.at += blank;
        rest.get(blank).copied()
    }

    /// One whole value with everything in it.
    fn value(&mut self) -> Step<()> {
        self.begin()?;
        while let Some(kind) = self.builder.kind() {
            self.next(kind)?;
        }
        Ok(())
    }

    /// A scalar, or the start of a collection with its first key or item.
    fn begin(&mut self) -> Step<()> {
        match self.peek() {
            Some(b'{') => self.open(Kind::Mapping),
            Some(b'[') => self.open(Kind::Sequence),
            Some(b'"') => self.text_value(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            other => Err(self.no_value(other)),
        }
    }

    fn open(&mut self, kind: Kind) -> Step<()> {
        self.builder.open(kind, number(self.at)).map_err(bound)?;
        self.at += 1;
        match self.peek() {
            Some(byte) if byte == closing(kind) => self.close(),
            _ => self.member(kind)?,
        }
        Ok(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.builder.close(number(self.at));
    }

    /// What follows a value within a collection: a comma and another one, or the end.
    fn next(&mut self, kind: Kind) -> Step<()> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.member(kind)?;
            }
            Some(byte) if byte == closing(kind) => self.close(),
            other => return Err(self.no_separator(kind, other)),
        }
        Ok(())
    }

    fn member(&mut self, kind: Kind) -> Step<()> {
        if kind == Kind::Mapping {
            self.key()?;
        } else if self.peek() == Some(b']') {
            return Err("a comma before the closing bracket".into());
        }
        self.begin()
    }

    fn key(&mut self) -> Step<()> {
        match self.peek() {
            Some(b'"') => self.string(Plain::key)?,
            Some(b'}') => return Err("a comma before the closing brace".into()),
            other => return Err(self.no_key(other)),
        }
        match self.peek() {
            Some(b':') => self.at += 1,
            _ => return Err("a colon is missing after a key".into()),
        }
        Ok(())
    }

    fn text_value(&mut self) -> Step<()> {
        self.string(|builder, text, span| builder.scalar(text, Style::Quoted, span))
    }

    /// A string: adds what it says, and where it stands.
    // Not returned, for what comes from two places comes through memory, and waits there.
    #[inline]
    fn string(&mut self, add: impl Fn(&mut Plain<'t>, Text, Span) -> Result<(), Bound>) -> Step<()> {
        let start = self.at;
        let first = start + 1;
        let end = first + self.plain_length(first);
        if self.byte(end) == Some(b'"') {
            self.at = end + 1;
            let text = Text::Source(Span { start: number(first), end: number(end) });
            let span = Span { start: number(start), end: number(end + 1) };
            return add(&mut self.builder, text, span).map_err(bound);
        }
        let (text, span) = self.escaped(start)?;
        add(&mut self.builder, text, span).map_err(bound)
    }

    #[cold]
    fn escaped(&mut self, start: usize) -> Step<(Text, Span)> {
        let (decoded, end) = self.decode(start + 1)?;
        self.at = end;
        Ok((self.builder.decoded(&decoded), Span { start: number(start), end: number(end) }))
    }

    /// How many bytes from here on stand for themselves within a string.
    fn plain_length(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let (words, last) = rest.as_chunks();
        let found = words.iter().enumerate().find_map(|(n, word)| Some(8 * n + not_plain(*word)?));
        let told = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
        let in_last = || last.iter().position(told).unwrap_or(last.len()) + 8 * words.len();
        found.unwrap_or_else(in_last)
    }

    fn decode(&mut self, first: usize) -> Step<(String, usize)> {
        let mut decoded = String::new();
        let mut at = first;
        loop {
            let plain = self.plain_length(at);
            decoded.push_str(self.text.get(at..at + plain).unwrap_or_default());
            at += plain;
            match self.byte(at) {
                Some(b'"') => return Ok((decoded, at + 1)),
                Some(b'\\') => at = self.escape(at, &mut decoded)?,
                Some(_) => return self.fail(at, "a control character in a string; write it as an escape"),
                None => return self.fail(first - 1, "a string without an end"),
            }
        }
    }

    /// Decodes the escape that starts here; says where it ends.
    fn escape(&mut self, at: usize, decoded: &mut String) -> Step<usize> {
        let plain = match self.byte(at + 1) {
            Some(b'u') => return self.unicode(at, decoded),
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return self.fail(at, "an unknown escape in a string"),
        };
        decoded.push(plain);
        Ok(at + 2)
    }

    /// `\uXXXX`, or two of them for a character beyond the first plane. A lone surrogate becomes U+FFFD,
    /// as Go's and so Kubernetes' reader has it.
    fn unicode(&mut self, at: usize, decoded: &mut String) -> Step<usize> {
        let high = self.hex(at)?;
        let low = match high {
            0xd800..0xdc00 if self.text.get(at + 6..at + 8) == Some("\\u") => self.hex(at + 6)?,
            _ => 0,
        };
        if (0xdc00..0xe000).contains(&low) {
            let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            decoded.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            return Ok(at + 12);
        }
        decoded.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(at + 6)
    }

    fn hex(&mut self, at: usize) -> Step<u32> {
        let digits = self.text.get(at + 2..at + 6).filter(|four| four.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|four| u32::from_str_radix(four, 16).ok()) {
            Some(code) => Ok(code),
            None => self.fail(at, "an escape \\u without four hexadecimal digits"),
        }
    }

    fn number(&mut self) -> Step<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        match number_length(rest) {
            Some(length) => self.plain(length),
            None => Err("a malformed number".into()),
        }
    }

    fn word(&mut self, word: &str) -> Step<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.strip_prefix(word) {
            Some(after) if !after.starts_with(|c: char| c.is_alphanumeric()) => self.plain(word.len()),
            _ => Err("a value is expected".into()),
        }
    }

    fn plain(&mut self, length: usize) -> Step<()> {
        let span = Span { start: number(self.at), end: number(self.at + length) };
        self.at += length;
        self.builder.scalar(Text::Source(span), Style::Plain, span).map_err(bound)
    }

    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn fail<T>(&mut self, at: usize, reason: &str) -> Step<T> {
        self.at = at;
        Err(reason.into())
    }

    fn no_value(&self, found: Option<u8>) -> Box<str> {
        self.foreign(found).unwrap_or("a value is expected").into()
    }

    fn no_key(&self, found: Option<u8>) -> Box<str> {
        self.foreign(found).unwrap_or("a key in double quotes is expected").into()
    }

    fn no_separator(&self, kind: Kind, found: Option<u8>) -> Box<str> {
        let end = if kind == Kind::Mapping { "brace" } else { "bracket" };
        let expected = format!("a comma or a closing {end} is expected");
        self.foreign(found).unwrap_or(&expected).into()
    }

    /// What is not JSON but often taken for it.
    fn foreign(&self, found: Option<u8>) -> Option<&'static str> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(found) = found else { return Some("the text ends before it is complete") };
        match found {
            b'/' | b'#' => Some("JSON has no comments"),
            b'\'' => Some("JSON strings stand in double quotes"),
            b'{' | b'%' if self.text[..self.at].ends_with('{') => Some(TEMPLATE),
            _ if super::find_mark(first_word(rest)).is_some() => Some(TEMPLATE),
            _ => None,
        }
    }
}

/// The first of eight bytes that ends a string, begins an escape or may not stand in one; all are looked at in
/// one step.
///
/// A bound is taken from every byte: the highest bit of one that was smaller shows it, and with what is borrowed
/// from those behind it, never from one before. After exclusive or with a byte, that byte is the one below 1.
fn not_plain(word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(word);
    let below = |word: u64, bound: u8| word.wrapping_sub(ONES * u64::from(bound)) & !word & HIGHS;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let found = below(word, 0x20) | is(b'"') | is(b'\\');
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

const TEMPLATE: &str = "a template mark stands where JSON is expected; render the template first";

fn first_word(text: &str) -> &str {
    text.split(['\n', ',', ']', '"']).next().unwrap_or_default().trim()
}

fn closing(kind: Kind) -> u8 {
    if kind == Kind::Mapping { b'}' } else { b']' }
}

#[cold]
fn bound(bound: Bound) -> Box<str> {
    bound.to_string().into()
}

/// How long the number at the start is; `None` when it is none.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let digits = digits(bytes, at)?;
    if digits > 1 && bytes.get(at) == Some(&b'0') {
        return None;
    }
    at += digits;
    if bytes.get(at) == Some(&b'.') {
        at += 1 + self::digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at += 1 + sign + self::digits(bytes, at + 1 + sign)?;
    }
    let glued = bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    (!glued).then_some(at)
}

fn digits(bytes: &[u8], from: usize) -> Option<usize> {
    let count = bytes.get(from..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then_some(count)
}
