//! Exceptions: waivers with an owner, a reason and an expiry.

use super::day::Day;
use super::matching::{Match, Target};
use crate::document::Resolved;

/// An exception of the policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its name.
    pub name: String,
    /// The rules it silences; never empty.
    pub rules: Vec<String>,
    /// Whom it excuses.
    pub matches: Match,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
    /// Where it stands, for reports about itself.
    pub place: Resolved,
}

impl Exception {
    /// It no longer holds on this day.
    pub fn is_expired(&self, today: Day) -> bool {
        today > self.expires
    }

    /// It is about this rule and this workload, whether or not it still holds.
    pub fn covers(&self, rule: &str, target: &Target<'_>) -> bool {
        self.rules.iter().any(|name| name == rule) && self.matches.matches(target)
    }
}
