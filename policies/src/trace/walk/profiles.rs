//! The shared files, as one SDK finds and reads them.

use super::Walker;
use crate::document::At;
use crate::trace::chain::{EmptyPath, Headings, ProfileFiles, Profiles, Sections, Spelling, Tolerance};
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, File, Given, Ini, Section, without_prefix};

/// What is known of one of the two files.
#[derive(Clone, Copy)]
pub(super) enum Found<'o> {
    Missing,
    Read(&'o Ini, Option<At>),
    KeysOf(&'o [String], Option<At>),
    Unseen { perhaps: bool, at: Option<At> },
    Folder,
    Unopened,
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
    pub(super) credentials: Option<(&'o Section, Option<At>)>,
    pub(super) config: Option<(&'o Section, Option<At>)>,
    profiles: &'static Profiles,
}

/// A key id of a profile: in which file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyFile {
    Credentials,
    Config,
}

impl<'o> Walker<'o> {
    pub(super) fn profile_name(&self) -> Name<'o> {
        let profiles = &self.chain.profiles;
        let property = profiles.name_property.and_then(|name| self.offer.properties.get(name));
        let named = property.or_else(|| {
            let more = if self.reads_config() { profiles.names_with_config } else { &[] };
            let variables =
                profiles.names.iter().chain(more).filter_map(|name| self.offer.variables.get(name));
            variables.into_iter().find(|offered| profiles.empty_name_counts || !offered.given.is_empty())
        });
        match named {
            None => Name::Default,
            Some(offered) => offered.given.text().map_or(Name::Unseen(offered.at), Name::Named),
        }
    }

    pub(super) fn credentials_file(&self) -> Found<'o> {
        let profiles = &self.chain.profiles;
        let property = profiles.credentials_property.and_then(|name| self.offer.properties.get(name));
        let moved = !profiles.credentials_moved_with || self.reads_config();
        let variables = profiles.credentials.map(|variables| if moved { variables } else { &[] });
        let found = match property {
            Some(path) => self.at_path(&path.given, path.at),
            None => self.found(variables, ".aws/credentials"),
        };
        found.unless_forgotten(profiles.tolerates)
    }

    pub(super) fn config_file(&self) -> Found<'o> {
        let profiles = &self.chain.profiles;
        let is_read = self.reads_config()
            && (!profiles.config_instead || matches!(self.credentials_file(), Found::Missing));
        let found = if is_read { self.found(profiles.config, ".aws/config") } else { Found::Missing };
        found.unless_forgotten(profiles.config_tolerates.unwrap_or(profiles.tolerates))
    }

    pub(super) fn reads_config(&self) -> bool {
        let switch = self.chain.profiles.config_with;
        switch.is_none_or(|(name, on)| {
            self.offer.variables.get(name).is_some_and(|value| on.is_thrown(&value.given))
        })
    }

    fn found(&self, variables: Option<&[&str]>, usual: &str) -> Found<'o> {
        let Some(variables) = variables else { return Found::Missing };
        let set = variables.iter().find_map(|name| self.offer.variables.get(name));
        let empty = self.chain.profiles.empty_path;
        match set.filter(|path| empty != EmptyPath::Unset || !path.given.is_empty()) {
            Some(path) if path.given.is_empty() && empty == EmptyPath::Folder => Found::Folder,
            Some(path) if path.given.is_empty() && empty == EmptyPath::Fault => Found::Unopened,
            None => self.offer.in_home(usual).map_or(Found::Missing, Found::of),
            Some(path) => self.at_path(&path.given, path.at),
        }
    }

    fn at_path(&self, path: &Given, at: Option<At>) -> Found<'o> {
        match path.text() {
            Some(path) => self.offer.files.get(path).map_or(Found::Missing, Found::of),
            None => Found::Unseen { perhaps: true, at },
        }
    }

    /// The profile of this name.
    pub(super) fn view(&self, name: &str, files: ProfileFiles) -> View<'o> {
        self.view_as(name, files, self.chain.profiles.config_headings, self.chain.profiles.spelling)
    }

    /// The profile of this name, as these headings of the config file name it.
    pub(super) fn view_as(
        &self,
        name: &str,
        files: ProfileFiles,
        headings: Headings,
        spelling: Spelling,
    ) -> View<'o> {
        let profiles = &self.chain.profiles;
        let section = |found: Found<'o>, spelling, fits: &dyn Fn(&str) -> bool| match found {
            Found::Read(ini, at) => best(ini, profiles, spelling, fits).map(|section| (section, at)),
            _ => None,
        };
        let no_profiles =
            profiles.config_must_exist && self.reads_config() && matches!(self.config_file(), Found::Missing);
        let credentials = if files == ProfileFiles::Config || no_profiles {
            Found::Missing
        } else {
            self.credentials_file()
        };
        let config = if files == ProfileFiles::Credentials { Found::Missing } else { self.config_file() };
        View {
            credentials: section(credentials, profiles.spelling, &|heading| {
                in_credentials(profiles, heading, name)
            }),
            config: section(config, spelling, &|heading| in_config(headings, heading, name)),
            profiles,
        }
    }

    /// What is wrong with the files, or with the profile that is named, before anything is taken from them.
    pub(super) fn loading_fault(&self) -> Option<Fault> {
        self.loading_fault_of(ProfileFiles::Both)
    }

    /// The same, as far as a link that looks into these files notices.
    pub(super) fn loading_fault_of(&self, files: ProfileFiles) -> Option<Fault> {
        let (credentials, config) = (self.credentials_file(), self.config_file());
        let profiles = &self.chain.profiles;
        let credentials_fault = || credentials.fault(profiles, profiles.tolerates);
        let config_fault = || config.fault(profiles, profiles.config_tolerates.unwrap_or(profiles.tolerates));
        let broken = match files {
            ProfileFiles::Both => credentials_fault().or_else(config_fault),
            ProfileFiles::Credentials => credentials_fault(),
            ProfileFiles::Config => config_fault(),
        };
        broken.or_else(|| self.named_profile_fault(credentials, config))
    }

    /// What is wrong with the credentials file, whatever profile is named.
    pub(super) fn broken_credentials_file(&self) -> Option<Fault> {
        self.credentials_file().fault(&self.chain.profiles, self.chain.profiles.tolerates)
    }

    fn named_profile_fault(&self, credentials: Found<'o>, config: Found<'o>) -> Option<Fault> {
        let Name::Named(name) = self.profile_name() else { return None };
        let unseen = |found| matches!(found, Found::Unseen { .. });
        let listed =
            matches!(credentials, Found::KeysOf(names, _) if names.iter().any(|listed| listed == name));
        let known =
            unseen(credentials) || unseen(config) || listed || self.view(name, ProfileFiles::Both).exists();
        let profiles = &self.chain.profiles;
        let required = || {
            profiles.names.iter().any(|name| {
                !profiles.optional_names.contains(name) && self.offer.variables.first(&[name]).is_some()
            })
        };
        let is_optional = !profiles.optional_names.is_empty() && !required();
        let may_be_missing = is_optional || (name == "default" && !profiles.default_must_exist);
        (!known && !may_be_missing).then_some(Fault::NoProfile)
    }

    /// The config file has this `sso-session`.
    pub(super) fn has_sso_session(&self, name: &str) -> bool {
        let is_it =
            |section: &Section| section.name.trim().strip_prefix("sso-session ").map(str::trim) == Some(name);
        matches!(self.config_file(), Found::Read(ini, _) if ini.sections().iter().any(is_it))
    }

    /// The first section of the credentials file that holds a key id, and its name.
    pub(super) fn any_profile(&self) -> Option<(&'o str, View<'o>)> {
        let Found::Read(ini, at) = self.credentials_file() else { return None };
        let profiles = &self.chain.profiles;
        let has_id = |section: &&Section| section.get("aws_access_key_id", profiles.case_matters).is_some();
        let section = ini.sections().iter().find(has_id)?;
        let view = View { credentials: Some((section, at)), config: None, profiles };
        Some((section.name.trim(), view))
    }

    /// The profile in question in the config file, also where that is not read for keys.
    pub(super) fn own_config(&self) -> Option<&'o Section> {
        let profiles = &self.chain.profiles;
        let name = match self.profile_name() {
            Name::Default => "default",
            Name::Named(name) => name,
            Name::Unseen(_) => return None,
        };
        match self.found(profiles.config, ".aws/config") {
            Found::Read(ini, _) => {
                let fits = |heading: &str| in_config(profiles.config_headings, heading, name);
                best(ini, profiles, profiles.spelling, &fits)
            }
            _ => None,
        }
    }

    /// The profile in question, whatever it holds; `None` when its name is not known.
    pub(super) fn own_view(&self) -> Option<View<'o>> {
        match self.profile_name() {
            Name::Default => Some(self.view("default", ProfileFiles::Both)),
            Name::Named(name) => Some(self.view(name, ProfileFiles::Both)),
            Name::Unseen(_) => None,
        }
    }
}

