//! Byte ranges, lines and columns, and places that outlive their document.

use std::sync::Arc;

use serde::Serialize;

/// A range of bytes in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

/// A place that can be shown after its document is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The input's name.
    pub file: Arc<str>,
    /// An RFC 6901 pointer within its document.
    pub pointer: String,
    /// Where it starts in the file.
    pub position: Position,
    /// Its bytes in the file.
    pub span: Span,
}

/// Finds lines in a text without scanning it for every question.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Scans the text once.
    pub fn new(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = ends.filter_map(|end| u32::try_from(end + 1).ok());
        Self { starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The position of a byte in the text it was made from. A byte order mark is no character of its line.
    pub fn position(&self, text: &str, byte: u32) -> Position {
        let line = self.line_of(byte);
        let start = self.starts.get(line as usize - 1).copied().unwrap_or(0) as usize;
        let before = text.get(start..byte as usize).unwrap_or_default();
        let before = if start == 0 { before.trim_start_matches('\u{feff}') } else { before };
        Position { line, column: saturate(characters(before) + 1) }
    }

    /// The line of a byte, without the cost of its column.
    pub fn line_of(&self, byte: u32) -> u32 {
        saturate(self.starts.partition_point(|start| *start <= byte).max(1))
    }

    /// The bytes of a line (from 1), without its line break.
    pub fn line<'t>(&self, text: &'t str, line: u32) -> Option<&'t str> {
        let index = line.checked_sub(1)? as usize;
        let start = *self.starts.get(index)? as usize;
        let end = self.starts.get(index + 1).map_or(text.len(), |next| *next as usize);
        Some(text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }

    /// How many lines there are.
    pub fn lines(&self) -> u32 {
        saturate(self.starts.len())
    }
}

/// Minified documents have lines of megabytes: bytes that begin a character are counted faster than
/// characters are decoded.
fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
