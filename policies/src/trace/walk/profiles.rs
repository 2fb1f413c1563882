//! The shared files, as one SDK finds and reads them.

use super::Walker;
use crate::document::At;
use crate::trace::chain::ProfileFiles;
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, File, Ini, Section};

/// What is known of one of the two files.
#[derive(Clone, Copy)]
pub(super) enum Found<'o> {
    Missing,
    Read(&'o Ini, Option<At>),
    KeysOf(&'o [String], Option<At>),
    Unseen { perhaps: bool, at: Option<At> },
    Folder,
}

/// The profile in question.
#[derive(Clone, Copy)]
pub(super) enum Name<'o> {
    Default,
    Named(&'o str),
    Unseen(Option<At>),
}

/// A profile's sections in the two files.
#[derive(Clone, Copy)]
pub(super) struct View<'o> {
    pub(super) credentials: Option<&'o Section>,
    pub(super) config: Option<&'o Section>,
    pub(super) config_first: bool,
}

impl<'o> Walker<'o> {
    pub(super) fn profile_name(&self) -> Name<'o> {
        match self.offer.variables.first(self.chain.profiles.names) {
            None => Name::Default,
            Some(offered) => offered.given.text().map_or(Name::Unseen(offered.at), Name::Named),
        }
    }

    pub(super) fn credentials_file(&self) -> Found<'o> {
        self.found(self.chain.profiles.credentials, ".aws/credentials")
    }

    pub(super) fn config_file(&self) -> Found<'o> {
        let profiles = &self.chain.profiles;
        match profiles.config_with {
            Some(switch) if self.offer.variables.first(&[switch]).is_none() => Found::Missing,
            _ => self.found(profiles.config, ".aws/config"),
        }
    }

    fn found(&self, variables: Option<&[&str]>, usual: &str) -> Found<'o> {
        let Some(variables) = variables else { return Found::Missing };
        let file = match self.offer.variables.first(variables) {
            None => self.offer.in_home(usual),
            Some(path) => match path.given.text() {
                Some(path) => self.offer.files.get(path),
                None => return Found::Unseen { perhaps: true, at: path.at },
            },
        };
        file.map_or(Found::Missing, Found::of)
    }

    /// The profile of this name.
    pub(super) fn view(&self, name: &str, files: ProfileFiles) -> View<'o> {
        let section = |found: Found<'o>| match found {
            Found::Read(ini, _) => Some(ini),
            _ => None,
        };
        let credentials = section(self.credentials_file()).filter(|_| files != ProfileFiles::Config);
        let config = section(self.config_file()).filter(|_| files != ProfileFiles::Credentials);
        View {
            credentials: credentials.and_then(|ini| ini.section(name)),
            config: config.and_then(|ini| config_section(ini, name, self.chain.profiles.strict_default)),
            config_first: self.chain.profiles.config_first,
        }
    }

    /// What is wrong with the files, or with the profile that is named, before anything is taken from them.
    pub(super) fn loading_fault(&self) -> Option<Fault> {
        let (credentials, config) = (self.credentials_file(), self.config_file());
        [credentials, config]
            .into_iter()
            .find_map(Found::fault)
            .or_else(|| self.named_profile_fault(credentials, config))
    }

    fn named_profile_fault(&self, credentials: Found<'o>, config: Found<'o>) -> Option<Fault> {
        let Name::Named(name) = self.profile_name() else { return None };
        let unseen = |found| matches!(found, Found::Unseen { .. });
        let listed =
            matches!(credentials, Found::KeysOf(names, _) if names.iter().any(|listed| listed == name));
        let known =
            unseen(credentials) || unseen(config) || listed || self.view(name, ProfileFiles::Both).exists();
        (!known && name != "default").then_some(Fault::NoProfile)
    }

    /// Whether the profile gives a region.
    pub(super) fn profile_region(&self) -> bool {
        let name = match self.profile_name() {
            Name::Default => "default",
            Name::Named(name) => name,
            Name::Unseen(_) => return true,
        };
        self.view(name, ProfileFiles::Both).get("region").is_some()
    }
}

fn config_section<'o>(ini: &'o Ini, name: &str, strict_default: bool) -> Option<&'o Section> {
    let long = ini.sections().iter().find(|section| section.name.strip_prefix("profile ") == Some(name));
    let short = (name == "default" && !strict_default).then(|| ini.section(name)).flatten();
    long.or(short)
}

impl<'o> Found<'o> {
    fn of(file: &'o File) -> Self {
        match &file.content {
            Content::Text(_, ini) => Self::Read(ini, file.at),
            Content::KeysOf(profiles) => Self::KeysOf(profiles, file.at),
            Content::Something => Self::Unseen { perhaps: false, at: file.at },
            Content::Perhaps => Self::Unseen { perhaps: true, at: file.at },
            Content::Folder => Self::Folder,
        }
    }

    fn fault(self) -> Option<Fault> {
        match self {
            Self::Read(ini, _) if ini.broken => Some(Fault::BrokenFile),
            Self::Folder => Some(Fault::UnopenedFile),
            _ => None,
        }
    }

    pub(super) fn at(self) -> Option<At> {
        match self {
            Self::Read(_, at) | Self::KeysOf(_, at) | Self::Unseen { at, .. } => at,
            Self::Missing | Self::Folder => None,
        }
    }
}

impl<'o> View<'o> {
    pub(super) fn exists(&self) -> bool {
        self.credentials.is_some() || self.config.is_some()
    }

    /// A setting, from the file that goes first.
    pub(super) fn get(&self, name: &str) -> Option<&'o str> {
        self.in_order().into_iter().flatten().find_map(|section| section.get(name))
    }

    /// The config file has a key id, and goes first.
    pub(super) fn config_wins(&self) -> bool {
        self.config_first && self.config.is_some_and(|section| section.get("aws_access_key_id").is_some())
    }

    fn in_order(&self) -> [Option<&'o Section>; 2] {
        if self.config_first { [self.config, self.credentials] } else { [self.credentials, self.config] }
    }
}
