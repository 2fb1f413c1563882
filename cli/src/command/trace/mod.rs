//! `policyctl trace`: what every SDK's default chain will do in a container, in a recorded environment,
//! or here.

mod here;
mod json;
mod key;
mod mermaid;
mod subject;
mod svg;
mod table;
mod text;

use std::path::Path;

use policyctl_policies::policy::nearest_name;
use policyctl_policies::trace::chain::Chain;
use policyctl_policies::trace::chains::{CHAINS, chain};

use super::{Error, print};
use crate::arguments::{Trace, TraceFormat};
use crate::bills;
use crate::console::complain;
use crate::status::Status;
use subject::{Gathered, Subject};
use table::Table;

pub(crate) fn run(trace: &Trace) -> Result<Status, Error> {
    let mut chosen = chosen(&trace.sdk)?;
    let bills = bills::read(&trace.sbom)?;
    if trace.file.is_none() {
        // There is no container that a bill could name: what it lists is what runs.
        chosen.extend(bills.0.iter().flat_map(|bill| bill.bom.sdks()).filter_map(chain));
    }
    let Gathered { mut subjects, unread, remarks } = subject::gather(trace, bills)?;
    for line in unread.iter().chain(&remarks) {
        complain(line);
    }
    if subjects.is_empty() {
        return Ok(nothing(trace, &unread, &remarks));
    }
    for subject in &mut subjects {
        subject.choose(&chosen, trace.format == TraceFormat::Json);
    }
    print(&rendered(&subjects, trace.format))?;
    Ok(if unread.is_empty() { Status::Clean } else { Status::Trouble })
}

/// How a run without a container ends; something was said, or is said now.
fn nothing(trace: &Trace, unread: &[String], remarks: &[String]) -> Status {
    if unread.is_empty() && remarks.is_empty() {
        let file = trace.file.as_deref().unwrap_or(Path::new("-"));
        complain(&format!(
            "{}: no task definition, Kubernetes workload or Compose service in it",
            file.display()
        ));
    }
    if unread.is_empty() { Status::Nothing } else { Status::Trouble }
}

fn rendered(subjects: &[Subject], format: TraceFormat) -> String {
    let tables = || subjects.iter().map(|subject| (subject, Table::of(subject)));
    match format {
        TraceFormat::Json => json::render(subjects),
        TraceFormat::Text => {
            let mut told = Vec::new();
            let texts = tables().map(|(subject, table)| text::render(subject, &table, &mut told));
            texts.collect::<Vec<_>>().join("\n")
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
