//! What a process finds: variables, Java system properties, files, and how each endpoint answers.

mod answer;
mod bare;
mod files;
mod identity;
mod java;
mod mounts;
mod workload;

pub use answer::{EndpointAnswer, Endpoints, MetadataAnswer, ProxyAnswer, StsAnswer};
pub use bare::Bare;
pub(crate) use bare::bareness;
pub(super) use files::without_prefix;
pub use files::{Content, File, Files, Ini, Section};

pub(super) use workload::of_container;

use std::collections::BTreeMap;

use crate::credential::Secret;
use crate::document::At;

/// Variables that name a file of profiles or of keys, or a profile in one.
const FILE_VARIABLES: [&str; 7] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "AWS_CREDENTIAL_FILE",
    "BOTO_CONFIG",
];
/// Variables that name the file of a token.
const TOKEN_VARIABLES: [&str; 2] = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];

/// What variables are called that name an endpoint or a token, and the rarest letter of each.
const PLACE_VARIABLES: [(&str, u8); 3] =
    [("CONTAINER_CREDENTIALS", b'C'), ("WEB_IDENTITY", b'W'), ("METADATA", b'M')];

/// What a process finds. Recorded environments and workloads alike.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Variables of the process.
    pub variables: Settings,
    /// Java system properties.
    pub properties: Settings,
    /// Files, by path.
    pub files: Files,
    /// The process's HOME, as paths in `files` begin with it.
    pub home: String,
    /// How each endpoint answers.
    pub endpoints: Endpoints,
}

/// A value that the process finds.
#[derive(Debug, Clone)]
pub struct Offered {
    /// The value.
    pub given: Given,
    /// Where it stands in the workload, if it does.
    pub at: Option<At>,
    /// Its place among the others, where their order is known: a runtime may hand a container's variables over in
    /// any order.
    pub place: Option<usize>,
}

/// What is known of a value.
#[derive(Debug, Clone)]
pub enum Given {
    /// This text.
    Text(Secret),
    /// Something, but not known what: it comes by reference.
    Something,
    /// Perhaps something: an optional reference, or an object that was not seen.
    Perhaps,
}

/// Variables or properties by name.
#[derive(Debug, Clone, Default)]
pub struct Settings(BTreeMap<String, Offered>);

impl Offer {
    /// The file at a path below HOME.
    pub fn in_home(&self, path: &str) -> Option<&File> {
        self.files.all().find(|file| {
            file.path.strip_prefix(self.home.as_str()).and_then(|rest| rest.strip_prefix('/')) == Some(path)
        })
    }
}

impl Settings {
    /// Sets a value; the later of two wins.
    pub fn set(&mut self, name: impl Into<String>, given: Given, at: Option<At>) {
        self.0.insert(name.into(), Offered { given, at, place: None });
    }

    /// Sets a value that comes behind all that are there.
    pub fn append(&mut self, name: impl Into<String>, given: Given, at: Option<At>) {
        let place = Some(self.0.len());
        self.0.insert(name.into(), Offered { given, at, place });
    }

    /// Sets a text that stands nowhere in the workload.
    pub fn text(&mut self, name: &str, text: &str) {
        self.set(name, Given::Text(Secret::new(text)), None);
    }

    /// Sets a value unless there is one.
    pub fn or_set(&mut self, name: &str, given: Given, at: Option<At>) {
        self.0.entry(name.to_owned()).or_insert(Offered { given, at, place: None });
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Offered> {
        self.0.get(name)
    }

    /// Takes a value away.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The first of these names that is set to more than the empty text.
    pub fn first(&self, names: &[&str]) -> Option<&Offered> {
        names.iter().filter_map(|name| self.get(name)).find(|offered| !offered.given.is_empty())
    }

    /// The names that are set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Given {
    /// A text, opened for a look at hosts, paths, regions, profile names and switches.
    #[expect(
        clippy::disallowed_methods,
        reason = "the walk reads switches, paths and hosts; what comes out names sources only"
    )]
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(secret) => Some(secret.expose()),
            Self::Something | Self::Perhaps => None,
        }
    }

    /// The empty text.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}
