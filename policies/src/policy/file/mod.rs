//! Reading a policy file: its shape is checked, then its contradictions, then it becomes a [`Policy`].

mod build;
mod form;
mod nearest;
mod schema;
mod shape;
mod spec;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Bundle, Levels, Policy};
use crate::document::{self, Document, Format, Limits, Node, Position};
use crate::finding::hex;

pub use nearest::nearest as nearest_name;
pub use schema::schema;

/// Something wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {says}", position.line, position.column)]
pub struct Problem {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// Where, as line and column.
    pub position: Position,
    /// What, in lower case.
    pub says: String,
}

impl Problem {
    fn at(node: Node<'_>, says: impl Into<String>) -> Self {
        Self { pointer: node.pointer(), position: node.position(), says: says.into() }
    }

    fn at_start(says: impl Into<String>) -> Self {
        Self { pointer: String::new(), position: Position::default(), says: says.into() }
    }
}

/// The bounds of a policy file: far beyond any that a person keeps.
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 32, nodes: 200_000 };

impl Policy {
    /// Reads a policy file, YAML or JSON. Either a policy that cannot be wrong, or everything that is wrong.
    pub fn read(name: &str, text: &[u8]) -> Result<Self, Vec<Problem>> {
        let rules: Vec<_> = Bundle::Baseline.ceilings().keys().map(String::as_str).collect();
        let document = only_document(name, text)?;
        let spec = checked_spec(&document, Some(&rules))?;
        let own = Self::bundled(build::bundle(spec));
        Ok(Self {
            name: build::text(document.root().get("metadata").unwrap_or(spec), "name"),
            digest: digest(&document),
            levels: Levels { rules: build::rules(spec).collect(), ..own.levels },
            needs: build::needs(spec),
            roles: build::roles(spec),
            exceptions: build::exceptions(spec),
            patch: build::patch(spec),
            surroundings: build::surroundings(spec),
            admission: build::admission(spec),
            ..own
        })
    }
}

/// What a bundle's own file says: its digest and the ceilings of its rules.
pub(super) fn read_bundle(name: &str, text: &str) -> Result<(String, Levels), Vec<Problem>> {
    let document = only_document(name, text.as_bytes())?;
    let spec = checked_spec(&document, None)?;
    let levels = Levels { ceilings: build::ceilings(spec).collect(), ..Levels::default() };
    Ok((digest(&document), levels))
}

fn only_document(name: &str, text: &[u8]) -> Result<Document, Vec<Problem>> {
    let mut stream = document::parse(&Arc::from(name), text, Format::Yaml, LIMITS).into_iter();
    match (stream.next(), stream.next()) {
        (None, _) => Err(vec![Problem::at_start("the file is empty")]),
        (Some(_), Some(_)) => Err(vec![Problem::at_start("a policy file holds one document")]),
        (Some(Err(error)), None) => {
            Err(vec![Problem { pointer: String::new(), position: error.position, says: error.reason }])
        }
        (Some(Ok(document)), None) => Ok(document),
    }
}

fn checked_spec<'d>(document: &'d Document, rules: Option<&[&str]>) -> Result<Node<'d>, Vec<Problem>> {
    let root = document.root();
    let mut checker = shape::Checker { rules, problems: Vec::new() };
    checker.check(root, &spec::FILE);
    let twice =
        |key: &document::DuplicateKey| Problem::at(document.node(key.second), "this key is written twice");
    checker.problems.extend(document.duplicates().iter().map(twice));
    // Without a spec the root stands in: it has none of the spec's members.
    let spec = root.get("spec").unwrap_or(root);
    checker.problems.extend(build::contradictions(spec));
    checker.problems.sort_by_key(|problem| problem.position);
    if checker.problems.is_empty() { Ok(spec) } else { Err(checker.problems) }
}

/// Hashes the text without what an editor or a checkout changes: byte order mark, line ends, blanks before them.
fn digest(document: &Document) -> String {
    let mut hash = Sha256::new();
    for line in document.text().trim_start_matches('\u{feff}').trim_end().lines() {
        hash.update(line.trim_end().as_bytes());
        hash.update(b"\n");
    }
    format!("sha256:{}", hex(&hash.finalize()))
}

#[cfg(test)]
mod tests;
