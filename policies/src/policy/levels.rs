//! Levels: what a bundle allows a rule to say, and what a policy file makes of it.

use std::collections::BTreeMap;

use super::{Bundle, Door};
use crate::finding::Level;

/// What a policy file says of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Everything it says is of this level.
    Raise(Level),
    /// Nothing it says is heard.
    Allow,
}

/// What a policy file says of one rule, at every door and at some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleLevel {
    /// At every door that is not named; `None` leaves the bundle's.
    pub everywhere: Option<Setting>,
    /// At these doors.
    pub doors: Vec<(Door, Setting)>,
}

impl RuleLevel {
    fn at(&self, door: Door) -> Option<Setting> {
        self.doors.iter().find(|(name, _)| *name == door).map(|(_, setting)| *setting).or(self.everywhere)
    }
}

/// The levels in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    /// The bundle's word: the highest level each rule may have.
    pub ceilings: BTreeMap<String, Level>,
    /// The policy file's word.
    pub rules: BTreeMap<String, RuleLevel>,
}

/// What a rule proposes: its level in `baseline`, and in `strict` where it differs.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// The rule's name.
    pub rule: &'a str,
    /// In `baseline`.
    pub level: Level,
    /// In `strict`, where it differs.
    pub strict: Option<Level>,
}

impl Levels {
    /// The level of a finding at a door; `None` when the policy allows it.
    ///
    /// A policy file replaces the level of everything its rule says, notes excepted. Otherwise the
    /// bundle's ceiling cuts what the rule proposes.
    pub fn of(&self, proposal: Proposal<'_>, bundle: Bundle, door: Door) -> Option<Level> {
        let own = match bundle {
            Bundle::Strict => proposal.strict.unwrap_or(proposal.level),
            Bundle::Advisory | Bundle::Baseline => proposal.level,
        };
        match self.rules.get(proposal.rule).and_then(|rule| rule.at(door)) {
            Some(Setting::Allow) => None,
            Some(Setting::Raise(_)) if own == Level::Note => Some(own),
            Some(Setting::Raise(level)) => Some(level),
            None => Some(own.min(self.ceiling(proposal.rule))),
        }
    }

    fn ceiling(&self, rule: &str) -> Level {
        self.ceilings.get(rule).copied().unwrap_or(Level::Deny)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "task-role-missing";

    fn proposal(level: Level) -> Proposal<'static> {
        Proposal { rule: RULE, level, strict: Some(Level::Deny) }
    }

    fn levels(ceiling: Level, rule: RuleLevel) -> Levels {
        Levels { ceilings: [(RULE.to_owned(), ceiling)].into(), rules: [(RULE.to_owned(), rule)].into() }
    }

    #[test]
    fn a_ceiling_cuts_and_never_raises() {
        let advisory = levels(Level::Warn, RuleLevel::default());
        assert_eq!(advisory.of(proposal(Level::Deny), Bundle::Advisory, Door::Cli), Some(Level::Warn));
        assert_eq!(advisory.of(proposal(Level::Note), Bundle::Advisory, Door::Cli), Some(Level::Note));
    }

    #[test]
    fn strict_takes_the_strict_level() {
        let strict = levels(Level::Deny, RuleLevel::default());
        assert_eq!(strict.of(proposal(Level::Warn), Bundle::Strict, Door::Cli), Some(Level::Deny));
        assert_eq!(strict.of(proposal(Level::Warn), Bundle::Baseline, Door::Cli), Some(Level::Warn));
    }

    #[test]
    fn a_policy_file_replaces_the_level_of_all_but_notes() {
        let raised = RuleLevel { everywhere: Some(Setting::Raise(Level::Deny)), doors: Vec::new() };
        let levels = levels(Level::Warn, raised);
        assert_eq!(levels.of(proposal(Level::Warn), Bundle::Advisory, Door::Cli), Some(Level::Deny));
        assert_eq!(levels.of(proposal(Level::Note), Bundle::Baseline, Door::Cli), Some(Level::Note));
    }

    #[test]
    fn a_door_goes_before_the_rest() {
        let rule = RuleLevel {
            everywhere: Some(Setting::Allow),
            doors: vec![(Door::Webhook, Setting::Raise(Level::Deny))],
        };
        let levels = levels(Level::Deny, rule);
        assert_eq!(levels.of(proposal(Level::Warn), Bundle::Baseline, Door::Cli), None);
        assert_eq!(levels.of(proposal(Level::Warn), Bundle::Baseline, Door::Webhook), Some(Level::Deny));
    }
}
