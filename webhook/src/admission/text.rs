//! The words of a denial and of a warning. The first line stands alone: events and Argo CD show no more.

use std::borrow::Cow;

use policyctl_policies::document::{Document, Node};
use policyctl_policies::finding::{Level, Located};

use crate::review::Cause;

/// A denial's first line, in characters.
const FIRST_LINE: usize = 180;

/// A denial's whole text, in bytes: the note of an Event takes 1,024.
const WHOLE: usize = 900;

/// A warning, in characters: clients wrap or cut what is longer.
const WARNING: usize = 120;

/// Warnings in one answer.
pub(super) const MOST_WARNINGS: usize = 16;

/// Said of a pod whose key pair went as its role came.
pub(super) const EMPTIED: &str = "static-access-key: a key pair was taken out of this pod, as a role replaces it; delete it from where it is written";

/// One line for one finding.
pub(super) fn warning(finding: &Located) -> String {
    cut(&[finding.rule, ": ", &finding.message].concat(), WARNING).into_owned()
}

/// All findings that deny: the first in full, then each with its place and its remedy.
pub(super) fn denial(findings: &[&Located], policy: &str, uid: &str) -> String {
    let Some(first) = findings.first() else { return String::new() };
    let more = match findings.len() {
        1 => String::new(),
        n => format!(" (+{} more)", n - 1),
    };
    let head = cut(&first.message, FIRST_LINE - more.len());
    let tail =
        ["\n\n  policy ", policy, " · request ", uid, " · explain: policyctl explain ", first.rule].concat();
    let room = WHOLE.saturating_sub(head.len() + more.len() + tail.len());
    [&*head, &more, &paragraphs(findings, room), &tail].concat()
}

fn paragraphs(findings: &[&Located], room: usize) -> String {
    let mut text = String::from("\n");
    for (index, finding) in findings.iter().enumerate() {
        let paragraph = paragraph(finding, index > 0);
        if text.len() + paragraph.len() > room {
            text += &format!("\n  and {} more", findings.len() - index);
            break;
        }
        text += &paragraph;
    }
    text
}

fn paragraph(finding: &Located, with_message: bool) -> String {
    let mut text = ["\n  ", finding.rule, "  ", &field(&finding.place.pointer)].concat();
    let lines = [with_message.then_some(&finding.message), finding.fix.as_ref().map(|fix| &fix.title)];
    for line in lines.into_iter().flatten() {
        text += "\n    ";
        text += line;
    }
    text
}

/// One cause for each finding.
pub(super) fn causes(findings: &[&Located]) -> Vec<Cause> {
    let cause = |finding: &&Located| Cause {
        reason: finding.rule,
        field: field(&finding.place.pointer),
        message: finding.message.clone(),
    };
    findings.iter().map(cause).collect()
}

/// The rules of findings at a level, each once, for audit annotations.
pub(super) fn rules(findings: &[Located], level: Level) -> String {
    let mut rules: Vec<_> = findings.iter().filter(|f| f.level == level).map(|f| f.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.join(",")
}

/// A pointer as Kubernetes writes places: `spec.containers[0].env[3]`.
fn field(pointer: &str) -> String {
    let mut text = String::with_capacity(pointer.len() + 8);
    for token in pointer.split('/').skip(1) {
        let is_index = token.bytes().all(|b| b.is_ascii_digit());
        let (before, after) = if is_index {
            ("[", "]")
        } else if text.is_empty() {
            ("", "")
        } else {
            (".", "")
        };
        text += before;
        text += &unescaped(token);
        text += after;
    }
    text
}

/// A pointer's token as the member is called.
fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// No more characters than these, cut at a blank where one is near.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || text.chars().count() <= most {
        return text.into();
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    let end = head.rfind(' ').filter(|end| *end > most / 2).unwrap_or(head.len());
    format!("{}…", &head[..end]).into()
}

/// Where an object would be pointed at, were it a document of its own.
pub(super) fn name_of(document: &Document) -> String {
    let metadata = document.root().get("metadata");
    let text = |key: &str| metadata.and_then(|node| node.get(key)).and_then(Node::text);
    match (text("name"), text("generateName")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(prefix)) => format!("{prefix}*"),
        (None, None) => "*".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_read_as_kubernetes_writes_fields() {
        assert_eq!(field("/spec/containers/0/env/3"), "spec.containers[0].env[3]");
        assert_eq!(field("/metadata/annotations/a~1b"), "metadata.annotations.a/b");
    }

    #[test]
    fn a_long_line_is_cut_at_a_blank() {
        let long = "word ".repeat(60);
        let text = cut(&long, 40);
        assert!(text.chars().count() <= 40 && text.ends_with("word…"), "{text}");
    }
}
