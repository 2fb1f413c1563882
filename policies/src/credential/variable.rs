//! Keys in the variables of a process: written, referenced one by one, and in bulk.

#![expect(clippy::disallowed_methods, reason = "what a value is can only be told by looking at it")]

use std::collections::BTreeSet;

use super::seen::{Seen, Source, Spot, nameless_secret};
use super::slot::{self, Slot, Style};
use super::{Carrier, Class, Part, text, value};
use crate::facts::{DataObject, DataValue, Facts};
use crate::workload::{Container, EnvSource, EnvVar, Reference, Store, Value, Workload};

/// How often `$(NAME)` may lead to another `$(NAME)`.
const HOPS: usize = 4;

/// Everything in the variables of a container that may be a part of a key.
pub(super) fn seen(workload: &Workload, container: &Container, facts: &Facts) -> Vec<Seen> {
    let expands = expands(workload);
    let told = if expands { told_elsewhere(container) } else { BTreeSet::new() };
    let mut seen = Vec::new();
    for (order, var) in container.env.iter().enumerate() {
        if told.contains(var.name.as_str()) && slot::sure(&var.name).is_none() {
            continue;
        }
        let here = spot(var, order);
        match resolved(container, var, expands) {
            Value::Literal(text) => literal(here, text.expose(), &mut seen),
            Value::Reference(reference) => seen.extend(referenced(here, reference, facts)),
            Value::Nothing => seen.extend(
                slot::sure(&var.name).map(|slot| Seen::in_slot(here, &slot, slot.part, Class::Empty)),
            ),
            Value::Field => {}
        }
    }
    for source in &container.env_sources {
        bulk(container, source, facts, &mut seen);
    }
    seen
}

/// The platform replaces `$(NAME)`: Kubernetes does, ECS does not.
pub(super) fn expands(workload: &Workload) -> bool {
    workload.pod().is_some()
}

fn spot(var: &EnvVar, order: usize) -> Spot<'_> {
    Spot {
        carrier: Carrier::Variable,
        name: &var.name,
        at: var.value_at,
        entry: Some(var.at),
        source: Source::Variables,
        order,
    }
}

/// The value of a variable, where Kubernetes replaces `$(NAME)` by another variable's.
/// Source: Kubernetes API reference, `EnvVar.value`.
pub(super) fn resolved<'c>(container: &'c Container, var: &'c EnvVar, expands: bool) -> &'c Value {
    let mut value = &var.value;
    for _ in 0..if expands { HOPS } else { 0 } {
        let Value::Literal(text) = value else { return value };
        let name = text.expose().strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
        match name.and_then(|name| container.var(name)) {
            Some(other) => value = &other.value,
            None => return value,
        }
    }
    value
}

/// Variables that are put into another one's `$(NAME)`, where that one's name says what they are.
fn told_elsewhere(container: &Container) -> BTreeSet<&str> {
    let expanded = container.env.iter().filter_map(|var| Some((var, expanded_name(var)?)));
    expanded.filter(|(var, _)| slot::sure(&var.name).is_some()).map(|(_, name)| name).collect()
}

fn expanded_name(var: &EnvVar) -> Option<&str> {
    var.literal()?.expose().strip_prefix("$(")?.strip_suffix(')')
}

fn literal(here: Spot<'_>, text: &str, seen: &mut Vec<Seen>) {
    let Some(slot) = slot::of(here.name) else { return within(here, text, seen) };
    let class = value::in_slot(slot.part, text);
    if class == Class::Opaque || !slot.sure {
        let before = seen.len();
        within(Spot { entry: None, ..here }, text, seen);
        if seen.len() > before {
            return take_entry(here, text, seen.get_mut(before..).unwrap_or_default());
        }
    }
    seen.extend(in_slot(here, slot, text, class));
}

/// A value that is a key and nothing else is taken out with its variable.
fn take_entry(here: Spot<'_>, text: &str, found: &mut [Seen]) {
    if let [only] = found
        && only.sighting.class == value::in_slot(only.part(), text)
    {
        only.sighting.entry = here.entry;
    }
}

