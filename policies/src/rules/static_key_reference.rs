//! A key that a store delivers variable by variable: out of sight, but as long-lived and as early in the chain.

use super::key_case::{Case, cases, delivered_gravity};
use super::{Family, Rule, Subject, removal, wording};
use crate::credential::{KeySet, Sighting};
use crate::finding::Finding;
use crate::identity::Identity;

/// The rule.
pub(super) struct StaticKeyReference;

impl Rule for StaticKeyReference {
    fn name(&self) -> &'static str {
        "static-key-reference"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "a key is delivered by secretKeyRef, configMapKeyRef or ECS secrets"
    }

    fn page(&self) -> &'static str {
        include_str!("static_key_reference.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for (examined, set, _) in cases(subject).filter(|(.., case)| *case == Case::Referenced) {
            let identity = &examined.identity;
            let finding = self.about(&wording::container(examined.container), subject, set, identity);
            findings.extend(finding.map(|finding| finding.in_container(&examined.container.name)));
        }
    }
}

impl StaticKeyReference {
    fn about(&self, who: &str, subject: &Subject<'_>, set: &KeySet, identity: &Identity) -> Option<Finding> {
        let level = delivered_gravity(set)?;
        let first = set.parts().next()?;
        let message = format!(
            "{who}: {} is a key from {}; {}",
            wording::part_name(first),
            store(set),
            wording::remedy(&wording::delete(set), identity.held(), subject.bearer()),
        );
        let finding = Finding::new(self.name(), level, first.at, message)
            .about(&first.name)
            .fixed_by(removal::of_keys(set, identity, subject.bearer()));
        Some(wording::with_role(wording::with_parts(finding, set), identity))
    }
}

fn store(set: &KeySet) -> String {
    let from = set.parts().find_map(|part: &Sighting| part.reference.as_ref());
    from.map_or_else(|| "elsewhere".to_owned(), wording::store)
}
