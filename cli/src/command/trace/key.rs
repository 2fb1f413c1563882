//! What a drawing's letters and marks stand for, in the same words in every format.

use policyctl_policies::trace::recorded_version;

use super::table::Column;

/// Where a line of SDKs is broken.
const WIDTH: usize = 100;

/// A column's SDKs with the versions that were recorded, in lines that are not too long.
pub(super) fn lines(column: &Column) -> Vec<String> {
    let mut lines = vec![String::new()];
    for name in column.sdks.iter().map(|sdk| recorded(sdk, column.mark(sdk))) {
        let Some(last) = lines.last_mut() else { break };
        if last.is_empty() {
            *last = name;
        } else if last.chars().count() + name.chars().count() + 2 > WIDTH {
            last.push(',');
            lines.push(name);
        } else {
            *last = format!("{last}, {name}");
        }
    }
    lines
}

/// What stands behind the names, and what their marks mean; only marks that are there.
pub(super) fn legend(columns: &[Column]) -> Vec<&'static str> {
    let recorded = |column: &Column| column.sdks.iter().any(|sdk| recorded_version(sdk).is_some());
    let lines = [
        (columns.iter().any(recorded), "(the version that was recorded)"),
        (columns.iter().any(|column| !column.unproven.is_empty()), "* read from its source, not recorded"),
        (
            columns.iter().any(|column| !column.unsure.is_empty()),
            "\u{b0} what decides has an order or a name that no recording proves (--format json lists it)",
        ),
    ];
    lines.into_iter().filter(|(there, _)| *there).map(|(_, line)| line).collect()
}

/// The lines of the legend that were not told before.
pub(super) fn untold(columns: &[Column], told: &mut Vec<&'static str>) -> Vec<&'static str> {
    let mut lines = legend(columns);
    lines.retain(|line| !told.contains(line));
    told.extend(&lines);
    lines
}

/// An SDK with the version that was recorded, as far as the minor; a program that brings it in brackets.
pub(super) fn recorded(sdk: &str, mark: &str) -> String {
    match recorded_version(sdk) {
        None => format!("{sdk}{mark}"),
        Some(version) if version.starts_with(|first: char| first.is_ascii_digit()) => {
            format!("{sdk}{mark} {}", short(version))
        }
        Some(program) => format!("{sdk}{mark} ({})", short(program)),
    }
}

fn short(version: &str) -> &str {
    let end = version.match_indices('.').nth(1).map_or(version.len(), |(end, _)| end);
    &version[..end]
}
