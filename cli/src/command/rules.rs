//! `policyctl rules`: what there is, with the level each rule may have in the shipped policies.

use policyctl_policies::finding::Level;
use policyctl_policies::policy::Bundle;
use policyctl_policies::rules::{Family, RULES};
use serde::Serialize;

use super::{Error, print};
use crate::arguments::ListFormat;
use crate::status::Status;

/// A rule in the list.
#[derive(Serialize)]
struct Entry {
    name: &'static str,
    family: Family,
    summary: &'static str,
    /// The highest level in `baseline`.
    baseline: Level,
    /// The highest level in `strict`.
    strict: Level,
}

pub(crate) fn run(format: ListFormat) -> Result<Status, Error> {
    let entries: Vec<_> = RULES.iter().map(|rule| entry(*rule)).collect();
    match format {
        ListFormat::Text => print(&table(&entries))?,
        ListFormat::Json => print(&json(&entries)?)?,
    }
    Ok(Status::Clean)
}

fn entry(rule: &dyn policyctl_policies::rules::Rule) -> Entry {
    let ceiling = |bundle: Bundle| bundle.ceilings().get(rule.name()).copied().unwrap_or(Level::Deny);
    Entry {
        name: rule.name(),
        family: rule.family(),
        summary: rule.summary(),
        baseline: ceiling(Bundle::Baseline),
        strict: ceiling(Bundle::Strict),
    }
}

fn table(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
    let level = |level: Level| if level == Level::Deny { "deny" } else { "warn" };
    let line =
        |entry: &Entry| format!("{:width$}  {}  {}\n", entry.name, level(entry.baseline), entry.summary);
    entries.iter().map(line).collect()
}

fn json(entries: &[Entry]) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(entries).map_err(std::io::Error::from)?;
    Ok(text + "\n")
}
