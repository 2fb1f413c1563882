//! The trace as a picture that is readable in light and dark.

use std::fmt::Write as _;

use policyctl_policies::trace::Turn;

use super::key;
use super::subject::Subject;
use super::table::{Cell, Removal, Row, Table, describe, state, word};

/// Pixels a line, and a character of the monospaced font.
const LINE: usize = 22;
const CHARACTER: usize = 8;
const MARGIN: usize = 16;
/// Characters of the columns: a letter or a number, a lead, a state, a cell.
const LETTER: usize = 3;
const LEAD: usize = 16;
const STATE: usize = 13;
const CELL: usize = 11;

const STYLE: &str = "
  text { font: 13px ui-monospace, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre; }
  .back { fill: #ffffff; } .band { fill: #f6f8fa; }
  .title { font-weight: bold; } .muted { fill: #59636e; }
  .used { fill: #116329; font-weight: bold; } .stops { fill: #b3261e; font-weight: bold; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .back { fill: #0d1117; } .band { fill: #161b22; }
    .muted { fill: #9198a1; } .used { fill: #56d364; } .stops { fill: #ff7b72; }
  }
";

/// What is drawn so far, and where the next line goes.
struct Canvas {
    body: String,
    line: usize,
    /// Characters of the widest line.
    width: usize,
    /// The lines of the legend that are drawn.
    told: Vec<&'static str>,
}

pub(super) fn render<'s>(tables: impl Iterator<Item = (&'s Subject, Table)>) -> String {
    let mut canvas = Canvas { body: String::new(), line: 0, width: 0, told: Vec::new() };
    for (subject, table) in tables {
        canvas.table(subject, &table);
    }
    let (width, height) = (canvas.width * CHARACTER + 2 * MARGIN, canvas.line * LINE + 2 * MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>Which credentials each SDK uses</title>\n<style>{STYLE}</style>\n\
         <rect class=\"back\" width=\"{width}\" height=\"{height}\"/>\n{}</svg>\n",
        canvas.body
    )
}

impl Canvas {
    fn table(&mut self, subject: &Subject, table: &Table) {
        self.text(0, "title", &subject.title);
        self.line += 1;
        self.names(table);
        self.line += 1;
        self.rows(table);
        self.line += 1;
        for column in &table.columns {
            self.at(0, "muted", "today");
            self.text(LEAD, "", &format!("{}: {}", column.letter, column.today));
        }
        for removal in &table.removals {
            self.removal(removal);
        }
        for old in &subject.too_old {
            self.at(0, "muted", "too old");
            self.text(LEAD, "stops", &old.to_string());
        }
        self.line += 1;
    }

    fn names(&mut self, table: &Table) {
        for column in &table.columns {
            self.at(0, "", &column.letter);
            for line in key::lines(column) {
                self.text(LETTER, "muted", &line);
            }
        }
        for line in key::untold(&table.columns, &mut self.told) {
            self.text(LETTER, "muted", line);
        }
    }

    fn removal(&mut self, removal: &Removal) {
        self.at(0, "muted", &removal.lead());
        for (who, then) in &removal.then {
            self.text(LEAD, "", &format!("{who}: {then}"));
        }
    }

    fn rows(&mut self, table: &Table) {
        let names: Vec<_> = table.rows.iter().map(|row| describe(&row.source)).collect();
        let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max(6);
        let first = LETTER + widest + 2;
        self.at(LETTER, "muted", "source");
        self.at(first, "muted", "state");
        for (index, column) in table.columns.iter().enumerate() {
            self.at(first + STATE + index * CELL, "muted", &column.letter);
        }
        self.line += 1;
        for (index, (row, name)) in table.rows.iter().zip(&names).enumerate() {
            self.band();
            self.at(0, "muted", &(index + 1).to_string());
            self.at(LETTER, "", name);
            self.row(row, first);
            self.line += 1;
        }
    }

    fn row(&mut self, row: &Row, first: usize) {
        self.at(first, "muted", state(row.state));
        for (index, turn) in row.cells.iter().enumerate() {
            self.at(first + STATE + index * CELL, class(*turn), word(*turn));
        }
        self.at(first + STATE + row.cells.len() * CELL, "muted", &row.place);
    }

    fn text(&mut self, column: usize, class: &str, text: &str) {
        self.at(column, class, text);
        self.line += 1;
    }

    fn at(&mut self, column: usize, class: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        self.width = self.width.max(column + text.chars().count());
        let (x, y) = (MARGIN + column * CHARACTER, MARGIN + self.line * LINE + 15);
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escape(text));
    }

    fn band(&mut self) {
        let y = MARGIN + self.line * LINE;
        let _ =
            writeln!(self.body, "<rect class=\"band\" y=\"{y}\" width=\"100%\" height=\"{}\"/>", LINE - 2);
    }
}

fn class(cell: Option<Cell>) -> &'static str {
    match cell {
        Some(Cell::Turned(Turn::Used)) => "used",
        Some(Cell::Turned(Turn::Stopped)) => "stops",
        _ => "muted",
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
