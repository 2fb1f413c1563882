//! The trace for people.

use std::fmt::Write as _;

use super::key;
use super::subject::Subject;
use super::table::{Column, Table, describe, state, word};

/// `told` are the lines of the legend that were said before, of another container.
pub(super) fn render(subject: &Subject, table: &Table, told: &mut Vec<&'static str>) -> String {
    let mut text = format!("{}\n\n", subject.title);
    head(&mut text, &table.columns, told);
    sources(&mut text, table);
    text.push('\n');
    for column in &table.columns {
        let _ = writeln!(text, "  {:<16}{}: {}", "today", column.letter, column.today);
    }
    for removal in &table.removals {
        for (index, (who, then)) in removal.then.iter().enumerate() {
            let lead = if index == 0 { removal.lead() } else { String::new() };
            let _ = writeln!(text, "  {lead:<16}{who}: {then}");
        }
    }
    for (index, old) in subject.too_old.iter().enumerate() {
        let _ = writeln!(text, "  {:<16}{old}", if index == 0 { "too old" } else { "" });
    }
    text
}

fn head(text: &mut String, columns: &[Column], told: &mut Vec<&'static str>) {
    for column in columns {
        for (index, line) in key::lines(column).iter().enumerate() {
            let lead = if index == 0 { column.letter.as_str() } else { "" };
            let _ = writeln!(text, "  {lead:<3}{line}");
        }
    }
    for line in key::untold(columns, told) {
        let _ = writeln!(text, "     {line}");
    }
    text.push('\n');
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
