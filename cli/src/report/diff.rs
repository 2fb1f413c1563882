//! What changes in a text, as a unified diff without what must be hidden.

use std::sync::Arc;

use policyctl_policies::document::{self, Format};
use similar::{ChangeTag, TextDiff};

use super::mask;
use crate::gather::limits;

/// Lines around a change.
const AROUND: usize = 3;

/// The lines of JSON that differ, with some around them; nothing where none does.
///
/// Lines are compared as they are and shown masked: a mask never joins lines or takes one away.
pub(crate) fn diff(before: &str, after: &str) -> String {
    let (old, new) = (masked(before), masked(after));
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let diff = TextDiff::from_lines(before, after);
    let mut text = String::new();
    for group in diff.grouped_ops(AROUND) {
        let start = group.first().map_or(0, |op| op.new_range().start) + 1;
        text += &format!("@@ line {start} @@\n");
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, line) = match change.tag() {
                ChangeTag::Delete => ('-', change.old_index().and_then(|n| old.get(n))),
                ChangeTag::Insert => ('+', change.new_index().and_then(|n| new.get(n))),
                ChangeTag::Equal => (' ', change.new_index().and_then(|n| new.get(n))),
            };
            text += &format!("{sign} {}\n", line.unwrap_or(&""));
        }
    }
    text
}

fn masked(text: &str) -> String {
    let name: Arc<str> = "".into();
    let documents: Vec<_> =
        document::parse(&name, text.as_bytes(), Format::Json, limits()).into_iter().flatten().collect();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for hidden in mask::hidden(text, &documents) {
        shown += text.get(at..hidden.range.start).unwrap_or_default();
        shown += &hidden.shown;
        at = hidden.range.end;
    }
    shown + text.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_and_a_value_is_not() {
        let before = "{\n  \"family\": \"web\",\n  \"environment\": [\n    {\"name\": \"A\", \"value\": \"one-word\"}\n  ]\n}";
        let after = before.replace("one-word", "two-words");
        let diff = diff(before, &after);
        assert!(diff.contains("- ") && diff.contains("+ ") && diff.contains("\"family\": \"web\""), "{diff}");
        assert!(!diff.contains("word"), "{diff}");
    }

    #[test]
    fn nothing_changed_is_nothing_said() {
        assert_eq!(diff("{\"a\": 1}", "{\"a\": 1}"), "");
    }
}
