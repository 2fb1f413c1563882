//! Recognising AWS keys: by value, by the names that SDKs and programs read, by reference.
//!
//! The only place that may open a [`Secret`], with [`crate::need`] and [`crate::trace`], which look for
//! hosts, paths and switches in values that are not keys.

mod account;
mod assignment;
mod command;
mod encoded;
mod endpoint;
mod file;
pub(crate) mod host;
mod mask;
mod name;
mod pair;
mod reach;
mod secret;
mod seen;
pub(crate) mod service;
mod shape;
mod slot;
mod target;
mod text;
mod value;
mod variable;
mod words;

pub(crate) use encoded::holds_code;
pub use file::{Profile, profiles};
pub use mask::{is_private_name, masked, plain, spans_to_mask};
pub use name::safe_name;
pub use secret::{Masked, Secret};

pub(crate) use target::Endpoints;

use crate::document::At;
use crate::facts::Facts;
use crate::workload::{Container, Reference, Workload};

/// What a text turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A long-lived IAM user key (`AKIA`), the secret of one, or a Bedrock `ABSK` key.
    LongLived,
    /// A temporary key (`ASIA`), its secret or session token, `ABIA`, or a short-lived Bedrock key.
    Temporary,
    /// `ACCA`: a context-specific credential, of which nothing more is known.
    ContextSpecific,
    /// A key that AWS prints in its documentation.
    DocumentedExample,
    /// A note to whoever fills it in: `<key>`, `YOUR_KEY`, `changeme`, `AKIAXXXX...`, a half-masked key.
    Placeholder,
    /// A template mark: the value is not yet known.
    Unrendered,
    /// A password that emulators take: `test`, `minioadmin`, `local`.
    Dummy,
    /// Nothing.
    Empty,
    /// A pointer to the value: an ARN, a path, a `$(VAR)`, another variable.
    Indirection,
    /// Something else in a key's slot: not of AWS's shape.
    Opaque,
}

impl Class {
    /// AWS issues such values: a key, whatever its life.
    pub fn is_issued(self) -> bool {
        matches!(self, Self::LongLived | Self::Temporary | Self::ContextSpecific)
    }

    /// The order of gravity, gravest first: of several in one text, the first speaks for it.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::LongLived => 0,
            Self::Temporary => 1,
            Self::ContextSpecific => 2,
            Self::DocumentedExample => 3,
            Self::Opaque => 4,
            Self::Unrendered => 5,
            Self::Placeholder => 6,
            Self::Indirection => 7,
            Self::Dummy => 8,
            Self::Empty => 9,
        }
    }
}

/// Which part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The access key id.
    Id,
    /// The secret access key.
    Secret,
    /// The session token.
    Token,
    /// A Bedrock API key: whole in itself.
    Bearer,
}

/// Where a part was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A variable of the process.
    Variable,
    /// A word of a command line (also a Java system property in a variable's value).
    Command,
    /// A Java system property, in a command or in `JAVA_TOOL_OPTIONS` and its kind.
    SystemProperty,
    /// An option of a log driver or of FireLens: read by the agent or the router.
    Option,
    /// A label, annotation, tag: read by no process.
    Unread,
}

/// One part of a key, seen at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Which part.
    pub part: Part,
    /// What it is.
    pub class: Class,
    /// Where it was seen.
    pub carrier: Carrier,
    /// The variable, option or label that holds it; empty for a command's word.
    pub name: String,
    /// The value's node.
    pub at: At,
    /// The entry's node: what a fix takes out. `None` where taking it out is no matter of one node.
    pub entry: Option<At>,
    /// Where the value stands, when it is not written here.
    pub reference: Option<Reference>,
    /// It arrives in bulk (`envFrom`), under this name, from an object of the input.
    pub bulk: bool,
    /// The id's first and last four characters; only for ids written here.
    pub shown: Option<Masked>,
    /// The twelve digits that the id encodes. `None` for old ids and everything else.
    pub account: Option<String>,
}

/// Who reads a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// AWS SDKs, by the variables and properties of their default chains.
    Sdk,
    /// A program of its own, by its own variables: rclone, litestream, Spring, s3fs.
    Program,
    /// Nobody that we know: it stands in a text.
    Nobody,
}

/// What the key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// AWS: nothing says otherwise.
    Aws,
    /// An S3-compatible server or an emulator, for this reason.
    Compatible {
        /// The endpoint's node, when it stands in this document.
        at: Option<At>,
        /// A clause: `S3_ENDPOINT names minio`.
        because: String,
    },
    /// The endpoint comes by reference too: it cannot be known.
    Unknown {
        /// The endpoint's node.
        at: At,
    },
    /// The endpoint covers some services only; keys go to AWS for the others.
    Partly {
        /// The endpoint's node.
        at: At,
        /// Evidence that another AWS service is used, if there is any.
        other_service: Option<At>,
    },
}

