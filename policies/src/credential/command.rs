//! Keys in command lines, in options of log drivers, and in texts that no process reads.

#![expect(clippy::disallowed_methods, reason = "what a text holds can only be told by looking at it")]

use super::seen::{Seen, Source, Spot, may_be_secret, nameless_secret};
use super::{Carrier, Class, assignment, slot, text, value};
use crate::document::At;
use crate::workload::{Command, Container, TextOption, Value, Word, Workload};

/// Kubernetes keeps the whole object here; every key in it was found where it stands.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The keys in everything that a container runs.
pub(super) fn of_commands(container: &Container) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (index, command) in container.commands.iter().enumerate() {
        for (order, word) in command.words.iter().enumerate() {
            let here = word_spot(word, Source::Command(index), order);
            let text = word.text.expose();
            let found = text::scan(text);
            if found.is_empty() && may_be_secret(text) {
                seen.extend(nameless_secret(here, value::bare(argument(text))));
            }
            seen.extend(found.iter().map(|part| Seen::found(here, part)));
        }
        let flagged = behind_flags(command, index);
        // A key behind a flag is found by its shape as well: the name tells more.
        seen.retain(|part| !flagged.iter().any(|named| same_value(part, named)));
        seen.extend(flagged);
    }
    seen
}

/// What a word gives: the value of `--name=value`, else all of it.
fn argument(word: &str) -> &str {
    word.split_once('=').map_or(word, |(_, value)| value)
}

fn same_value(one: &Seen, other: &Seen) -> bool {
    one.sighting.at == other.sighting.at && one.part() == other.part()
}

fn word_spot(word: &Word, source: Source, order: usize) -> Spot<'_> {
    Spot { carrier: Carrier::Command, name: "", at: word.at, entry: None, source, order }
}

/// `--secret-key VALUE` and `configure set NAME VALUE`, word by word.
fn behind_flags(command: &Command, index: usize) -> Vec<Seen> {
    let written = |order: usize| command.words.get(order).map(|word| word.text.expose());
    let flagged = command.words.windows(2).enumerate().filter_map(|(at, pair)| {
        let (name, value) = (pair[0].text.expose(), pair[1].text.expose());
        let after_set = at.checked_sub(1).and_then(written) == Some("set");
        if !assignment::is_flag(name) && !after_set {
            return None;
        }
        let slot = slot::of(name.trim_start_matches('-'))?;
        let class = value::in_slot(slot.part, value);
        // The value of a weaker name is found by its own shape, or not at all.
        let tells = slot.sure && text::tells_in_text(class, value)
            || class.is_issued() && slot.part == super::Part::Secret;
        let here = word_spot(&pair[1], Source::Command(index), at + 1);
        tells.then(|| {
            Seen::in_slot(here, &slot, value::actual_part(slot.part, value, class), class).with_id(value)
        })
    });
    flagged.collect()
}

/// The keys in options: read by an agent or a router, or, as docker labels, by nobody.
pub(super) fn of_options(container: &Container) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (order, option) in container.options.iter().enumerate() {
        of_option(option, order, &mut seen);
    }
    seen
}

fn of_option(option: &TextOption, order: usize, seen: &mut Vec<Seen>) {
    let carrier = if option.field.contains("label") { Carrier::Unread } else { Carrier::Option };
    let here =
        Spot { carrier, name: &option.key, at: option.at, entry: None, source: Source::Options, order };
    match &option.value {
        Value::Literal(text) => labelled(here, text.expose(), seen),
        Value::Reference(reference) => seen.extend(
            slot::sure(&option.key)
                .map(|slot| Seen::referenced(here, &slot, reference.clone(), Class::Indirection)),
        ),
        Value::Field | Value::Nothing => {}
    }
}

/// A text with a name: a part of a key by the name, or with keys in it.
fn labelled(here: Spot<'_>, text: &str, seen: &mut Vec<Seen>) {
    if let Some(slot) = slot::sure(here.name) {
        let class = value::in_slot(slot.part, text);
        if text::tells_in_text(class, text) {
            let part = value::actual_part(slot.part, text, class);
            return seen.push(Seen::in_slot(here, &slot, part, class).with_id(text));
        }
    }
    let within = |part: &text::Found| {
        let whole = part.range.len() == text.trim().len();
        let source = if whole { here.source } else { Source::Text(here.at) };
        Seen::found(Spot { source, ..here }, part)
    };
    let found = text::scan(text);
    seen.extend(found.iter().map(within));
    if found.is_empty() {
        seen.extend(nameless_secret(here, text));
    }
}

/// The keys in texts of a workload that no process reads.
pub(super) fn of_unread(workload: &Workload) -> Vec<Seen> {
    let labels = workload
        .labels
        .iter()
        .chain(&workload.annotations)
        .map(|label| (label.key.as_str(), &label.value, label.at));
    let loose = workload.loose.iter().map(|loose| (loose.key.as_str(), &loose.text, loose.at));
    let unread = labels.chain(loose).filter(|(key, ..)| *key != LAST_APPLIED);
    let mut seen = Vec::new();
    for (order, (key, text, at)) in unread.enumerate() {
        labelled(unread_spot(key, at, order), text.expose(), &mut seen);
    }
    seen
}

fn unread_spot(key: &str, at: At, order: usize) -> Spot<'_> {
    Spot { carrier: Carrier::Unread, name: key, at, entry: None, source: Source::Labels, order }
}
