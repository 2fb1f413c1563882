//! The words for keys and profiles.

use super::Switch;
use crate::trace::fault::Fault;

/// Keys in variables or properties: of each list, the first that is set.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct Keys {
    /// Java system properties instead of variables.
    pub properties: bool,
    /// Names of the key id.
    pub id: &'static [&'static str],
    /// Names of the secret.
    pub secret: &'static [&'static str],
    /// Passed over when one of these is set.
    pub unless: &'static [&'static str],
    /// Blanks around a value are taken off; nothing but blanks is nothing.
    pub trimmed: bool,
    /// An empty value counts as set.
    pub empty_is_set: bool,
    /// A key id alone is completed by a secret from the credentials file.
    pub completed_by_file: bool,
    /// An empty value hides the names behind it.
    pub empty_hides: bool,
    /// Of several names that are set, the one that comes first in the process's environment counts, not in this list.
    pub by_place: bool,
}

/// Files of keys that are no profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFile {
    /// What `AWS_CREDENTIAL_FILE` names, what `BOTO_CONFIG` names, and `~/.boto`.
    Boto,
    /// What `AWS_CREDENTIAL_FILE` names.
    Plain,
}

/// Profiles: where this link looks, and what it takes from there.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct Profile {
    /// Which files.
    pub files: ProfileFiles,
    /// What it takes from a profile, the first that is there.
    pub kinds: &'static [Kind],
    /// What a role's `source_profile` may hold.
    pub base: &'static [Kind],
    /// Asked only when the config file is read.
    pub with_config: bool,
    /// The first section with keys will do, whatever its name.
    pub any_name: bool,
    /// A profile that exists and holds none of the kinds is a fault.
    pub whole: bool,
    /// A role may stand on the keys of its own profile.
    pub own_source: bool,
    /// Headings that count for this link alone.
    pub headings: Option<Headings>,
    /// Which of two spellings of a profile counts for this link alone.
    pub spelling: Option<Spelling>,
    /// A profile, and what it stands on, comes from one file: the credentials file where that has it. What a
    /// role stands on is named by its whole heading.
    pub one_file: bool,
}

/// The files that a profile link looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileFiles {
    /// The credentials file.
    Credentials,
    /// The config file.
    Config,
    /// Both, as one.
    Both,
}

/// What a profile can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A key pair.
    Static,
    /// A key pair in the credentials file.
    StaticInCredentials,
    /// `role_arn` with `source_profile` or `credential_source`.
    Role(Sourceless),
    /// The same, where no part of a key pair stands beside it.
    RoleWithoutKeys(Sourceless),
    /// `role_arn` with `source_profile` only.
    RoleFromProfile,
    /// `role_arn` beside a key pair: the role is assumed with it.
    RoleOverKeys,
    /// `role_arn` with `web_identity_token_file`.
    WebIdentity,
    /// `web_identity_token_file`; without `role_arn` it is a fault.
    WebIdentityToken,
    /// `credential_process`.
    Process,
    /// IAM Identity Center.
    Sso,
    /// IAM Identity Center, where the profile has no role, or keys beside it.
    SsoWithoutRole,
    /// Several kinds at once, which is a fault.
    Several,
    /// `source_profile` or `credential_source` without `role_arn`, which is a fault.
    SourceAlone,
    /// `role_arn`, which it cannot use: what stands beside it is not looked at.
    UnusableRole,
    /// IAM Identity Center, which it cannot use.
    UnusableSso,
    /// `role_arn` with `web_identity_token_file`, which it cannot use.
    UnusableWebIdentity,
    /// `credential_process`, which it cannot use.
    UnusableProcess,
    /// `credential_process` in the config file, which failed before: what stands here is not looked at.
    FailedProcess,
}

/// What `role_arn` without a source means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sourceless {
    /// A fault.
    Fault,
    /// A fault, also where the role is meant for web identity.
    Blocks,
    /// Not a role at all: the next kind is looked for.
    Ignored,
    /// The role is assumed with what the kinds listed behind it give.
    Beside,
    /// The same, and where they have nothing, with what the container endpoint or the metadata service gives.
    Remote,
}

/// What several sections with one heading mean, where they are no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sections {
    /// The first counts.
    First,
    /// The last counts.
    Last,
    /// They are one; of a setting in both, the later counts.
    Merged,
}

/// What `source_profile` together with `credential_source` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwoSources {
    /// The role stands on the profile.
    Profile,
    /// A fault.
    Fault,
    /// Not a role at all: the next kind is looked for.
    Ignored,
}

