//! The one document of a file that is no workload: a bill of materials, a recorded environment.

use std::path::Path;

use policyctl_policies::document::Format::{Json, Yaml};
use policyctl_policies::document::{Document, parse};

use super::{Content, Input, Inputs, Kind, kind_of, limits};

/// The first document of a file; else a line that says what is wrong with it, and where.
pub(crate) fn one_document(file: &Path) -> Result<Document, String> {
    let trouble = |what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
    if file.is_dir() {
        return Err(trouble(&"is a folder; name the file"));
    }
    let inputs = Inputs::gather(&[file.to_owned()], None);
    let input = inputs.found.first().ok_or_else(|| trouble(&"no such file"))?;
    let bytes = match input.source.read().map_err(|error| trouble(&error.kind()))? {
        Content::Whole(bytes) => bytes,
        Content::TooLarge(_) => return Err(trouble(&"larger than 64 MiB")),
    };
    if let Kind::Binary(what) = kind_of(&input.name, &bytes) {
        return Err(trouble(&what));
    }
    parsed(input, &bytes).ok_or_else(|| trouble(&"empty"))?
}

fn parsed(input: &Input, bytes: &[u8]) -> Option<Result<Document, String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    let format = if text.starts_with(b"{") { Json } else { Yaml };
    let first = parse(&input.name, bytes, format, limits()).into_iter().next()?;
    Some(first.map_err(|unreadable| {
        let position = unreadable.position;
        format!("{}:{}:{}: {}", input.name, position.line, position.column, unreadable.reason)
    }))
}
