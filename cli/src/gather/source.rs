//! Reading an input's bytes, within bounds.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::Arc;

use policyctl_policies::document::Limits;

/// The most bytes of one input.
pub(crate) const LIMIT: u64 = 64 << 20;

/// How much of a file that is too large is looked at, to know whether it is ours.
const HEAD: u64 = 64 << 10;

/// Where an input's bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// In a file, read whenever they are needed.
    File(PathBuf),
    /// In memory.
    Bytes(Arc<[u8]>),
}

/// What reading gave.
pub(crate) enum Content {
    /// All bytes.
    Whole(Arc<[u8]>),
    /// The first bytes of what is larger than the limit.
    TooLarge(Arc<[u8]>),
}

impl Source {
    /// Reads everything, or the head of what is too large. A folder or a device gives an error, never a wait.
    pub(crate) fn read(&self) -> io::Result<Content> {
        match self {
            Self::Bytes(bytes) if bytes.len() as u64 > LIMIT => Ok(Content::TooLarge(Arc::clone(bytes))),
            Self::Bytes(bytes) => Ok(Content::Whole(Arc::clone(bytes))),
            Self::File(path) => read_file(path),
        }
    }
}

fn read_file(path: &PathBuf) -> io::Result<Content> {
    let length = std::fs::metadata(path)?.len();
    let mut file = File::open(path)?;
    if length > LIMIT {
        let mut head = Vec::new();
        file.take(HEAD).read_to_end(&mut head)?;
        return Ok(Content::TooLarge(head.into()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    // A pipe has no length: the limit holds here too.
    file.by_ref().take(LIMIT + 1).read_to_end(&mut bytes)?;
    let too_large = bytes.len() as u64 > LIMIT;
    Ok(if too_large { Content::TooLarge(bytes.into()) } else { Content::Whole(bytes.into()) })
}

/// The engine's bounds, with ours for bytes.
pub(crate) fn limits() -> Limits {
    Limits { bytes: usize::try_from(LIMIT).unwrap_or(usize::MAX), ..Limits::default() }
}
