//! The trace as a Mermaid flow chart: who takes what.

use std::fmt::Write as _;

use policyctl_policies::trace::Turn;

use super::subject::Subject;
use super::table::{Table, describe};

pub(super) fn render<'s>(tables: impl Iterator<Item = (&'s Subject, Table)>) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (number, (subject, table)) in tables.enumerate() {
        let _ = writeln!(text, "  subgraph s{number}[\"{}\"]", escape(&subject.title));
        chart(&mut text, number, &table);
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

fn arrow(turn: Turn) -> Option<&'static str> {
    match turn {
        Turn::Used => Some("==>|uses|"),
        Turn::Shadowed => Some("-.->|shadowed|"),
        Turn::Passed => Some("-->|passed|"),
        Turn::Stopped => Some("--x|stops|"),
        Turn::Skipped => None,
    }
}

/// Quotes end a label, and `<`, `&`, `#` begin something else.
fn escape(text: &str) -> String {
    text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
