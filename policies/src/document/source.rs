//! An input: its name, its text and where its lines start.

use std::sync::{Arc, OnceLock};

use super::position::{LineIndex, Position};
use super::{Format, Limits, Unreadable};

/// Shared by all documents of one input.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) format: Format,
    lines: Arc<OnceLock<LineIndex>>,
}

impl Source {
    /// Takes the bytes in, or says why they are no text of ours.
    pub(super) fn new(
        name: &Arc<str>,
        bytes: &[u8],
        format: Format,
        limits: Limits,
    ) -> Result<Self, Unreadable> {
        if bytes.len() > limits.bytes.min(u32::MAX as usize) {
            let reason = format!("the input is larger than {} bytes", limits.bytes);
            return Err(Unreadable { reason, position: Position::default() });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| not_text(bytes, error))?;
        Ok(Self { name: Arc::clone(name), text: text.into(), format, lines: Arc::default() })
    }

    /// The line index, made at the first question.
    pub(super) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    pub(super) fn position(&self, byte: u32) -> Position {
        self.lines().position(&self.text, byte)
    }

    pub(super) fn unreadable(&self, byte: usize, reason: impl Into<String>) -> Unreadable {
        let byte = u32::try_from(byte.min(self.text.len())).unwrap_or(u32::MAX);
        Unreadable { reason: reason.into(), position: self.position(byte) }
    }
}

fn not_text(bytes: &[u8], error: std::str::Utf8Error) -> Unreadable {
    let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let text = std::str::from_utf8(valid).unwrap_or_default();
    let reason = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the input is UTF-16; save it as UTF-8",
        _ => "the input is not UTF-8",
    };
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    Unreadable { reason: reason.to_owned(), position: LineIndex::new(text).position(text, end) }
}
