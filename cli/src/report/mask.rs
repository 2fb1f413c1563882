//! What an excerpt hides: every value that is not known to be harmless, and every comment.

use std::ops::Range;

use policyctl_policies::credential::{masked, safe_name, spans_to_mask};
use policyctl_policies::document::{Document, Entry, Node};

/// What stands in the place of what is hidden.
const MASK: &str = "****";

/// Members whose values are names or modes, wherever AWS and Kubernetes use them.
const NAMES: &[&str] = &[
    "apiVersion",
    "containerName",
    "containerPath",
    "executionRoleArn",
    "family",
    "hostNetwork",
    "image",
    "key",
    "kind",
    "launchType",
    "mountPath",
    "name",
    "namespace",
    "networkMode",
    "requiresCompatibilities",
    "restartPolicy",
    "secretName",
    "serviceAccount",
    "serviceAccountName",
    "sourceVolume",
    "taskRoleArn",
];

/// Mappings whose members are anyone's: there `name` may be the name of a secret.
const FREE: &[&str] = &["data", "stringData", "annotations", "labels", "options", "dockerLabels"];

/// A range of a text that is shown otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) range: Range<usize>,
    pub(super) shown: String,
}

/// Everything that is hidden in a text, in order and apart from each other.
pub(super) fn hidden(text: &str, documents: &[Document]) -> Vec<Hidden> {
    let mut all: Vec<_> = documents.iter().flat_map(|document| of_document(text, document)).collect();
    all.extend(outside(text, documents));
    let mut apart: Vec<Hidden> = Vec::with_capacity(all.len());
    all.sort_by_key(|hidden| (hidden.range.start, hidden.range.end));
    for next in all {
        match apart.last_mut() {
            Some(last) if next.range.start < last.range.end => {
                MASK.clone_into(&mut last.shown);
                last.range.end = last.range.end.max(next.range.end);
            }
            _ => apart.push(next),
        }
    }
    apart
}

fn of_document(text: &str, document: &Document) -> Vec<Hidden> {
    let mut hidden = Vec::new();
    for node in document.nodes() {
        for Entry { key, value } in node.entries() {
            hidden.extend(of_key(text, key));
            hidden.extend(of_value(text, value, key.text()));
        }
        let owner = node.is_sequence().then(|| node.pointer());
        let owner = owner.as_deref().and_then(|pointer| pointer.rsplit('/').next());
        hidden.extend(node.items().flat_map(|item| of_value(text, item, owner)));
    }
    hidden.extend(of_value(text, document.root(), None));
    hidden
        .extend(document.comments().iter().flat_map(|comment| of_comment(text, comment.start, comment.end)));
    hidden
}

/// A key is a word of the format, or a name that someone chose.
fn of_key(text: &str, key: Node<'_>) -> Vec<Hidden> {
    let name = key.text().unwrap_or_default();
    let plain = name.len() <= 128 && safe_name(name) == name && masked(name) == name;
    if plain { Vec::new() } else { hide(text, key) }
}

fn of_value(text: &str, value: Node<'_>, key: Option<&str>) -> Vec<Hidden> {
    let Some(content) = value.text() else { return Vec::new() };
    if is_harmless(value, content, key.unwrap_or_default()) {
        return Vec::new();
    }
    match key_id(content) {
        Some(shown) => one(inner(text, value.span().start as usize..value.span().end as usize), shown),
        None => hide(text, value),
    }
}

fn is_harmless(value: Node<'_>, text: &str, key: &str) -> bool {
    let small = value.string().is_none() && text.len() <= 5;
    small
        || (safe_name(text) == text
            && spans_to_mask(text).is_empty()
            && (is_role(text) || is_name(value, text, key)))
}

fn is_role(text: &str) -> bool {
    let resource = text.strip_prefix("arn:aws").and_then(|rest| rest.splitn(5, ':').nth(4));
    resource.is_some_and(|resource| resource.starts_with("role/")) && is_tame(text)
}

fn is_name(value: Node<'_>, text: &str, key: &str) -> bool {
    let known = NAMES.iter().any(|name| name.eq_ignore_ascii_case(key));
    known && is_tame(text) && !value.pointer().split('/').any(|parent| FREE.contains(&parent))
}

fn is_tame(text: &str) -> bool {
    text.len() <= 160 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/@-*".contains(&b))
}

/// A key id alone, as it may be shown.
fn key_id(text: &str) -> Option<String> {
    let shown = masked(text);
    (text.len() == 20 && shown.len() == 12 && shown.get(4..8) == Some(MASK)).then(|| shown.into_owned())
}

fn of_comment(text: &str, start: u32, end: u32) -> Vec<Hidden> {
    let range = start as usize..end as usize;
    let body = text.get(range.clone()).unwrap_or_default().trim_start_matches('#');
    if body.trim_start().starts_with("policyctl:") && spans_to_mask(body).is_empty() {
        return Vec::new();
    }
    let indent = body.len() - body.trim_start().len();
    one(range.end - body.len() + indent..range.end, MASK.to_owned())
}