/// The parts that belong together: a pair, a triple, a half, or a bearer key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    /// The id, if seen.
    pub id: Option<Sighting>,
    /// The secret, if seen.
    pub secret: Option<Sighting>,
    /// The session token, if seen.
    pub token: Option<Sighting>,
    /// A Bedrock API key, if that is what it is; then the others are empty.
    pub bearer: Option<Sighting>,
    /// Who reads it.
    pub reader: Reader,
    /// What it opens.
    pub target: Target,
    /// A sibling emulator or object server stands in the same input: excuses what is not AWS-shaped.
    pub sibling_emulator: bool,
}

impl KeySet {
    /// Every part seen.
    pub fn parts(&self) -> impl Iterator<Item = &Sighting> {
        [&self.id, &self.secret, &self.token, &self.bearer].into_iter().flatten()
    }

    /// Both halves of a pair are there, in whatever form.
    pub fn is_pair(&self) -> bool {
        self.id.is_some() && self.secret.is_some()
    }

    /// The classes of all parts.
    pub fn any(&self, class: Class) -> bool {
        self.parts().any(|part| part.class == class)
    }
}

/// The gravest class of what a text holds by its value alone: key ids, secrets beside them or behind a name
/// that says so, session tokens, Bedrock keys. `None` for nearly every text.
pub fn classify_value(text: &str) -> Option<Class> {
    text::scan(text).iter().map(|part| part.class).min_by_key(|class| class.rank())
}

/// What a named value is, as a key's part would be judged: by its name where that is enough, else by its
/// content. Values of Secrets and ConfigMaps are judged so. `None` for what is no key's part.
pub fn classify_named(name: &str, text: &str) -> Option<Class> {
    match slot::of(name) {
        Some(slot) if slot.sure => Some(value::in_slot(slot.part, text)),
        Some(slot) => classify_value(text).or_else(|| harmless(value::in_slot(slot.part, text))),
        None => classify_value(text),
    }
}

/// A class that can be told under any name of a key's kind.
fn harmless(class: Class) -> Option<Class> {
    matches!(
        class,
        Class::Placeholder | Class::Unrendered | Class::Dummy | Class::Empty | Class::DocumentedExample
    )
    .then_some(class)
}

/// A setting's name speaks of an endpoint of AWS's or of a store.
pub(crate) fn is_endpoint_name(name: &str) -> bool {
    endpoint::slot(name).is_some()
}

/// The keys of one container: in its variables, bulk sources, commands, options.
pub fn of_container(workload: &Workload, container: &Container, facts: &Facts) -> Vec<KeySet> {
    with_endpoints(workload, container, facts).0
}

/// As [`of_container`]; where there are keys, with the endpoints that decide what they open.
pub(crate) fn with_endpoints(
    workload: &Workload,
    container: &Container,
    facts: &Facts,
) -> (Vec<KeySet>, Option<Endpoints>) {
    let mut seen = variable::seen(workload, container, facts);
    seen.extend(command::of_commands(container));
    seen.extend(command::of_options(container));
    let sets = pair::sets(seen);
    if sets.is_empty() {
        return (Vec::new(), None);
    }
    let prefixes = sets.iter().map(|set| set.group.prefix.as_str());
    let endpoints = Endpoints::of(workload, container, facts).owned_by(prefixes);
    let judged = sets.into_iter().map(|set| {
        let target = endpoints.target(&set);
        KeySet { target, sibling_emulator: endpoints.sibling, ..set.keys }
    });
    (judged.filter(is_worth_telling).collect(), Some(endpoints))
}

/// The keys in texts of the workload that no process reads.
pub fn of_workload(workload: &Workload) -> Vec<KeySet> {
    let sets = pair::sets(command::of_unread(workload)).into_iter().map(|set| set.keys);
    sets.filter(is_worth_telling).collect()
}

/// What stands in texts must look like a key; what no process reads must be one.
fn is_worth_telling(keys: &KeySet) -> bool {
    keys.parts().any(|part| match part.carrier {
        Carrier::Variable if part.entry.is_some() => true,
        Carrier::Unread => part.class.is_issued(),
        _ => part.reference.is_some() || !matches!(part.class, Class::Opaque | Class::Dummy),
    })
}

#[cfg(test)]
mod tests;
