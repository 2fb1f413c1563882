//! The examples on a rule's page.

use policyctl_policies::policy::{Bundle, Policy};
use policyctl_policies::rules::RULES;

/// A fenced block of a page: what follows the fence, and its text.
pub(crate) struct Block {
    pub(crate) info: String,
    pub(crate) text: String,
}

impl Block {
    /// A word stands behind the fence.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.info.split_whitespace().any(|other| other == word)
    }

    /// The policy under which it is judged.
    pub(crate) fn policy(&self) -> Policy {
        Policy::bundled(if self.is("strict") { Bundle::Strict } else { Bundle::Baseline })
    }
}

/// The blocks of a page.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block { info: info.to_owned(), text: text.join("\n") });
        }
    }
    blocks
}

/// Every flagged example, with the name of its rule.
pub(crate) fn flagged() -> Vec<(&'static str, Block)> {
    let of_rule = |name: &'static str, page| blocks(page).into_iter().map(move |block| (name, block));
    let all = RULES.iter().flat_map(|rule| of_rule(rule.name(), rule.page()));
    all.filter(|(_, block)| block.is("flagged")).collect()
}
