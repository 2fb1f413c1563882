//! The table of values in the chart's README is `values.yaml` and its comments. `UPDATE_EXPECTED=1` rewrites it.

use std::fs;

use super::chart;

const BEGIN: &str = "<!-- values -->\n";
const END: &str = "<!-- /values -->";

/// A line `key: value` of `values.yaml`, with the comment above it.
struct Entry {
    path: String,
    value: String,
    comment: String,
}

/// Reads what our own file uses of YAML: nested keys by indentation, values on the line of their key.
fn entries(text: &str) -> Vec<Entry> {
    let (mut entries, mut parents, mut comment) = (Vec::new(), Vec::<(usize, &str)>::new(), String::new());
    for line in text.lines() {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        if let Some(words) = content.strip_prefix("# ") {
            comment = format!("{comment} {words}").trim().to_owned();
            continue;
        }
        if let Some((key, value)) = content.split_once(':') {
            parents.retain(|(above, _)| *above < indent);
            parents.push((indent, key));
            let path = parents.iter().map(|(_, key)| *key).collect::<Vec<_>>().join(".");
            entries.push(Entry {
                path,
                value: value.trim().to_owned(),
                comment: std::mem::take(&mut comment),
            });
        }
        comment.clear();
    }
    entries
}

fn table(text: &str) -> String {
    let said =
        entries(text).into_iter().filter(|entry| !(entry.value.is_empty() && entry.comment.is_empty()));
    let rows = said.map(|Entry { path, value, comment }| {
        let value = if value.is_empty() { value } else { format!("`{value}`") };
        format!("| `{path}` | {value} | {comment} |\n").replace("|  |", "| |")
    });
    format!("| value | default | |\n|---|---|---|\n{}", rows.collect::<String>())
}

#[test]
fn the_table_of_values_is_what_the_values_say() {
    let path = chart().join("README.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (committed, tail) = rest.split_once(END).unwrap();
    let table = table(&fs::read_to_string(chart().join("values.yaml")).unwrap());
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, format!("{head}{BEGIN}{table}{END}{tail}")).unwrap();
        return;
    }
    assert_eq!(committed, table, "run the test again with UPDATE_EXPECTED=1");
}