/// Hides a scalar line by line, so that lines keep their number, their indentation and their quotes.
fn hide(text: &str, node: Node<'_>) -> Vec<Hidden> {
    let range = inner(text, node.span().start as usize..node.span().end as usize);
    lines_of(text, range).into_iter().flat_map(|line| one(line, MASK.to_owned())).collect()
}

fn lines_of(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut start = range.start;
    let mut lines = Vec::new();
    for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        lines.push(start + indent..start + line.trim_end().len().max(indent));
        start += line.len();
    }
    lines
}

fn inner(text: &str, range: Range<usize>) -> Range<usize> {
    let quoted = |quote: char| {
        let token = text.get(range.clone())?;
        token.strip_prefix(quote)?.strip_suffix(quote).map(|_| range.start + 1..range.end - 1)
    };
    quoted('"').or_else(|| quoted('\'')).unwrap_or(range.clone())
}

/// What lies outside of every document that could be read: nobody knows what it is.
fn outside(text: &str, documents: &[Document]) -> Vec<Hidden> {
    let roots = documents.iter().map(|document| document.root().span());
    let mut from = 0;
    let mut gaps = Vec::new();
    for root in roots {
        gaps.push(from..root.start as usize);
        from = from.max(root.end as usize);
    }
    gaps.push(from..text.len());
    let words = gaps.into_iter().flat_map(|gap| lines_of(text, gap));
    let unknown = |line: &Range<usize>| {
        let line = text.get(line.clone()).unwrap_or_default();
        !line.is_empty()
            && !line.starts_with('#')
            && !line.trim_end_matches([',', ']', '}', '-', '.', '|', '>', '+']).is_empty()
    };
    words.filter(unknown).flat_map(|line| one(line, MASK.to_owned())).collect()
}

fn one(range: Range<usize>, shown: String) -> Vec<Hidden> {
    if range.is_empty() { Vec::new() } else { vec![Hidden { range, shown }] }
}

#[cfg(test)]
mod tests {
    use policyctl_policies::document::{Format, Limits, parse};

    use super::*;

    /// A text as an excerpt would show it.
    fn shown(text: &str, format: Format) -> String {
        let documents: Vec<_> =
            parse(&"x".into(), text.as_bytes(), format, Limits::default()).into_iter().flatten().collect();
        let mut shown = text.to_owned();
        for hidden in hidden(text, &documents).into_iter().rev() {
            shown.replace_range(hidden.range, &hidden.shown);
        }
        shown
    }

    #[test]
    fn values_are_hidden_and_what_names_things_is_not() {
        let text = "kind: Pod\nspec:\n  hostNetwork: true\n  containers:\n    - name: app\n      args: [--password, \"hunter2\"]\n      env:\n        - {name: X, value: 'hunter2'}\n";
        let expected = "kind: Pod\nspec:\n  hostNetwork: true\n  containers:\n    - name: app\n      args: [****, \"****\"]\n      env:\n        - {name: X, value: '****'}\n";
        assert_eq!(shown(text, Format::Yaml), expected);
    }

    #[test]
    fn json_keeps_its_quotes() {
        let text = r#"{"networkMode": "none", "command": ["hunter2"], "taskRoleArn": "arn:aws:iam::111122223333:role/x", "cpu": 256}"#;
        let expected = r#"{"networkMode": "none", "command": ["****"], "taskRoleArn": "arn:aws:iam::111122223333:role/x", "cpu": 256}"#;
        assert_eq!(shown(text, Format::Json), expected);
    }

    #[test]
    fn a_key_id_keeps_its_first_and_last_four() {
        let text = concat!("value: ", "AKIA", "Q3EGPOLICY2CTL7A", "\n");
        assert_eq!(shown(text, Format::Yaml), "value: AKIA****TL7A\n");
    }

    #[test]
    fn members_of_data_are_anyones() {
        let text = "kind: Secret\nstringData:\n  name: hunter2\n  key: hunter2\n";
        assert_eq!(shown(text, Format::Yaml), "kind: Secret\nstringData:\n  name: ****\n  key: ****\n");
    }

    #[test]
    fn blocks_and_comments_are_hidden_line_by_line() {
        let text = "data:\n  config: |\n    password = hunter2\n\n    more\n# hunter2\nx: y # hunter2\n";
        let shown = shown(text, Format::Yaml);
        assert!(!shown.contains("hunter2") && !shown.contains("more"), "{shown}");
        assert_eq!(shown.lines().count(), text.lines().count());
    }

    #[test]
    fn an_exception_of_ours_is_shown() {
        let comment = "# policyctl: allow key-object until=2027-01-31 owner=me reason=it must\n";
        assert!(shown(&format!("{comment}kind: Pod\n"), Format::Yaml).starts_with(comment));
    }

    #[test]
    fn what_could_not_be_read_is_hidden() {
        let text = "kind: Pod\n---\nx: [hunter2\n---\nkind: Job\n";
        let shown = shown(text, Format::Yaml);
        assert!(!shown.contains("hunter2") && shown.contains("kind: Job"), "{shown}");
    }

    #[test]
    fn a_name_with_the_shape_of_a_key_is_hidden() {
        let text = concat!("name: ", "AKIA", "Q3EGPOLICY2CTL7A", "x\n");
        assert_eq!(shown(text, Format::Yaml), "name: ****\n");
    }
}
