//! What can be changed in a value of the chain model, one thing at a time.
//!
//! Structs and enums are taken apart without a rest pattern: a field or a variant that the model gains does
//! not compile here until it is listed.

/// A value with one thing changed.
pub(super) struct Changed<T> {
    /// Where: fields and entries, joined by dots.
    pub(super) path: String,
    /// What was done to an entry of a list; `None`: the value was replaced by another.
    pub(super) what: Option<String>,
    pub(super) value: T,
}

impl<T> Changed<T> {
    fn entry(what: String, value: T) -> Self {
        Self { path: String::new(), what: Some(what), value }
    }

    pub(super) fn other(value: T) -> Self {
        Self { path: String::new(), what: None, value }
    }

    /// The same change, seen from the value that this one is all of.
    pub(super) fn whole<U>(self, whole: impl FnOnce(T) -> U) -> Changed<U> {
        Changed { path: self.path, what: self.what, value: whole(self.value) }
    }

    /// The same change, seen from the value that this one is `part` of.
    pub(super) fn within<U>(self, part: &str, whole: impl FnOnce(T) -> U) -> Changed<U> {
        let path = if self.path.is_empty() { part.to_owned() } else { format!("{part}.{}", self.path) };
        Changed { path, ..self.whole(whole) }
    }
}

/// A value that a chain is made of.
pub(super) trait Change: Copy + 'static {
    /// Every single change.
    fn changes(&self) -> Vec<Changed<Self>>;
}

/// An entry of a list.
pub(super) trait Entry: Change {
    /// The first that fits counts, so that the order says something.
    const ORDERED: bool;

    /// Its name in the list.
    fn entry(&self) -> String;
}

/// That something is not so is a claim as well.
impl Change for bool {
    fn changes(&self) -> Vec<Changed<Self>> {
        vec![Changed::other(!*self)]
    }
}

/// A name by itself stays: it is left out of its list, or changes places.
impl Change for &'static str {
    fn changes(&self) -> Vec<Changed<Self>> {
        Vec::new()
    }
}

impl Entry for &'static str {
    const ORDERED: bool = true;

    fn entry(&self) -> String {
        (*self).to_owned()
    }
}

/// What is there can be changed, or taken away.
impl<T: Change> Change for Option<T> {
    fn changes(&self) -> Vec<Changed<Self>> {
        let Some(value) = self else { return Vec::new() };
        let changed = value.changes().into_iter().map(|change| change.whole(Some));
        changed.chain([Changed::entry("left out".to_owned(), None)]).collect()
    }
}

impl<T: Entry> Change for &'static [T] {
    fn changes(&self) -> Vec<Changed<Self>> {
        let mut all = shorter(self);
        if T::ORDERED {
            all.extend(swapped(self));
        }
        for (index, entry) in self.iter().enumerate() {
            let with = |value: T| {
                let mut list = self.to_vec();
                list[index] = value;
                &*list.leak()
            };
            all.extend(entry.changes().into_iter().map(|change| change.within(&entry.entry(), with)));
        }
        all
    }
}

/// Each entry left out.
fn shorter<T: Entry>(list: &'static [T]) -> Vec<Changed<&'static [T]>> {
    let without = |index: usize| {
        let mut left = list.to_vec();
        let entry = left.remove(index);
        Changed::entry(format!("{} left out", entry.entry()), &*left.leak())
    };
    (0..list.len()).map(without).collect()
}

/// Any two entries in each other's place.
fn swapped<T: Entry>(list: &'static [T]) -> Vec<Changed<&'static [T]>> {
    let swap = |(first, second): (usize, usize)| {
        let mut list = list.to_vec();
        list.swap(first, second);
        Changed::entry(format!("{} before {}", list[first].entry(), list[second].entry()), &*list.leak())
    };
    let pairs = (0..list.len()).flat_map(|first| (first + 1..list.len()).map(move |second| (first, second)));
    pairs.map(swap).collect()
}

/// A struct: each field is changed, or (after `told`) says nothing about what the SDK does.
macro_rules! fields {
    ($type:ident { $($field:ident),+ $(; told $($told:ident),+)? }) => {
        impl Change for $type {
            fn changes(&self) -> Vec<Changed<Self>> {
                let Self { $($field,)+ $($($told: _,)+)? } = *self;
                let mut all = Vec::new();
                $(all.extend($field.changes().into_iter().map(|change| {
                    change.within(stringify!($field), |$field| Self { $field, ..*self })
                }));)+
                all
            }
        }
    };
}

/// An enum: each other variant takes its place.
macro_rules! variants {
    ($type:ident { $($variant:ident),+ }) => {
        impl Change for $type {
            fn changes(&self) -> Vec<Changed<Self>> {
                match self { $(Self::$variant => {})+ }
                let others = [$(Self::$variant),+].into_iter().filter(|other| other != self);
                others.map(Changed::other).collect()
            }
        }
    };
}

pub(super) use {fields, variants};
