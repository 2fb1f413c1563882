//! One tree for YAML and JSON that knows where everything stands.
//!
//! A [`Document`] is an arena of nodes. Aliases and merge keys are resolved when the tree is built
//! (within a budget), so every node has one parent and one pointer. Scalars keep their raw text and
//! style: `012345678901` is an account id, not a number, until a reader says otherwise.

mod builder;
mod edit;
mod json;
mod marks;
mod node;
mod parts;
mod plain;
mod position;
mod repeated;
mod source;
mod tree;
mod unfold;
mod yaml;

pub use edit::{Change, Edit, Refusal, splice};
pub use marks::{Mark, find_mark};
pub use node::{Entry, Node};
pub use position::{LineIndex, Position, Resolved, Span};
pub use tree::{At, Document, DuplicateKey, Style};

use std::sync::Arc;

use source::Source;

/// The bounds of what is read. What lies beyond is [`Unreadable`], never a crash.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one input.
    pub bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Nodes of one document, with what aliases and merge keys add. These may add an eighth of it
    /// to all documents of an input together.
    pub nodes: usize,
}

impl Limits {
    fn copies(self) -> usize {
        self.nodes / 8
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 128, nodes: 4_000_000 }
    }
}

/// How an input is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Strict JSON.
    Json,
    /// A YAML 1.2 stream; JSON is mostly YAML, but is read faster and more strictly as JSON.
    Yaml,
}

/// Why a document could not be read, and where the reader gave up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unreadable {
    /// Lower case, without a value from the input.
    pub reason: String,
    /// Where.
    pub position: Position,
}

/// The documents of one input, in order; each stands or falls alone.
pub type Stream = Vec<Result<Document, Unreadable>>;

/// Reads one input. `name` is how reports call it.
///
/// JSON is one document, or several one after the other. YAML is a stream: a document that cannot be read
/// is an error of its own, and reading goes on at the next `---`; empty documents are passed over.
/// A byte order mark is passed over. Empty input gives an empty stream.
pub fn parse(name: &Arc<str>, bytes: &[u8], format: Format, limits: Limits) -> Stream {
    match (Source::new(name, bytes, format, limits), format) {
        (Err(unreadable), _) => vec![Err(unreadable)],
        (Ok(source), Format::Json) => json::parse(&source, limits),
        (Ok(source), Format::Yaml) => yaml::parse(&source, limits),
    }
}

#[cfg(test)]
mod tests;
