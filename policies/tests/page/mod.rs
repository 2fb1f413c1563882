//! The examples on a rule's page.

use policyctl_policies::policy::{Bundle, Policy};
use policyctl_policies::rules::RULES;

/// A fenced block of a page: what follows the fence, and its text.
pub(crate) struct Block {
    pub(crate) info: String,
    pub(crate) text: String,
    policy: Option<String>,
}

impl Block {
    /// A word stands behind the fence.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.info.split_whitespace().any(|other| other == word)
    }

    /// The policy under which it is judged: that of the page, or a bundle.
    pub(crate) fn policy(&self) -> Policy {
        if let Some(file) = &self.policy {
            return Policy::read("page", file.as_bytes()).expect("a policy that can be read");
        }
        Policy::bundled(if self.is("strict") { Bundle::Strict } else { Bundle::Baseline })
    }
}

/// The blocks of a page. One marked `policy` is the policy for those that follow.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut lines, mut policy) = (page.lines(), None);
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let block = Block { info: info.to_owned(), text: text.join("\n"), policy: policy.clone() };
            if block.is("policy") {
                policy = Some(block.text.clone());
            }
            blocks.push(block);
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
