//! A shared credentials file in the container: a key by another road, and before most roles.

use super::role_shadowed::is_standing;
use super::sole_identity::{file_links, from_file};
use super::voters::Vote;
use super::{Examined, Family, Rule, Subject, wording};
use crate::document::At;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::trace::{Ending, OutcomeKind};

/// Variables that say where a shared file is.
const FILE_VARIABLES: [&str; 2] = ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"];

/// The rule.
pub(super) struct CredentialsFileMount;

impl Rule for CredentialsFileMount {
    fn name(&self) -> &'static str {
        "credentials-file-mount"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "a shared credentials file is mounted or pointed at"
    }

    fn page(&self) -> &'static str {
        include_str!("credentials_file_mount.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let containers = subject.containers.iter();
        findings.extend(containers.filter_map(|examined| self.about(subject, examined)));
    }
}

impl CredentialsFileMount {
    fn about(&self, subject: &Subject<'_>, examined: &Examined<'_>) -> Option<Finding> {
        let at = file_at(examined)?;
        let identity = &examined.identity;
        if identity.held().is_some() && !takers(examined).yes.is_empty() {
            return None;
        }
        let what = wording::name_at(examined.container, at).unwrap_or_else(|| "a mount".into());
        let remedy = |act: &str| wording::remedy(act, identity.held(), subject.bearer());
        let message = format!(
            "{}: {what} leads to a shared credentials file, whose key SDKs take; {}",
            wording::container(examined.container),
            remedy("remove it"),
        );
        let finding = Finding::new(self.name(), Level::Warn, at, message)
            .in_container(&examined.container.name)
            .about(&what)
            .fixed_by(Fix::manual(remedy(&format!("remove {what}"))));
        let takers = takers(examined);
        Some(if takers.yes.is_empty() { finding } else { finding.because_of(takers.tells("taken by")) })
    }
}

/// The mount of a file that some SDK reads, or the variable that points at one which nothing mounts.
fn file_at(examined: &Examined<'_>) -> Option<At> {
    let mut files = file_links(examined).peekable();
    files.peek()?;
    let pointer = || FILE_VARIABLES.iter().find_map(|name| examined.container.filled(name));
    files.find_map(|link| link.at).or_else(|| pointer().map(|var| var.at))
}

/// The voters that take the file; where it comes before a role, role-shadowed says so.
fn takers(examined: &Examined<'_>) -> Vote {
    let takes = |ending: &Ending| {
        let outcome = &ending.outcome;
        let source = outcome.source.as_ref().filter(|_| outcome.kind == OutcomeKind::Credentials);
        source.is_some_and(|source| is_standing(source) && from_file(source))
    };
    Vote::on(examined.trace().endings(), takes)
}
