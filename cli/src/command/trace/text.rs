//! The trace for people.

use std::fmt::Write as _;

use policyctl_policies::trace::bom::Bom;
use policyctl_policies::trace::recorded_version;

use super::subject::Subject;
use super::table::{Column, Table, describe, state, word};

pub(super) fn render(subject: &Subject, table: &Table) -> String {
    let mut text = format!("{}\n\n", subject.title);
    legend(&mut text, &table.columns);
    sources(&mut text, table);
    text.push('\n');
    for column in &table.columns {
        let _ = writeln!(text, "  {:<16}{} {}", "today", column.letter, column.today);
    }
    for removal in &table.removals {
        let rows: Vec<_> = removal.rows.iter().map(|row| (row + 1).to_string()).collect();
        for (index, (who, then)) in removal.then.iter().enumerate() {
            let lead = if index == 0 { format!("without {}", rows.join(", ")) } else { String::new() };
            let _ = writeln!(text, "  {lead:<16}{who} {then}");
        }
    }
    text
}

/// Where a line of SDKs is broken.
const WIDTH: usize = 100;

fn legend(text: &mut String, columns: &[Column]) {
    for column in columns {
        let names = column.sdks.iter().map(|sdk| recorded(sdk, column.mark(sdk)));
        let _ = writeln!(text, "  {}  {}", column.letter, broken(names));
    }
    text.push_str("     (the version that was recorded)\n");
    if columns.iter().any(|column| !column.unproven.is_empty()) {
        text.push_str("     * read from its source, not recorded\n");
    }
    if columns.iter().any(|column| !column.unsure.is_empty()) {
        text.push_str("     \u{b0} what decides has an order or a name that no recording proves (--format json lists it)\n");
    }
    text.push('\n');
}

/// An SDK with the version that was recorded, as far as the minor; a program that brings it in brackets.
fn recorded(sdk: &str, mark: &str) -> String {
    let short = |version: &str| {
        let mut dots = version.match_indices('.');
        let end = dots.nth(1).map_or(version.len(), |(end, _)| end);
        version[..end].to_owned()
    };
    match recorded_version(sdk) {
        None => format!("{sdk}{mark}"),
        Some(version) if version.starts_with(|first: char| first.is_ascii_digit()) => {
            format!("{sdk}{mark} {}", short(version))
        }
        Some(program) => format!("{sdk}{mark} ({})", short(program)),
    }
}

/// Names in lines that are not too long.
fn broken(names: impl Iterator<Item = String>) -> String {
    let (mut text, mut width) = (String::new(), 0);
    for name in names {
        let length = name.chars().count() + 2;
        if width > 0 {
            let breaks = width + length > WIDTH;
            text.push_str(if breaks { ",\n     " } else { ", " });
            width = if breaks { 0 } else { width };
        }
        text.push_str(&name);
        width += length;
    }
    text
}

fn sources(text: &mut String, table: &Table) {
    let names: Vec<_> = table.rows.iter().map(|row| describe(&row.source)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max("source".len());
    let heads: String =
        table.columns.iter().fold(String::new(), |heads, column| format!("{heads}{:<11}", column.letter));
    let head = format!("     {:<width$}  {:<12}{heads}", "source", "state");
    let _ = writeln!(text, "{}", head.trim_end());
    for (index, (row, name)) in table.rows.iter().zip(&names).enumerate() {
        let cells = row.cells.iter().fold(String::new(), |cells, turn| format!("{cells}{:<11}", word(*turn)));
        let line = format!("  {:<3}{name:<width$}  {:<12}{cells}{}", index + 1, state(row.state), row.place);
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// What the bill of materials says of versions.
pub(super) fn too_old(bom: &Bom) -> String {
    let old = bom.too_old();
    old.iter().fold(String::new(), |text, old| format!("{text}  {old}\n"))
}
