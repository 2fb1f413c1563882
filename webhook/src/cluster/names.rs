//! Objects by namespace and name, with the few labels or annotations that matter. Most have none.

use std::collections::{BTreeMap, HashMap};

use super::Kept;

/// Whose labels and annotations are kept.
const PREFIXES: &[&str] = &["eks.amazonaws.com/", "iam.amazonaws.com/", "policyctl.dev/"];

/// A longer value is no role, no mode and no number.
const LONGEST: usize = 2048;

/// Objects by namespace and name. 50,000 service accounts take a few MiB: a name and an empty slot each.
#[derive(Debug, Default)]
pub struct Names {
    namespaces: HashMap<Box<str>, Namespace>,
}

/// What is kept of each object of one namespace.
type Namespace = HashMap<Box<str>, Option<Box<Kept>>>;

impl Names {
    /// What is kept of an object, when it is known.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Kept> {
        let slot = self.namespaces.get(namespace)?.get(name)?;
        Some(slot.as_deref().cloned().unwrap_or_default())
    }

    /// The object is known, and nothing is kept of it.
    pub fn is_bare(&self, namespace: &str, name: &str) -> bool {
        self.namespaces.get(namespace).and_then(|names| names.get(name)).is_some_and(Option::is_none)
    }

    /// Puts an object in, or what is newly known of it.
    pub fn insert(&mut self, namespace: &str, name: &str, kept: Kept) {
        let slot = (!kept.is_empty()).then(|| Box::new(kept));
        if let Some(names) = self.namespaces.get_mut(namespace) {
            names.insert(name.into(), slot);
        } else {
            self.namespaces.insert(namespace.into(), HashMap::from([(name.into(), slot)]));
        }
    }

    /// Takes an object out.
    pub fn remove(&mut self, namespace: &str, name: &str) {
        if let Some(names) = self.namespaces.get_mut(namespace) {
            names.remove(name);
            if names.is_empty() {
                self.namespaces.remove(namespace);
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.namespaces.values().map(HashMap::len).sum()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.namespaces.is_empty()
    }
}

/// What is kept of labels or annotations.
pub(super) fn kept(all: &BTreeMap<String, String>) -> Kept {
    let matters = |key: &str| PREFIXES.iter().any(|prefix| key.starts_with(prefix));
    all.iter()
        .filter(|(key, value)| matters(key) && value.len() <= LONGEST)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotations(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_concerns_aws_or_us_is_kept() {
        let all = annotations(&[
            ("eks.amazonaws.com/role-arn", "arn"),
            ("team", "x"),
            ("policyctl.dev/mode", "warn"),
        ]);
        assert_eq!(kept(&all).len(), 2);
    }

    #[test]
    fn an_object_without_annotations_is_known_all_the_same() {
        let mut names = Names::default();
        names.insert("a", "b", Kept::new());
        assert_eq!(names.get("a", "b"), Some(Kept::new()));
        assert_eq!(names.get("a", "c"), None);
        names.remove("a", "b");
        assert!(names.is_empty());
    }
}
