//! Texts of a task definition that nothing else reads, and that a key may have been pasted into all the same.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Parts;
use crate::credential::safe_name;
use crate::document::{At, Node};
use crate::read::fields::Fields;

const FIELD: &str = "member that is not read";

/// How long an access key id is, in bytes: no text that is shorter holds a key.
/// Source: AWS IAM user guide, "IAM identifiers".
const SHORTEST: usize = 20;

/// Keeps every text below a node that is neither in the parts of its workload nor kept so far.
pub(super) fn keep(fields: &mut Fields, node: Node<'_>, parts: &Parts) {
    let read = read(fields, parts);
    keep_below(fields, node, "", &read);
}

/// Where the texts stand that keys are looked for in already.
fn read(fields: &Fields, parts: &Parts) -> BTreeSet<At> {
    let containers = || parts.containers.iter();
    let variables = containers().flat_map(|container| &container.env).map(|variable| variable.value_at);
    let options = containers().flat_map(|container| &container.options).map(|option| option.at);
    let commands = containers().flat_map(|container| &container.commands);
    let words = commands.flat_map(|command| &command.words).map(|word| word.at);
    let labels = parts.labels.iter().map(|label| label.at);
    let kept = fields.loose.iter().map(|loose| loose.at);
    variables.chain(options).chain(words).chain(labels).chain(kept).collect()
}

fn keep_below(fields: &mut Fields, node: Node<'_>, key: &str, read: &BTreeSet<At>) {
    keep_text(fields, node, key, read);
    for item in node.items() {
        keep_below(fields, item, key, read);
    }
    for entry in node.entries() {
        let name = entry.key.text().unwrap_or_default();
        if matches!(safe_name(name), Cow::Owned(_)) {
            keep_text(fields, entry.key, "", read);
        }
        keep_below(fields, entry.value, name, read);
    }
}

fn keep_text(fields: &mut Fields, node: Node<'_>, key: &str, read: &BTreeSet<At>) {
    let is_long = node.text().is_some_and(|text| text.len() >= SHORTEST);
    if is_long && !read.contains(&node.at()) {
        fields.keep_text(node, FIELD, &safe_name(key));
    }
}
