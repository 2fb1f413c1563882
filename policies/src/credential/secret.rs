//! A text that may be secret, and cannot be printed.

use std::fmt;

use crate::workload::Text;

/// A text that may be secret. It has no `Display`, no `Serialize`, and its `Debug` shows only a length.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Text);

impl Secret {
    /// Takes a text in.
    pub fn new(text: impl Into<Text>) -> Self {
        Self(text.into())
    }

    /// Opens it. Only recognisers may, and what they find out must not hold the text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// It holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// A key id as it may be shown in a report: its first and last four characters. Never at admission.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Masked(String);

impl Masked {
    /// Masks a key id: `AKIA****************7QXA` keeps eight characters at most.
    pub fn of_id(id: &str) -> Self {
        let (first, last) = (id.get(..4), id.len().checked_sub(4).and_then(|n| id.get(n..)));
        match (first, last) {
            (Some(first), Some(last)) if id.len() >= 16 => Self([first, "****", last].concat()),
            _ => Self("****".to_owned()),
        }
    }
}

impl Masked {
    /// The masked text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
