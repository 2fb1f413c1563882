//! The bills of materials that `--sbom` names, and what is said of those that help nobody.

use std::path::Path;

use policyctl_policies::document::{Position, Resolved, Span};
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::trace::bom::{Bill, Bills, Bom};
use policyctl_policies::workload::Container;

use crate::command::Error;
use crate::gather::one_document;

/// Reads what `--sbom` gives: `FILE`, or `NAME=FILE`.
pub(crate) fn read(arguments: &[String]) -> Result<Bills, Error> {
    arguments.iter().map(|argument| bill(argument)).collect::<Result<_, _>>().map(Bills)
}

fn bill(argument: &str) -> Result<Bill, Error> {
    // A file may have `=` in its name.
    let named = argument.split_once('=').filter(|_| !Path::new(argument).exists());
    let (given_for, file) = named.map_or((None, argument), |(name, file)| (Some(name.to_owned()), file));
    let document = one_document(Path::new(file)).map_err(Error::Usage)?;
    let bom = Bom::read(document.root())
        .ok_or_else(|| Error::Usage(format!("{file}: neither CycloneDX nor SPDX in JSON")))?;
    Ok(Bill { file: file.into(), given_for, bom })
}

/// What to say of a bill, where it names no image, or names what no container runs.
pub(crate) fn remark<'c>(bill: &Bill, mut containers: impl Iterator<Item = &'c Container>) -> Option<String> {
    let file = &bill.file;
    if bill.is_for_all() {
        return Some(format!(
            "{file} names no image: it counts for every container that no other bill names; \
             `--sbom NAME={file}` gives it to one"
        ));
    }
    if containers.any(|container| bill.concerns(container)) {
        return None;
    }
    Some(match &bill.given_for {
        Some(name) => {
            format!("{file}: no container here is called `{name}` or runs such an image, so it was not used")
        }
        None => format!(
            "{file} is of {}, which no container here runs, so it was not used; `--sbom NAME={file}` gives it to one",
            bill.bom.image()
        ),
    })
}

/// A remark as a note of the report.
pub(crate) fn note(bill: &Bill, remark: String) -> Located {
    let place = Resolved {
        file: bill.file.as_ref().into(),
        pointer: String::new(),
        position: Position::default(),
        span: Span::default(),
    };
    Located::about_input("sdk-too-old", Level::Note, place, remark)
}
