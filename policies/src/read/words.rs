//! Command lines, word by word.

use super::fields::{Fields, secret};
use crate::document::Node;
use crate::workload::Word;

/// The words of a command. One text instead of a list is of the wrong shape, and yet clear.
pub(super) fn words(fields: &mut Fields, node: Node<'_>, key: &str) -> Vec<Word> {
    let Some(value) = fields.get(node, key) else { return Vec::new() };
    if fields.is_computed(value) {
        return vec![word(value)];
    }
    if value.text().is_some() {
        fields.problem(value, "a list of words");
        return vec![word(value)];
    }
    let words = fields.list(node, key, "a list of words");
    words.into_iter().filter_map(|item| scalar_word(fields, item)).collect()
}

/// One text as a word.
pub(super) fn word(node: Node<'_>) -> Word {
    Word { text: secret(node), at: node.at() }
}

fn scalar_word(fields: &mut Fields, item: Node<'_>) -> Option<Word> {
    if !fields.is_text(item) {
        fields.wrong(item, "a word");
        return None;
    }
    Some(word(item))
}