/// The section that counts, of those whose headings name the profile.
fn best<'o>(
    ini: &'o Ini,
    profiles: &Profiles,
    spelling: Spelling,
    fits: &dyn Fn(&str) -> bool,
) -> Option<&'o Section> {
    let heading =
        |section: &'o Section| if profiles.raw_headings { &section.name } else { section.name.trim() };
    let sections = match profiles.sections {
        _ if spelling == Spelling::One => ini.joined(),
        Sections::Merged => ini.merged(),
        _ => ini.sections(),
    };
    let is_prefixed = |section: &&'o Section| without_prefix(heading(section)).is_some();
    let mut fitting = sections.iter().filter(|section| fits(heading(section)));
    let prefixed = match spelling {
        Spelling::Prefixed => fitting.clone().any(|section| is_prefixed(&section)),
        Spelling::Bare => fitting.clone().all(|section| is_prefixed(&section)),
        Spelling::Earlier => is_prefixed(&fitting.clone().next()?),
        Spelling::Later | Spelling::One => is_prefixed(&fitting.clone().next_back()?),
    };
    let mut alike = fitting.by_ref().filter(|section| is_prefixed(section) == prefixed);
    if profiles.sections == Sections::First { alike.next() } else { alike.next_back() }
}

fn in_credentials(profiles: &Profiles, heading: &str, name: &str) -> bool {
    heading == name || (profiles.prefix_in_credentials && without_prefix(heading) == Some(name))
}

