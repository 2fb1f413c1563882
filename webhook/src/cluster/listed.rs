//! Objects by namespace and name, as a list and a watch tell of them.

use std::collections::HashMap;

/// What is kept of objects, by their namespace and name.
///
/// A list is merged into what is there: what it does not name is gone when it ends. Gathered aside, it would
/// take the same memory a second time.
#[derive(Debug)]
pub struct Listed<V> {
    namespaces: HashMap<Box<str>, Namespace<V>>,
    listing: u32,
}

/// The objects of one namespace, each with the list that it was last seen in.
type Namespace<V> = HashMap<Box<str>, (V, u32)>;

impl<V> Default for Listed<V> {
    fn default() -> Self {
        Self { namespaces: HashMap::new(), listing: 0 }
    }
}

impl<V> Listed<V> {
    /// What is kept of an object, when it is known.
    pub fn get(&self, namespace: &str, name: &str) -> Option<&V> {
        self.namespaces.get(namespace)?.get(name).map(|(value, _)| value)
    }

    /// What is kept of the objects of a namespace, in no order.
    pub fn of(&self, namespace: &str) -> impl Iterator<Item = &V> {
        self.namespaces.get(namespace).into_iter().flat_map(HashMap::values).map(|(value, _)| value)
    }

    /// Puts an object in, or what is newly known of it.
    pub fn insert(&mut self, namespace: &str, name: &str, value: V) {
        let slot = (value, self.listing);
        match self.namespaces.get_mut(namespace) {
            Some(names) => match names.get_mut(name) {
                Some(known) => *known = slot,
                None => drop(names.insert(name.into(), slot)),
            },
            None => drop(self.namespaces.insert(namespace.into(), HashMap::from([(name.into(), slot)]))),
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

    /// A list begins, which will name every object that is there.
    pub fn begin_list(&mut self) {
        self.listing = self.listing.wrapping_add(1);
    }

    /// The list has ended: what was not put in since it began is gone.
    pub fn end_list(&mut self) {
        let listing = self.listing;
        self.namespaces.retain(|_, names| {
            names.retain(|_, (_, seen)| *seen == listing);
            names.shrink_to_fit();
            !names.is_empty()
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_out_leaves_nothing() {
        let mut listed = Listed::default();
        listed.insert("a", "b", 1);
        assert_eq!((listed.get("a", "b"), listed.get("a", "c")), (Some(&1), None));
        listed.remove("a", "b");
        assert!(listed.is_empty());
    }

    #[test]
    fn what_a_new_list_does_not_name_is_gone_when_it_ends_and_not_before() {
        let mut listed = Listed::default();
        for (namespace, name) in [("a", "stays"), ("a", "goes"), ("b", "goes")] {
            listed.insert(namespace, name, 1);
        }
        listed.begin_list();
        listed.insert("a", "stays", 2);
        assert_eq!(listed.len(), 3);
        listed.end_list();
        assert_eq!((listed.len(), listed.get("a", "stays")), (1, Some(&2)));
    }

    #[test]
    fn a_list_that_was_broken_off_counts_for_nothing() {
        let mut listed = Listed::default();
        listed.begin_list();
        listed.insert("a", "goes", 1);
        listed.begin_list();
        listed.insert("a", "stays", 1);
        listed.end_list();
        assert_eq!((listed.len(), listed.get("a", "goes")), (1, None));
    }
}
