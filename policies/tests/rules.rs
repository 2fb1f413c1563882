//! The pages of the rules: their examples are run, and their form is held to.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod input;
mod page;

use std::collections::BTreeSet;

use input::Input;
use page::{Block, blocks, flagged};
use policyctl_policies::rules::{RULES, Rule};

fn found(block: &Block) -> BTreeSet<String> {
    let verdict = Input::read(&block.text).judge(&block.policy());
    verdict.findings.iter().chain(&verdict.notes).map(|finding| finding.rule.to_owned()).collect()
}

fn expected(rule: &str, info: &str) -> BTreeSet<String> {
    let with = info.split_whitespace().find_map(|word| word.strip_prefix("with=")).unwrap_or_default();
    let others = with.split(',').filter(|name| !name.is_empty());
    others.chain([rule]).map(str::to_owned).collect()
}

#[test]
fn every_flagged_example_triggers_its_rule_and_no_other() {
    let mut wrong = Vec::new();
    for (rule, block) in flagged() {
        let (expected, found) = (expected(rule, &block.info), found(&block));
        if expected != found {
            wrong.push(format!("{rule}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_accepted_example_is_clean_of_its_rule() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let accepted = blocks(rule.page()).into_iter().filter(|block| block.is("accepted"));
        wrong.extend(accepted.filter(|block| found(block).contains(rule.name())).map(|_| rule.name()));
    }
    assert!(wrong.is_empty(), "flagged although accepted: {wrong:?}");
}

/// What is said about exceptions needs a policy and a day: the judge's own tests are its examples.
fn is_about_exceptions(rule: &dyn Rule) -> bool {
    rule.name().starts_with("exception-")
}

/// It speaks only with a second file beside the one that is checked.
fn needs_another_file(rule: &dyn Rule) -> bool {
    rule.name() == "sdk-too-old"
}

#[test]
fn every_page_has_examples_of_both_kinds() {
    for rule in RULES.iter().filter(|rule| !is_about_exceptions(**rule) && !needs_another_file(**rule)) {
        let blocks = blocks(rule.page());
        for kind in ["flagged", "accepted"] {
            assert!(blocks.iter().any(|block| block.is(kind)), "{} has no {kind} example", rule.name());
        }
    }
}

#[test]
fn every_page_has_the_same_parts() {
    for rule in RULES {
        assert!(rule.page().starts_with(&format!("# {}\n", rule.name())), "{}", rule.name());
        let references = (!is_about_exceptions(*rule)).then_some("References");
        for part in ["Why it matters", "Which SDKs", "Examples", "Fix"].into_iter().chain(references) {
            assert!(rule.page().contains(&format!("## {part}\n")), "{} lacks {part}", rule.name());
        }
    }
}

#[test]
fn names_are_kebab_case_and_unique() {
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), RULES.len());
    for name in names {
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
    }
}

#[test]
fn messages_stand_alone_on_one_short_line() {
    for (_, block) in flagged() {
        let verdict = Input::read(&block.text).judge(&block.policy());
        for finding in verdict.findings.iter().chain(&verdict.notes) {
            let message = &finding.message;
            assert!(message.chars().count() <= 180 && !message.contains('\n'), "{message}");
        }
    }
}
