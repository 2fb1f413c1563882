//! The trace as a Mermaid flow chart: who takes what.

use std::fmt::Write as _;

use policyctl_policies::trace::Turn;

use super::key;
use super::subject::Subject;
use super::table::{Cell, Column, Table, describe};

pub(super) fn render<'s>(tables: impl Iterator<Item = (&'s Subject, Table)>) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (number, (subject, table)) in tables.enumerate() {
        let _ = writeln!(text, "  subgraph s{number}[\"{}\"]", escape(&subject.title));
        chart(&mut text, number, &table);
        legend(&mut text, number, &table);
        text.push_str("  end\n");
    }
    text
}

fn chart(text: &mut String, number: usize, table: &Table) {
    for (index, row) in table.rows.iter().enumerate() {
        let _ = writeln!(text, "    s{number}r{index}[\"{}\"]", escape(&describe(&row.source)));
    }
    for (index, column) in table.columns.iter().enumerate() {
        let sdks = escape(&column.names());
        let _ = writeln!(text, "    s{number}c{index}([\"{sdks}: {}\"])", escape(&column.today));
    }
    for (to, row) in table.rows.iter().enumerate() {
        for (from, turn) in row.cells.iter().enumerate() {
            if let Some(arrow) = turn.and_then(arrow) {
                let _ = writeln!(text, "    s{number}c{from} {arrow} s{number}r{to}");
            }
        }
    }
}

/// What the marks on the names mean, in a node without a frame.
fn legend(text: &mut String, number: usize, table: &Table) {
    let lines: Vec<_> = table.columns.iter().flat_map(versions).chain(marks(table)).collect();
    if !lines.is_empty() {
        let _ = writeln!(text, "    s{number}legend[\"{}\"]", lines.join("<br/>"));
        let _ = writeln!(text, "    style s{number}legend fill:none,stroke:none,text-align:left");
    }
}

fn versions(column: &Column) -> Vec<String> {
    key::lines(column).iter().map(|line| escape(line)).collect()
}

fn marks(table: &Table) -> impl Iterator<Item = String> {
    key::legend(&table.columns).into_iter().map(escape)
}

fn arrow(cell: Cell) -> Option<&'static str> {
    match cell {
        Cell::Perhaps => Some("-.->|perhaps|"),
        Cell::Turned(Turn::Used) => Some("==>|uses|"),
        Cell::Turned(Turn::Shadowed) => Some("-.->|shadowed|"),
        Cell::Turned(Turn::Passed) => Some("-->|passed|"),
        Cell::Turned(Turn::Stopped) => Some("--x|stops|"),
        Cell::Turned(Turn::Skipped) => None,
    }
}

/// Quotes end a label, and `<`, `&`, `#` begin something else.
fn escape(text: &str) -> String {
    text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
