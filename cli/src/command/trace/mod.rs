//! `policyctl trace`: what every SDK's default chain will do in a container, in a recorded environment,
//! or here.

mod here;
mod json;
mod mermaid;
mod subject;
mod svg;
mod table;
mod text;

use std::path::Path;

use policyctl_policies::policy::nearest_name;
use policyctl_policies::trace::bom::Bom;
use policyctl_policies::trace::chain::Chain;
use policyctl_policies::trace::chains::{CHAINS, chain};

use super::{Error, print};
use crate::arguments::{Trace, TraceFormat};
use crate::status::Status;
use subject::Subject;
use table::Table;

pub(crate) fn run(trace: &Trace) -> Result<Status, Error> {
    let mut chosen = chosen(&trace.sdk)?;
    let bom = trace.sbom.as_deref().map(read_bom).transpose()?;
    if let Some(bom) = &bom {
        chosen.extend(bom.sdks().filter_map(chain));
    }
    let mut subjects = subject::gather(trace)?;
    if subjects.is_empty() {
        return Ok(Status::Nothing);
    }
    for subject in &mut subjects {
        subject.choose(&chosen, trace.format == TraceFormat::Json);
    }
    print(&rendered(&subjects, trace.format))?;
    if let (Some(bom), TraceFormat::Text) = (&bom, trace.format) {
        print(&text::too_old(bom))?;
    }
    Ok(Status::Clean)
}

fn rendered(subjects: &[Subject], format: TraceFormat) -> String {
    let tables = || subjects.iter().map(|subject| (subject, Table::of(subject)));
    match format {
        TraceFormat::Json => json::render(subjects),
        TraceFormat::Text => {
            tables().map(|(subject, table)| text::render(subject, &table)).collect::<Vec<_>>().join("\n")
        }
        TraceFormat::Mermaid => mermaid::render(tables()),
        TraceFormat::Svg => svg::render(tables()),
    }
}

/// The chains that are asked for by name.
fn chosen(names: &[String]) -> Result<Vec<&'static Chain>, Error> {
    names.iter().map(|name| chain(name).ok_or_else(|| unknown(name))).collect()
}

fn unknown(name: &str) -> Error {
    let near = nearest_name(name, CHAINS.iter().map(|chain| chain.sdk));
    let hint = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
    Error::Usage(format!("no SDK is called `{name}`{hint}"))
}

/// Reads a bill of materials.
pub(crate) fn read_bom(file: &Path) -> Result<Bom, Error> {
    let document = subject::document(file)?;
    Bom::read(document.root())
        .ok_or_else(|| Error::Usage(format!("{}: neither CycloneDX nor SPDX in JSON", file.display())))
}