/// A heading of the config file names the profile.
fn in_config(headings: Headings, heading: &str, name: &str) -> bool {
    let bare = match headings {
        Headings::Usual | Headings::BareDefault => name == "default",
        Headings::Strict => false,
        Headings::Loose | Headings::Plain => true,
    };
    match without_prefix(heading) {
        Some("default") if headings == Headings::BareDefault => false,
        Some(found) if headings != Headings::Plain => found == name,
        _ => bare && heading == name,
    }
}

fn is_broken(ini: &Ini, tolerates: Tolerance) -> bool {
    match tolerates {
        Tolerance::None => ini.broken_heading || ini.stray_line,
        Tolerance::Lines => ini.broken_heading,
        Tolerance::AllButKeys => ini.stray_key,
        Tolerance::Files | Tolerance::WholeFiles | Tolerance::All => false,
    }
}

fn is_forgotten(ini: &Ini, tolerates: Tolerance) -> bool {
    match tolerates {
        Tolerance::Files => ini.broken_heading || ini.stray_inside,
        Tolerance::WholeFiles => ini.broken_heading || ini.stray_line,
        _ => false,
    }
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

    fn unless_forgotten(self, tolerates: Tolerance) -> Self {
        match self {
            Self::Read(ini, _) if is_forgotten(ini, tolerates) => Self::Missing,
            found => found,
        }
    }

    fn fault(self, profiles: &Profiles, tolerates: Tolerance) -> Option<Fault> {
        match self {
            Self::Read(ini, _) if is_broken(ini, tolerates) => Some(Fault::BrokenFile),
            Self::Read(ini, _) if ini.stray_comment && profiles.one_comment_sign => Some(Fault::BrokenFile),
            Self::Read(ini, _) if ini.has_duplicates() && profiles.one_heading_each => {
                Some(Fault::DuplicateProfile)
            }
            Self::Unopened => Some(Fault::UnopenedFile),
            Self::Folder if !profiles.folder_is_missing => Some(Fault::UnopenedFile),
            _ => None,
        }
    }
}

impl<'o> View<'o> {
    pub(super) fn exists(&self) -> bool {
        self.credentials.is_some() || self.config.is_some()
    }

    /// A setting that is not empty, from the file that goes first.
    pub(super) fn get(&self, name: &str) -> Option<&'o str> {
        self.in_order().into_iter().flatten().find_map(|(section, _)| self.setting(section, name))
    }

    /// The profile as the first file that has it alone has it.
    pub(super) fn first_file(&self) -> Self {
        if self.credentials.is_some() { Self { config: None, ..*self } } else { *self }
    }

    /// The profile as the config file alone has it.
    pub(super) fn in_config(&self) -> Option<Self> {
        self.config.map(|_| Self { credentials: None, ..*self })
    }

    /// The profile as the credentials file alone has it.
    pub(super) fn in_credentials(&self) -> Option<Self> {
        self.credentials.map(|_| Self { config: None, ..*self })
    }

    /// The profile as each file alone has it, where a pair comes from one file.
    pub(super) fn by_file(&self) -> Option<(Self, Self)> {
        let both = self.credentials.is_some() && self.config.is_some() && self.profiles.pairs_by_file;
        both.then_some((Self { config: None, ..*self }, Self { credentials: None, ..*self }))
    }

    /// A part of a key pair, which may be empty where empty values count.
    pub(super) fn key_part(&self, name: &str) -> Option<&'o str> {
        let parts = self.in_order().into_iter().flatten();
        let mut found = parts.filter_map(|(section, _)| section.get(name, self.profiles.case_matters));
        found.find(|value| self.profiles.empty_values_count || !value.is_empty())
    }

    fn setting(&self, section: &'o Section, name: &str) -> Option<&'o str> {
        section.get(name, self.profiles.case_matters).filter(|value| !value.is_empty())
    }

    /// The file that the key id comes from, and where it stands.
    pub(super) fn key_file(&self) -> (KeyFile, Option<At>) {
        let has_id =
            |section: &&(&'o Section, Option<At>)| self.setting(section.0, "aws_access_key_id").is_some();
        let credentials = self.credentials.as_ref().filter(has_id).map(|(_, at)| (KeyFile::Credentials, *at));
        let config = self.config.as_ref().filter(has_id).map(|(_, at)| (KeyFile::Config, *at));
        let found = if self.profiles.config_first { config.or(credentials) } else { credentials.or(config) };
        found.unwrap_or((KeyFile::Credentials, self.at()))
    }

    /// Where the first file that has the profile stands.
    pub(super) fn at(&self) -> Option<At> {
        self.in_order().into_iter().flatten().find_map(|(_, at)| at)
    }

    fn in_order(&self) -> [Option<(&'o Section, Option<At>)>; 2] {
        if self.profiles.config_first {
            [self.config, self.credentials]
        } else {
            [self.credentials, self.config]
        }
    }
}
