//! Changes sorted by node: what each place asks for, once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Change, Refusal};
use crate::document::tree::{At, Document, Step};

/// What a container gains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Addition<'c> {
    /// The member's key; `None` for an item.
    pub(super) key: Option<&'c str>,
    pub(super) value: &'c Value,
}

/// Borrows what is put in from the changes.
#[derive(Debug, Default)]
pub(super) struct Plan<'c> {
    pub(super) replaced: BTreeMap<At, &'c Value>,
    /// By container; additions to one stand in the order of the changes.
    pub(super) added: BTreeMap<At, Vec<Addition<'c>>>,
    pub(super) removed: BTreeSet<At>,
    /// Items that go before all others, by list.
    pub(super) prepended: BTreeMap<At, &'c Value>,
}

impl<'c> Plan<'c> {
    pub(super) fn new(document: &Document, changes: &'c [Change]) -> Result<Self, Refusal> {
        let mut plan = Self::default();
        for change in changes {
            plan.enter(document, change)?;
        }
        plan.drop_what_goes(document);
        plan.refuse_repeated(document)?;
        Ok(plan)
    }

    /// What adds text, and what takes lines out: removals, and values in the place of whole blocks.
    pub(super) fn split(&self, is_block: impl Fn(At) -> bool) -> (Self, Self) {
        let (blocks, scalars) = self.replaced.clone().into_iter().partition(|(at, _)| is_block(*at));
        let inserting = Self { replaced: scalars, added: self.added.clone(), ..Self::default() };
        let cutting = Self { replaced: blocks, removed: self.removed.clone(), ..Self::default() };
        (inserting, cutting)
    }

    /// The part that takes lines out, for another reading of the document, by pointer.
    pub(super) fn moved(&self, from: &Document, to: &Document) -> Option<Self> {
        let find = |at: &At| Some(to.find(&from.pointer(*at))?.at());
        let replaced = self.replaced.iter().map(|(at, value)| Some((find(at)?, *value)));
        Some(Self {
            replaced: replaced.collect::<Option<_>>()?,
            removed: self.removed.iter().map(find).collect::<Option<_>>()?,
            ..Self::default()
        })
    }

    pub(super) fn removed_by_container(&self, document: &Document) -> BTreeMap<At, BTreeSet<At>> {
        let mut groups: BTreeMap<At, BTreeSet<At>> = BTreeMap::new();
        for at in &self.removed {
            groups.entry(document.slot(*at).parent).or_default().insert(*at);
        }
        groups
    }

    /// Text that an alias shows is never edited.
    pub(super) fn refuse_copied(&self, document: &Document) -> Result<(), Refusal> {
        match self.places().find(|at| document.node(*at).is_copied()) {
            Some(at) => Err(Refusal::Copied(at)),
            None => Ok(()),
        }
    }

    fn places(&self) -> impl Iterator<Item = At> {
        self.replaced
            .keys()
            .chain(self.added.keys())
            .chain(&self.removed)
            .chain(self.prepended.keys())
            .copied()
    }

    fn enter(&mut self, document: &Document, change: &'c Change) -> Result<(), Refusal> {
        match change {
            Change::Remove(at) => self.remove(document, *at),
            Change::Replace(at, value) => self.replace(document, *at, value),
            Change::Member(at, key, value) => self.member(document, *at, key, value),
            Change::Append(at, value) => self.append(document, *at, value),
            Change::Prepend(at, value) => self.prepend(document, *at, value),
        }
    }

    fn remove(&mut self, document: &Document, at: At) -> Result<(), Refusal> {
        match document.step(at) {
            Step::Item(_) | Step::Member(_) => self.removed.insert(at),
            Step::Root | Step::Key => return Err(Refusal::Shape(at)),
        };
        Ok(())
    }

    fn replace(&mut self, document: &Document, at: At, value: &'c Value) -> Result<(), Refusal> {
        if document.step(at) == Step::Key {
            return Err(Refusal::Shape(at));
        }
        self.replaced.insert(at, value);
        Ok(())
    }

    fn member(&mut self, document: &Document, at: At, key: &'c str, value: &'c Value) -> Result<(), Refusal> {
        let node = document.node(at);
        if !node.is_mapping() && !node.is_null() {
            return Err(Refusal::Shape(at));
        }
        if let Some(present) = node.step(key) {
            return self.replace(document, present.at(), value);
        }
        let additions = self.added.entry(at).or_default();
        additions.retain(|addition| addition.key != Some(key));
        additions.push(Addition { key: Some(key), value });
        Ok(())
    }

    /// The same item is appended once, however many findings ask for it.
    fn append(&mut self, document: &Document, at: At, value: &'c Value) -> Result<(), Refusal> {
        let node = document.node(at);
        if !node.is_sequence() && !node.is_null() {
            return Err(Refusal::Shape(at));
        }
        let addition = Addition { key: None, value };
        let additions = self.added.entry(at).or_default();
        if !additions.contains(&addition) {
            additions.push(addition);
        }
        Ok(())
    }

    fn prepend(&mut self, document: &Document, at: At, value: &'c Value) -> Result<(), Refusal> {
        if !document.node(at).is_sequence() || self.prepended.contains_key(&at) {
            return Err(Refusal::Shape(at));
        }
        self.prepended.insert(at, value);
        Ok(())
    }

    /// Lists keep their layout in a text: nothing is put before what a comment may head.
    pub(super) fn refuse_prepended(&self) -> Result<(), Refusal> {
        self.prepended.keys().next().map_or(Ok(()), |at| Err(Refusal::Layout(*at)))
    }

    /// What is within something that is taken out or replaced needs no change of its own.
    fn drop_what_goes(&mut self, document: &Document) {
        if self.removed.is_empty() && self.replaced.is_empty() {
            return;
        }
        let gone: BTreeSet<At> = self.removed.iter().chain(self.replaced.keys()).copied().collect();
        let stays = |at: At| !ancestors(document, at).any(|above| gone.contains(&above));
        let removed = self.removed.clone();
        self.removed.retain(|at| stays(*at));
        self.replaced.retain(|at, _| stays(*at) && !removed.contains(at));
        self.added.retain(|at, _| stays(*at) && !gone.contains(at));
    }

    fn refuse_repeated(&self, document: &Document) -> Result<(), Refusal> {
        let pairs = document.duplicates();
        let repeated = |at: At| pairs.iter().any(|pair| pair.first == at || pair.second == at);
        let doubtful = |at: &At| repeated(*at) || ancestors(document, *at).any(repeated);
        match self.places().find(|at| !pairs.is_empty() && doubtful(at)) {
            Some(at) => Err(Refusal::Repeated(at)),
            None => Ok(()),
        }
    }
}

fn ancestors(document: &Document, at: At) -> impl Iterator<Item = At> {
    document.above(at).skip(1)
}
