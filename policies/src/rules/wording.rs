//! Words that several rules use, so that one thing is said in one way.

use crate::credential::{Class, KeySet, Sighting};
use crate::document::At;
use crate::finding::Finding;
use crate::fix::{Applicability, Change, Fix};
use crate::workload::{Container, Reference, Store, Text};

use crate::identity::{Held, Identity};

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => [&first.join(", "), " and ", last].concat(),
    }
}

/// "container `api`".
pub(super) fn container(container: &Container) -> String {
    ["container `", &container.name, "`"].concat()
}

/// The variable or the mount that stands at a node.
pub(super) fn name_at(container: &Container, at: At) -> Option<Text> {
    let var = container.env.iter().find(|var| var.at == at || var.value_at == at);
    let mount = || container.mounts.iter().find(|mount| mount.at == at).map(|mount| mount.path.clone());
    var.map(|var| var.name.clone()).or_else(mount)
}

/// What holds a referenced value: `Secret legacy-aws`, `Secrets Manager`.
pub(super) fn store(from: &Reference) -> String {
    match from.store {
        Store::Secret => format!("Secret {}", from.object),
        Store::ConfigMap => format!("ConfigMap {}", from.object),
        Store::SecretsManager => "Secrets Manager".to_owned(),
        Store::Parameter => "Parameter Store".to_owned(),
        Store::S3Object => "an environment file in S3".to_owned(),
        Store::EnvFile => format!("the file {}", from.object),
    }
}

/// A fix that takes one entry out and cannot break a working container.
pub(super) fn safe_removal(title: String, at: At) -> Fix {
    Fix { title, applicability: Applicability::Safe, changes: vec![Change::Remove(at)] }
}

/// What a key that has no name of its own stands in.
const COMMAND_LINE: &str = "the command line";

/// How a part is called: its variable or option, or the command line it stands in.
pub(super) fn part_name(part: &Sighting) -> &str {
    if part.name.is_empty() { COMMAND_LINE } else { &part.name }
}

/// The names of a set's parts, each once: `AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`.
pub(super) fn names(set: &KeySet) -> String {
    list(&distinct(set))
}

/// `delete it`, `delete it and AWS_SECRET_ACCESS_KEY`, or `take it out`, where the first part of a set was named before.
pub(super) fn delete(set: &KeySet) -> String {
    let names = distinct(set);
    match names.split_first() {
        Some((&COMMAND_LINE, [])) => "take it out".to_owned(),
        Some((&COMMAND_LINE, rest)) => format!("take it out and delete {}", list(rest)),
        Some((_, rest)) => deletion(&[&["it"], rest].concat()),
        None => "delete it".to_owned(),
    }
}

/// `delete AWS_ACCESS_KEY_ID`, or `take the key out of the command line`: only what has a name can go whole.
pub(super) fn delete_by_name(set: &KeySet) -> String {
    deletion(&distinct(set))
}

fn deletion(names: &[&str]) -> String {
    let whole: Vec<&str> = names.iter().copied().filter(|name| *name != COMMAND_LINE).collect();
    match (whole.len() == names.len(), whole.is_empty()) {
        (true, _) => ["delete ", &list(names)].concat(),
        (false, true) => format!("take the key out of {COMMAND_LINE}"),
        (false, false) => format!("delete {} and take the key out of {COMMAND_LINE}", list(&whole)),
    }
}

/// What to do, and what comes of it: `delete it, role checkout takes over`; without a role, `bearer` gets one first.
pub(super) fn remedy(act: &str, held: Option<&Held>, bearer: &str) -> String {
    match held {
        Some(held) => [act, ", ", &held.called(), " takes over"].concat(),
        None => ["give ", bearer, " a role, then ", act].concat(),
    }
}

/// Adds where the role is given, when that stands somewhere.
pub(super) fn with_role(finding: Finding, identity: &Identity) -> Finding {
    match identity.held() {
        Some(Held { place: Some(place), .. }) => finding.because(place.clone(), "this role is configured"),
        _ => finding,
    }
}

/// Adds what is known of a key: its masked id, its account, where its other parts stand.
pub(super) fn with_parts(mut finding: Finding, set: &KeySet) -> Finding {
    for part in set.parts() {
        finding = finding.because(part.at, describe(part));
    }
    finding
}

fn describe(part: &Sighting) -> String {
    use crate::credential::Part;
    let what = match (part.part, part.class) {
        (Part::Id, _) => "key id",
        (Part::Secret, Class::LongLived) => "its secret, written out",
        (Part::Secret, _) => "its secret",
        (Part::Token, _) => "its session token",
        (Part::Bearer, _) => "Bedrock API key",
    };
    let shown = part.shown.as_ref().map(|id| [" ", id.as_str()]);
    let account = part.account.as_ref().map(|digits| [" of account ", digits]);
    let from = part.reference.as_ref().map(|from| [" from ", &from.object]);
    let told = [Some([what, ""]), shown, account, from];
    told.into_iter().flatten().flatten().collect()
}

fn distinct(set: &KeySet) -> Vec<&str> {
    let mut names = Vec::new();
    for part in set.parts() {
        let name = part_name(part);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
