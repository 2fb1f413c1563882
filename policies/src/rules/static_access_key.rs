//! A long-lived key that is written out where whoever reads the document can take it.

use super::key_case::{Case, cases, gravity, is_literal, is_unread};
use super::{Family, Rule, Subject, removal, wording};
use crate::credential::{Carrier, Class, KeySet, Sighting};
use crate::finding::{Finding, Level};
use crate::identity::Identity;

/// The rule.
pub(super) struct StaticAccessKey;

impl Rule for StaticAccessKey {
    fn name(&self) -> &'static str {
        "static-access-key"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "a long-lived key is written out in the document"
    }

    fn page(&self) -> &'static str {
        include_str!("static_access_key.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for (examined, set, case) in cases(subject) {
            let identity = &examined.identity;
            let who = || wording::container(examined.container);
            let finding = self.about(who, subject, set, case, identity);
            findings.extend(finding.map(|finding| finding.in_container(&examined.container.name)));
        }
        let loose = subject.loose_keys.iter();
        findings.extend(loose.filter_map(|set| self.leaked(subject, set)));
    }
}

impl StaticAccessKey {
    fn leaked(&self, subject: &Subject<'_>, set: &KeySet) -> Option<Finding> {
        let finding =
            self.about(|| "workload".to_owned(), subject, set, Case::of(set), &Identity::Unknown)?;
        let around = set.parts().find_map(|part| subject.container_around(part.at));
        Some(match around {
            Some(container) => finding.in_container(&container.name),
            None => finding,
        })
    }

    fn about(
        &self,
        who: impl Fn() -> String,
        subject: &Subject<'_>,
        set: &KeySet,
        case: Case,
        identity: &Identity,
    ) -> Option<Finding> {
        if !matches!(case, Case::Written | Case::SecretAlone) {
            return None;
        }
        let unread = is_unread(set);
        let level = if unread { Level::Deny } else { gravity(set)? };
        let first = set.parts().find(|part| is_literal(part) && part.class != Class::Empty)?;
        let says = if unread { leaks(first) } else { is_used(first, set, identity, subject.bearer()) };
        let finding = Finding::new(self.name(), level, first.at, [&who(), ": ", &says].concat())
            .about(&first.name)
            .fixed_by(removal::of_keys(set, identity, subject.bearer()));
        Some(wording::with_role(wording::with_parts(finding, set), identity))
    }
}

fn leaks(part: &Sighting) -> String {
    let name = if part.name.is_empty() { "a text of it" } else { &part.name };
    format!("{name} leaks a long-lived key to whoever reads the document; delete it and revoke the key")
}

fn is_used(part: &Sighting, set: &KeySet, identity: &Identity, bearer: &str) -> String {
    let what = match (part.class, part.carrier) {
        (Class::DocumentedExample, Carrier::Command | Carrier::SystemProperty) => {
            "holds an example key from AWS's documentation"
        }
        (Class::DocumentedExample, _) => "is an example from AWS's documentation",
        (_, Carrier::Command | Carrier::SystemProperty) => "holds a long-lived key",
        _ if set.bearer.is_some() => "is a long-lived Bedrock API key",
        _ if set.id.is_none() => "is a long-lived secret key",
        _ => "is a long-lived key",
    };
    let remedy = wording::remedy(&wording::delete(set), identity.held(), bearer);
    [wording::part_name(part), " ", what, "; ", &remedy].concat()
}