fn in_slot(here: Spot<'_>, slot: Slot<'_>, text: &str, class: Class) -> Option<Seen> {
    let part = value::actual_part(slot.part, text, class);
    let telling = slot.style != Style::Bare || class.is_issued() || class == Class::DocumentedExample;
    let mut seen = Seen::in_slot(here, &slot, part, class).with_id(text);
    if class == Class::Unrendered {
        // `${MINIO_ROOT_USER}` says whose it will be.
        seen.vendor = seen.vendor.or_else(|| slot::vendor_in(text));
    }
    (slot.sure || telling).then_some(seen)
}

/// A value under a name of no meaning: keys within it, or a secret that an id beside it would prove.
fn within(here: Spot<'_>, text: &str, seen: &mut Vec<Seen>) {
    let before = seen.len();
    let found = text::scan(text);
    let whole =
        |range: &std::ops::Range<usize>| text.get(range.clone()).is_some_and(|part| part == text.trim());
    seen.extend(found.iter().map(|part| {
        let mut inner = Seen::found(here, part);
        if whole(&part.range) {
            here.name.rsplit_once('_').map_or("", |(prefix, _)| prefix).clone_into(&mut inner.group.prefix);
        } else {
            inner.sighting.entry = None;
            inner.group.source = Source::Text(here.at);
        }
        inner
    }));
    if seen.len() == before {
        seen.extend(nameless_secret(here, text));
    }
}

fn referenced(here: Spot<'_>, reference: &Reference, facts: &Facts) -> Option<Seen> {
    let known = known_value(reference, facts).and_then(|value| value.class);
    let class = known.unwrap_or(Class::Indirection);
    let own = slot::of(here.name);
    if let Some(slot) = own.filter(|slot| slot.sure) {
        return Some(Seen::referenced(here, &slot, reference.clone(), class));
    }
    let key = reference.key.as_deref().and_then(slot::sure);
    let slot = match key {
        Some(slot) => Slot { reader: super::Reader::Program, ..slot },
        None => own.filter(|slot| slot.style != Style::Bare || class.is_issued())?,
    };
    let mut seen = Seen::referenced(here, &slot, reference.clone(), class);
    seen.sure = key.is_some() || class.is_issued();
    if key.is_some() {
        seen.group.prefix = format!("{}/{}", reference.object, slot.prefix);
    }
    Some(seen)
}

/// What the input knows of a referenced value.
pub(super) fn known_value<'f>(reference: &Reference, facts: &'f Facts) -> Option<&'f DataValue> {
    let object = known_object(reference, facts)?;
    object.keys.get(reference.key.as_deref()?)
}

/// The object of the input that a reference names.
pub(super) fn known_object<'f>(reference: &Reference, facts: &'f Facts) -> Option<&'f DataObject> {
    if !matches!(reference.store, Store::Secret | Store::ConfigMap) {
        return None;
    }
    facts.known_object(reference.store, &reference.object)
}

/// Keys by the names under which an object's values arrive. A variable of the same name stands before it.
fn bulk(container: &Container, source: &EnvSource, facts: &Facts, seen: &mut Vec<Seen>) {
    let Some(object) = known_object(&source.from, facts) else { return };
    for (key, value) in &object.keys {
        let name = format!("{}{key}", source.prefix);
        if container.var(&name).is_none() {
            seen.extend(arriving(source, key, &name, value));
        }
    }
}

fn arriving(source: &EnvSource, key: &str, name: &str, value: &DataValue) -> Option<Seen> {
    let class = value.class.unwrap_or(Class::Indirection);
    let slot = slot::of(name).or_else(|| class.is_issued().then_some(BY_VALUE))?;
    let reference = Reference { key: Some(key.into()), ..source.from.clone() };
    let here = Spot {
        carrier: Carrier::Variable,
        name,
        at: source.at,
        entry: None,
        source: Source::Variables,
        order: 0,
    };
    let mut seen = Seen::referenced(here, &slot, reference, class);
    seen.sure = slot.sure || class.is_issued();
    seen.sighting.bulk = true;
    (seen.sure || slot.style != Style::Bare).then_some(seen)
}

/// A value that is known to be a key, under a name that does not say which part of it.
const BY_VALUE: Slot<'static> = Slot {
    part: Part::Id,
    reader: super::Reader::Nobody,
    prefix: "",
    style: Style::Bare,
    vendor: None,
    sure: true,
};
