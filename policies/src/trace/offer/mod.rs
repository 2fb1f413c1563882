//! What a process finds: variables, Java system properties, files, and how each endpoint answers.

mod answer;
mod files;
mod identity;
mod java;
mod mounts;
mod workload;

pub use answer::{EndpointAnswer, Endpoints, MetadataAnswer, ProxyAnswer, StsAnswer};
pub(super) use files::without_prefix;
pub use files::{Content, File, Files, Ini, Section};

pub(super) use workload::of_container;

use std::collections::BTreeMap;

use super::chains;
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

/// What variables are called that name an endpoint or a token.
const PLACE_VARIABLES: [&str; 3] = ["CONTAINER_CREDENTIALS", "WEB_IDENTITY", "METADATA"];

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
    /// Whether no SDK looks into a file of profiles or of keys, whatever its chain: there is none, and neither a file
    /// nor a profile is named. `true` is a promise, and saves walking every chain to learn it; `false` is none.
    pub fn is_without_files(&self) -> bool {
        let tokens = || TOKEN_VARIABLES.iter().filter_map(|name| self.variables.get(name)?.given.text());
        self.files.all().all(|file| tokens().any(|token| token == file.path))
            && !FILE_VARIABLES.iter().any(|name| self.variables.get(name).is_some())
            && self.properties.names().next().is_none()
    }

    /// Whether no SDK takes a key or anything out of a file, whatever its chain: what it takes, if anything, is a role
    /// of the platform's. `true` is a promise, and saves walking every chain to learn it; `false` is none.
    pub fn is_without_keys(&self) -> bool {
        self.is_without_files() && !self.variables.names().any(chains::is_key_variable)
    }

    /// Whether no two SDKs end with credentials of different places, whatever their chains: those of the instance are all
    /// that may be there. `true` is a promise, and saves walking every chain to learn it; `false` is none.
    pub fn is_without_choice(&self) -> bool {
        let names_place = |name: &str| PLACE_VARIABLES.iter().any(|word| name.contains(word));
        self.is_without_keys() && !self.variables.names().any(names_place)
    }

    /// Whether no SDK ends with the credentials of the instance or the node: their service refuses, or nobody knows
    /// what it does. `true` is a promise, `false` is none.
    pub fn is_without_instance(&self) -> bool {
        matches!(self.endpoints.metadata, MetadataAnswer::Refused | MetadataAnswer::Unknown)
    }

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
        self.0.insert(name.into(), Offered { given, at });
    }

    /// Sets a text that stands nowhere in the workload.
    pub fn text(&mut self, name: &str, text: &str) {
        self.set(name, Given::Text(Secret::new(text)), None);
    }

    /// Sets a value unless there is one.
    pub fn or_set(&mut self, name: &str, given: Given, at: Option<At>) {
        self.0.entry(name.to_owned()).or_insert(Offered { given, at });
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
