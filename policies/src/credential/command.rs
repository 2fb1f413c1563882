//! Keys in command lines, in options of log drivers, and in texts that no process reads.

#![expect(clippy::disallowed_methods, reason = "what a text holds can only be told by looking at it")]

use super::seen::{Seen, Source, Spot, nameless_secret};
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
            if found.is_empty() {
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
    let words: Vec<&str> = command.words.iter().map(|word| word.text.expose()).collect();
    let flagged = words.windows(2).enumerate().filter_map(|(at, pair)| {
        let after_set = at.checked_sub(1).and_then(|before| words.get(before)) == Some(&"set");
        if !assignment::is_flag(pair[0]) && !after_set {
            return None;
        }
        let slot = slot::of(pair[0].trim_start_matches('-'))?;
        let class = value::in_slot(slot.part, pair[1]);
        // The value of a weaker name is found by its own shape, or not at all.
        let tells = slot.sure && text::tells_in_text(class, pair[1])
            || class.is_issued() && slot.part == super::Part::Secret;
        let here = word_spot(command.words.get(at + 1)?, Source::Command(index), at + 1);
        tells.then(|| {
            Seen::in_slot(here, &slot, value::actual_part(slot.part, pair[1], class), class).with_id(pair[1])
        })
    });
    flagged.collect()
}

/// The keys in options: read by an agent or a router, or, as docker labels, by nobody.
pub(super) fn of_options(container: &Container) -> Vec<Seen> {
    container.options.iter().enumerate().flat_map(|(order, option)| of_option(option, order)).collect()
}

fn of_option(option: &TextOption, order: usize) -> Vec<Seen> {
    let carrier = if option.field.contains("label") { Carrier::Unread } else { Carrier::Option };
    let here =
        Spot { carrier, name: &option.key, at: option.at, entry: None, source: Source::Options, order };
    match &option.value {
        Value::Literal(text) => labelled(here, text.expose()),
        Value::Reference(reference) => slot::sure(&option.key)
            .map(|slot| Seen::referenced(here, &slot, reference.clone(), Class::Indirection))
            .into_iter()
            .collect(),
        Value::Field | Value::Nothing => Vec::new(),
    }
}

/// A text with a name: a part of a key by the name, or with keys in it.
fn labelled(here: Spot<'_>, text: &str) -> Vec<Seen> {
    if let Some(slot) = slot::sure(here.name) {
        let class = value::in_slot(slot.part, text);
        if text::tells_in_text(class, text) {
            return vec![
                Seen::in_slot(here, &slot, value::actual_part(slot.part, text, class), class).with_id(text),
            ];
        }
    }
    let within = |part: &text::Found| {
        let whole = part.range.len() == text.trim().len();
        let source = if whole { here.source } else { Source::Text(here.at) };
        Seen::found(Spot { source, ..here }, part)
    };
    let found = text::scan(text);
    let seen: Vec<Seen> = found.iter().map(within).collect();
    if seen.is_empty() { nameless_secret(here, text).into_iter().collect() } else { seen }
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
    unread
        .enumerate()
        .flat_map(|(order, (key, text, at))| labelled(unread_spot(key, at, order), text.expose()))
        .collect()
}

fn unread_spot(key: &str, at: At, order: usize) -> Spot<'_> {
    Spot { carrier: Carrier::Unread, name: key, at, entry: None, source: Source::Labels, order }
}
