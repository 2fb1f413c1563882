//! The few labels or annotations of objects that matter.

use std::collections::BTreeMap;

use super::{Kept, Listed};

/// Whose labels and annotations are kept.
const PREFIXES: &[&str] = &["eks.amazonaws.com/", "iam.amazonaws.com/", "policyctl.dev/"];

/// A longer value is no role, no mode and no number.
const LONGEST: usize = 2048;

/// Labels and annotations by which most objects are kept: one text for all of them, rather than one each.
const USUAL: &[&str] = &[
    "eks.amazonaws.com/role-arn",
    "eks.amazonaws.com/audience",
    "eks.amazonaws.com/sts-regional-endpoints",
    "eks.amazonaws.com/token-expiration",
    "iam.amazonaws.com/role",
    "policyctl.dev/mode",
];

/// Objects by namespace and name, with the few labels or annotations that matter. Most have none; a service
/// account that promises a role takes some 150 bytes.
#[derive(Debug, Default)]
pub struct Names(Listed<Box<str>>);

impl Names {
    /// What is kept of an object, when it is known.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Kept> {
        self.0.get(namespace, name).map(|packed| unpacked(packed))
    }

    /// One value of what is kept of an object, when that is known.
    pub fn value(&self, namespace: &str, name: &str, key: &str) -> Option<Option<&str>> {
        let packed = self.0.get(namespace, name)?;
        Some(pairs(packed).find(|(kept, _)| *kept == key).map(|(_, value)| value))
    }

    /// The object is known, and nothing is kept of it.
    pub fn is_bare(&self, namespace: &str, name: &str) -> bool {
        self.0.get(namespace, name).is_some_and(|packed| packed.is_empty())
    }

    /// Puts an object in, or what is newly known of it.
    pub fn insert(&mut self, namespace: &str, name: &str, kept: &Kept) {
        self.0.insert(namespace, name, packed(kept));
    }

    /// Takes an object out.
    pub fn remove(&mut self, namespace: &str, name: &str) {
        self.0.remove(namespace, name);
    }

    /// A list begins, which will name every object that is there.
    pub fn begin_list(&mut self) {
        self.0.begin_list();
    }

    /// The list has ended: what was not put in since it began is gone.
    pub fn end_list(&mut self) {
        self.0.end_list();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// All keys and values in one text: a map of one entry takes ten times as much.
fn packed(kept: &Kept) -> Box<str> {
    let mut text = String::new();
    for (key, value) in kept {
        match USUAL.iter().position(|usual| usual == key) {
            Some(index) => text.push_str(&index.to_string()),
            None => text.push_str(&format!("-{}", part(key))),
        }
        text.push_str(&part(value));
    }
    text.into()
}

/// A text with its length before it, so that it may hold anything.
fn part(text: &str) -> String {
    format!(":{}:{text}", text.len())
}

fn unpacked(packed: &str) -> Kept {
    pairs(packed).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn pairs(mut packed: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let (key, value, rest) = first(packed)?;
        packed = rest;
        Some((key, value))
    })
}

fn first(packed: &str) -> Option<(&str, &str, &str)> {
    let (index, rest) = packed.split_once(':')?;
    let (key, rest) = match index.parse::<usize>() {
        Ok(index) => (*USUAL.get(index)?, rest),
        Err(_) => split_part(rest).and_then(|(key, rest)| Some((key, rest.strip_prefix(':')?)))?,
    };
    let (value, rest) = split_part(rest)?;
    Some((key, value, rest))
}

fn split_part(text: &str) -> Option<(&str, &str)> {
    let (length, rest) = text.split_once(':')?;
    rest.split_at_checked(length.parse().ok()?)
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
        names.insert("a", "b", &Kept::new());
        assert_eq!(names.get("a", "b"), Some(Kept::new()));
        assert!(names.is_bare("a", "b") && !names.is_bare("a", "c"));
        names.insert("a", "b", &annotations(&[("policyctl.dev/mode", "warn")]));
        assert!(!names.is_bare("a", "b"));
    }

    #[test]
    fn keys_and_values_come_back_as_they_went_in_whatever_they_hold() {
        for value in ["arn:aws:iam::111122223333:role/checkout", "", "0:1:2", "-:3:abc:1:x", "ä\0\n:7:"] {
            for key in [USUAL[0], USUAL[5], "eks.amazonaws.com/else", "policyctl.dev/:1:0"] {
                let kept = annotations(&[(key, value), ("eks.amazonaws.com/audience", "sts.amazonaws.com")]);
                assert_eq!(unpacked(&packed(&kept)), kept);
                let mut names = Names::default();
                names.insert("a", "b", &kept);
                assert_eq!(names.value("a", "b", key), Some(Some(value)));
                assert_eq!((names.value("a", "b", "else"), names.value("a", "c", key)), (Some(None), None));
            }
        }
    }
}
