//! What is to be said about the exceptions themselves, once everything was judged.

use std::collections::BTreeSet;

use super::{Judge, Verdict};
use crate::check::Concern;
use crate::finding::{Finding, Level, Located};
use crate::policy::{Exception, Proposal, Target};

impl Judge<'_> {
    /// The exception of the policy that holds for a finding.
    pub(super) fn exception(&self, concern: &Concern<'_>, finding: &Finding) -> Option<&Exception> {
        let target = match concern {
            Concern::Workload(workload) => Target::workload(workload),
            Concern::Object(id) => Target::object(id),
            Concern::Document => return None,
        };
        let target = target.container(finding.container.as_deref());
        let holds = |exception: &&Exception| {
            !exception.is_expired(self.day) && exception.covers(finding.rule, &target)
        };
        self.policy.exceptions.iter().find(holds)
    }

    /// The policy's exceptions that have expired, and those that silenced nothing in a verdict over all inputs.
    ///
    /// An unused one is a note, and a warning when the inputs are complete: then nothing is left that
    /// it could excuse.
    pub fn leftovers(&self, verdict: &Verdict) -> Verdict {
        let used: BTreeSet<_> = verdict.excepted.iter().map(|excepted| excepted.exception.as_str()).collect();
        let mut leftovers = Verdict::default();
        for exception in &self.policy.exceptions {
            if exception.is_expired(self.day) {
                self.add(expired(exception), &mut leftovers);
            } else if !used.contains(exception.name.as_str()) {
                self.add(unused(exception, self.policy.surroundings.complete), &mut leftovers);
            }
        }
        leftovers
    }

    /// Adds a finding that no exception can silence, at the level that the policy gives its rule.
    pub fn add(&self, mut finding: Located, verdict: &mut Verdict) {
        let proposal = Proposal { rule: finding.rule, level: finding.level, strict: None };
        let Some(level) = self.policy.levels.of(proposal, self.policy.bundle, self.door) else { return };
        finding.level = level;
        if level == Level::Note { verdict.notes.push(finding) } else { verdict.findings.push(finding) }
    }
}

fn expired(exception: &Exception) -> Located {
    let Exception { name, owner, expires, .. } = exception;
    let message = format!(
        "exception `{name}` of {owner} expired on {expires} and no longer applies: renew or delete it"
    );
    Located::about_input("exception-expired", Level::Warn, exception.place.clone(), message)
}

fn unused(exception: &Exception, complete: bool) -> Located {
    let level = if complete { Level::Warn } else { Level::Note };
    let message =
        format!("exception `{}` excused nothing here: delete it if what it was for is gone", exception.name);
    Located::about_input("exception-unused", level, exception.place.clone(), message)
}
