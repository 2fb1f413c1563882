//! A Secret or ConfigMap that holds a long-lived key, whoever mounts it.

use super::{Family, Rule, Subject};
use crate::credential::Class;
use crate::document::{Document, Resolved};
use crate::facts::DataObject;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::read::Contents;
use crate::workload::Store;

/// The rule.
pub(super) struct KeyObject;

impl Rule for KeyObject {
    fn name(&self) -> &'static str {
        "key-object"
    }

    fn family(&self) -> Family {
        Family::Keys
    }

    fn summary(&self) -> &'static str {
        "a Secret or ConfigMap holds a long-lived key"
    }

    fn page(&self) -> &'static str {
        include_str!("key_object.md")
    }

    fn check(&self, _subject: &Subject<'_>, _findings: &mut Vec<Finding>) {}

    fn check_document(&self, document: &Document, contents: &Contents, findings: &mut Vec<Finding>) {
        let objects = contents.objects.iter();
        findings.extend(objects.filter_map(|(store, object)| self.about(document, *store, object)));
    }
}

impl KeyObject {
    fn about(&self, document: &Document, store: Store, object: &DataObject) -> Option<Finding> {
        let (key, place) = long_lived(object)?;
        let kind = if store == Store::ConfigMap { "ConfigMap" } else { "Secret" };
        let message = format!(
            "{kind} `{}`: {key} is a long-lived key; give the service accounts of its readers a role and delete it",
            object.name,
        );
        let title = "give the workloads that read it a role, then delete the key here and in IAM";
        Some(
            Finding::new(self.name(), Level::Warn, document.find(&place.pointer)?.at(), message)
                .about(key)
                .fixed_by(Fix::manual(title)),
        )
    }
}

fn long_lived(object: &DataObject) -> Option<(&str, &Resolved)> {
    let mut keys = object.keys.iter();
    let (key, value) = keys.find(|(_, value)| value.class == Some(Class::LongLived))?;
    Some((key, value.place.as_ref().or(object.place.as_ref())?))
}
