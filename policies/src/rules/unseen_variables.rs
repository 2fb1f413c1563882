//! Variables that come from an object or a file that was not given: whether a key is among them is not known.

use super::{Family, Rule, Subject, wording};
use crate::facts::Fact;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::workload::{Container, EnvSource, Store};

/// The rule.
pub(super) struct UnseenVariables;

impl Rule for UnseenVariables {
    fn name(&self) -> &'static str {
        "unseen-variables"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "variables come from an object or file that was not given"
    }

    fn page(&self) -> &'static str {
        include_str!("unseen_variables.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for examined in &subject.containers {
            let unseen = examined.container.env_sources.iter().filter(|source| is_unseen(subject, source));
            findings.extend(unseen.map(|source| self.about(examined.container, source)));
        }
    }
}

impl UnseenVariables {
    fn about(&self, container: &Container, source: &EnvSource) -> Finding {
        let from = wording::store(&source.from);
        let is_file = source.from.store == Store::S3Object;
        let level = if is_file { Level::Warn } else { Level::Note };
        let message = format!(
            "{}: its variables from {from} are not seen here; check that no key is among them",
            wording::container(container),
        );
        let title = if is_file {
            "write the settings in `environment`, secrets in `secrets`, and leave AWS keys to the task role"
        } else {
            "check the object together with the workload"
        };
        Finding::new(self.name(), level, source.at, message)
            .strict(Level::Warn)
            .in_container(&container.name)
            .about(&source.from.object)
            .fixed_by(Fix::manual(title))
    }
}

/// Whether a bulk source may bring variables that nobody has looked at.
pub(super) fn is_unseen(subject: &Subject<'_>, source: &EnvSource) -> bool {
    matches!(subject.facts.object(source.from.store, &source.from.object), None | Some(Fact::Unknown))
}
