//! A key that arrives in bulk, with an object of the same input.

use super::key_case::{Case, cases, delivered_gravity};
use super::{Examined, Family, Rule, Subject, wording};
use crate::credential::KeySet;
use crate::finding::Finding;
use crate::fix::Fix;

/// The rule.
pub(super) struct StaticKeyEnvFrom;

impl Rule for StaticKeyEnvFrom {
    fn name(&self) -> &'static str {
        "static-key-env-from"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "an envFrom Secret or ConfigMap carries key variables"
    }

    fn page(&self) -> &'static str {
        include_str!("static_key_env_from.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let bulk = cases(subject).filter(|(.., case)| *case == Case::Bulk);
        findings.extend(bulk.filter_map(|(examined, set, _)| self.about(subject, examined, set)));
    }
}

impl StaticKeyEnvFrom {
    fn about(&self, subject: &Subject<'_>, examined: &Examined<'_>, set: &KeySet) -> Option<Finding> {
        let level = delivered_gravity(set)?;
        let first = set.parts().find(|part| part.bulk)?;
        let identity = &examined.identity;
        let from = first.reference.as_ref().map(wording::store)?;
        let names = wording::names(set);
        let remedy = |act: &str| wording::remedy(act, identity.held(), subject.bearer());
        let message = format!(
            "{}: envFrom of {from} brings {names}; {}",
            wording::container(examined.container),
            remedy("take them out of it"),
        );
        let finding = Finding::new(self.name(), level, first.at, message)
            .in_container(&examined.container.name)
            .about(&first.name)
            .fixed_by(Fix::manual(remedy(&format!("take {names} out of {from}"))));
        Some(wording::with_role(wording::with_parts(finding, set), identity))
    }
}