/// How an SDK finds profiles.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct Profiles {
    /// Variables that name the profile, the first that is set.
    pub names: &'static [&'static str],
    /// Variables that name it as well, once the config file is read.
    pub names_with_config: &'static [&'static str],
    /// A profile that one of these names may be missing.
    pub optional_names: &'static [&'static str],
    /// The system property that names the profile.
    pub name_property: Option<&'static str>,
    /// An empty name is a name, of a profile that no file has.
    pub empty_name_counts: bool,
    /// `default`, when a variable names it, must exist.
    pub default_must_exist: bool,
    /// Variables that move the credentials file; `None`: it reads no such file.
    pub credentials: Option<&'static [&'static str]>,
    /// The system property that moves the credentials file.
    pub credentials_property: Option<&'static str>,
    /// Variables that move the config file; `None`: it reads no such file.
    pub config: Option<&'static [&'static str]>,
    /// What an empty variable that moves a file means.
    pub empty_path: EmptyPath,
    /// The files are where they are without this variable, and the config file is not read.
    pub config_with: Option<(&'static str, Switch)>,
    /// The variable that moves the credentials file is read only with that one, too.
    pub credentials_moved_with: bool,
    /// Headings in the config file that name a profile.
    pub config_headings: Headings,
    /// Which of two spellings of one profile counts in the config file.
    pub spelling: Spelling,
    /// `[profile NAME]` in the credentials file names a profile as well.
    pub prefix_in_credentials: bool,
    /// Which lines of the config file that make no sense are passed over, where that differs.
    pub config_tolerates: Option<Tolerance>,
    /// Blanks within a heading's brackets belong to the name.
    pub raw_headings: bool,
    /// Names of settings are read in lower case only.
    pub case_matters: bool,
    /// What several sections with one heading mean.
    pub sections: Sections,
    /// A heading that comes twice is a fault.
    pub one_heading_each: bool,
    /// Which lines that make no sense are passed over.
    pub tolerates: Tolerance,
    /// A `;` begins no comment, a `#` does.
    pub one_comment_sign: bool,
    /// Empty values in a file count as set.
    pub empty_values_count: bool,
    /// A key pair comes from one file: half a pair here is not completed by the other half there.
    pub pairs_by_file: bool,
    /// A file that cannot be opened is as if it were not there.
    pub folder_is_missing: bool,
    /// What two sources of one role mean.
    pub two_sources: TwoSources,
    /// The source `Ec2InstanceMetadata` is the container endpoint, where one is named.
    pub metadata_is_remote: bool,
    /// Of two files with the same profile, keys in the config file win.
    pub config_first: bool,
    /// The config file is read only where there is no credentials file.
    pub config_instead: bool,
    /// Where the config file is read and is not there, there are no profiles.
    pub config_must_exist: bool,
    /// A session that comes before everything else.
    pub plain_session: Option<PlainSession>,
}

/// A session that reads the credentials file alone. What stops it stops the SDK, but for keys in variables where no
/// variable names a profile.
#[derive(Debug, Clone, Copy)]
pub struct PlainSession {
    /// Where this variable is on, it reads the config file, too, and is like any other.
    pub unless: (&'static str, Switch),
    /// Variables that name its profile.
    pub names: &'static [&'static str],
    /// What stops it. A profile is meant for web identity where it names a token file: this session reads no roles.
    pub faults: &'static [Fault],
}

/// What an empty variable that moves a file means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyPath {
    /// As if it were not set.
    Unset,
    /// The file is not there.
    Missing,
    /// The current folder, which cannot be read as a file.
    Folder,
    /// A fault.
    Fault,
}

/// Which lines of a profile file that make no sense are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// None.
    None,
    /// Lines that are no setting; not a heading without an end.
    Lines,
    /// Lines outside of any section; a file with another, or with a heading without an end, is as if it were not there.
    Files,
    /// None; a file with one is as if it were not there.
    WholeFiles,
    /// All.
    All,
    /// All, but for lines without a `=` that name a part of a key pair.
    AllButKeys,
}

/// Headings in the config file that name a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headings {
    /// `[profile NAME]`, and `[default]`.
    Usual,
    /// `[profile NAME]` only, `[profile default]` included.
    Strict,
    /// `[NAME]` as well.
    Loose,
    /// `[NAME]` only.
    Plain,
    /// `[profile NAME]`, and `[default]`, but not `[profile default]`.
    BareDefault,
}

/// Which counts where both `[profile NAME]` and `[NAME]` name a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// `[profile NAME]`.
    Prefixed,
    /// `[NAME]`.
    Bare,
    /// The one that comes first.
    Earlier,
    /// The one that comes last.
    Later,
    /// They are one; of a setting in both, the later counts.
    One,
}
