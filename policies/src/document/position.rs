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
    /// The characters before each block of [`BLOCK`] bytes, and before the end: a minified document is one long line.
    /// Empty for a text in ASCII, where each byte is one.
    characters: Vec<u32>,
}

/// Bytes whose characters are counted for one column, at most.
const BLOCK: usize = 512;

impl LineIndex {
    /// Scans the text once.
    pub fn new(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = ends.filter_map(|end| u32::try_from(end + 1).ok());
        let characters = if text.is_ascii() { Vec::new() } else { counted(text) };
        Self { characters, starts: std::iter::once(0).chain(starts).collect() }
    }

    /// The position of a byte in the text it was made from. A byte order mark is no character of its line.
    pub fn position(&self, text: &str, byte: u32) -> Position {
        let line = self.line_of(byte);
        let start = self.starts.get(line as usize - 1).copied().unwrap_or(0);
        let mark = u32::from(start == 0 && byte > 0 && text.starts_with('\u{feff}'));
        let before = self.before(text, byte).saturating_sub(self.before(text, start));
        Position { line, column: (before - before.min(mark)).saturating_add(1) }
    }

    /// The characters before a byte.
    fn before(&self, text: &str, byte: u32) -> u32 {
        let byte = (byte as usize).min(text.len());
        if self.characters.is_empty() {
            return saturate(byte);
        }
        let block = byte / BLOCK;
        let rest = text.as_bytes().get(block * BLOCK..byte).unwrap_or_default();
        self.characters.get(block).map_or(0, |before| before.saturating_add(saturate(characters(rest))))
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

/// The characters before each block and before the end.
fn counted(text: &str) -> Vec<u32> {
    let mut counted = 0;
    let blocks = text.as_bytes().chunks(BLOCK).map(|block| {
        counted += characters(block);
        saturate(counted)
    });
    std::iter::once(0).chain(blocks).collect()
}

/// Minified documents have lines of megabytes: bytes that begin a character are counted faster than
/// characters are decoded.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_the_characters_of_its_line_however_long_the_line_is() {
        counts_characters(&("\u{feff}ab\n".to_owned() + &"äb€".repeat(2 * BLOCK) + "\nx"));
        counts_characters(&("ab\n".to_owned() + &"abc".repeat(2 * BLOCK) + "\nx"));
    }

    fn counts_characters(text: &str) {
        let index = LineIndex::new(text);
        let (mut line, mut column) = (1, 1);
        for (byte, c) in text.char_indices() {
            let position = index.position(text, u32::try_from(byte).unwrap_or_default());
            assert_eq!(position, Position { line, column }, "byte {byte}");
            match c {
                '\n' => (line, column) = (line + 1, 1),
                '\u{feff}' => {}
                _ => column += 1,
            }
        }
        assert_eq!(index.position(text, saturate(text.len())), Position { line, column });
    }
}
