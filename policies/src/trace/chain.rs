//! The words in which a chain is written down. A chain is data: [`super::chains`] holds one file per
//! SDK family, and [`super::walk`] is the one interpreter of them all.

use super::fault::{Fault, Then};
use super::offer::MetadataAnswer;

/// One SDK's default chain.
#[derive(Debug)]
pub struct Chain {
    /// The SDK, as the oracle names it; a version or a variant after a colon.
    pub sdk: &'static str,
    /// The version whose source was read.
    pub version: &'static str,
    /// What was read.
    pub source: &'static str,
    /// A current AWS SDK: in question when nothing says which SDKs a container has.
    pub current: bool,
    /// What ends the walk before the first provider is asked; everything else does not.
    pub gates: &'static [(Fault, Then)],
    /// The providers, in order.
    pub links: &'static [Link],
    /// How it reads profiles.
    pub profiles: Profiles,
    /// How it calls STS.
    pub sts: Sts,
    /// Which of its calls go through a proxy.
    pub proxies: Proxies,
    /// What it does when no provider has anything.
    pub end: End,
    /// What surprises, in a sentence each; where facts and a recording differ, the recording holds.
    pub quirks: &'static [&'static str],
}

/// A provider and what its faults lead to.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// The provider's name in reports.
    pub name: &'static str,
    /// What it reads and asks.
    pub provider: Provider,
    /// Faults that lead elsewhere than `otherwise`.
    pub on: &'static [(Fault, Then)],
    /// What every other fault leads to.
    pub otherwise: Then,
}

impl Link {
    /// What the SDK does about this fault.
    pub fn then(&self, fault: Fault) -> Then {
        let usual = if fault.is_overlooked() { Then::Use } else { self.otherwise };
        self.on.iter().find(|(listed, _)| *listed == fault).map_or(usual, |(_, then)| *then)
    }
}

/// The kinds of provider.
#[derive(Debug, Clone, Copy)]
pub enum Provider {
    /// Keys in variables or system properties.
    Keys(Keys),
    /// Profiles in the shared files.
    Profile(Profile),
    /// Web identity from variables.
    WebIdentity(WebIdentity),
    /// The container credentials endpoint.
    Container(Container),
    /// The instance metadata service.
    Metadata(Metadata),
    /// Files of keys that are no profiles.
    KeyFile(KeyFile),
}

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
    /// A profile that holds several kinds at once is a fault.
    pub exclusive: bool,
    /// A profile that exists and holds none of the kinds is a fault.
    pub whole: bool,
    /// A role may stand on the keys of its own profile.
    pub own_source: bool,
    /// Headings that count for this link alone.
    pub headings: Option<Headings>,
    /// A profile, and what it stands on, comes from one file: the credentials file where that has it.
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
    /// `role_arn` with `source_profile` only.
    RoleFromProfile,
    /// `role_arn` beside a key pair: the role is assumed with it.
    RoleOverKeys,
    /// `role_arn` with `web_identity_token_file`.
    WebIdentity,
    /// `credential_process`.
    Process,
    /// IAM Identity Center.
    Sso,
    /// IAM Identity Center, where the profile names no `source_profile`.
    SsoWithoutRole,
    /// `role_arn`, which it cannot use: what stands beside it is not looked at.
    UnusableRole,
    /// IAM Identity Center, which it cannot use.
    UnusableSso,
    /// `web_identity_token_file`, which it cannot use.
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
    /// The role is assumed with what the container endpoint or the metadata service gives.
    Remote,
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
    /// `[profile NAME]` in the credentials file names a profile as well.
    pub prefix_in_credentials: bool,
    /// Which lines of the config file that make no sense are passed over, where that differs.
    pub config_tolerates: Option<Tolerance>,
    /// Blanks within a heading's brackets belong to the name.
    pub raw_headings: bool,
    /// Names of settings are read in lower case only.
    pub case_matters: bool,
    /// Of two sections with one heading, the first counts.
    pub first_section: bool,
    /// A heading that comes twice is a fault.
    pub one_heading_each: bool,
    /// Which lines that make no sense are passed over.
    pub tolerates: Tolerance,
    /// Empty values in a file count as set.
    pub empty_values_count: bool,
    /// A key pair comes from one file: half a pair here is not completed by the other half there.
    pub pairs_by_file: bool,
    /// A file that cannot be opened is as if it were not there.
    pub folder_is_missing: bool,
    /// Of two files with the same profile, keys in the config file win.
    pub config_first: bool,
    /// The config file is read only where there is no credentials file.
    pub config_instead: bool,
    /// Where the config file is read and is not there, there are no profiles.
    pub config_must_exist: bool,
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
}

/// Which lines of a profile file that make no sense are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// None.
    None,
    /// Lines that are no setting; not a heading without an end.
    Lines,
    /// All.
    All,
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

/// Web identity from variables.
#[derive(Debug, Clone, Copy)]
pub struct WebIdentity {
    /// It reads Java system properties as well.
    pub properties: bool,
    /// An empty token file variable counts as set.
    pub empty_is_set: bool,
    /// The STS module is there.
    pub module: bool,
    /// Faults of the profile files that are its own, since the call to STS reads them.
    pub file_faults: &'static [Fault],
}

/// Which of the two container URIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uri {
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`.
    Relative,
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    Full,
}

/// The container credentials endpoint.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct Container {
    /// Which URI is looked at first; one that is not listed is not read.
    pub order: &'static [Uri],
    /// An empty URI counts as set.
    pub empty_is_set: bool,
    /// Where the authorization token comes from, in order.
    pub authorization: &'static [Authorization],
    /// Where a FULL URI over plain HTTP may lead.
    pub hosts: Hosts,
    /// A missing authorization token file is a fault also without a URI.
    pub token_file_first: bool,
    /// A FULL URI without an authorization token is passed over.
    pub full_needs_token: bool,
    /// The authorization token is sent to a RELATIVE URI as well, and its faults count there.
    pub relative_takes_token: bool,
}

/// Where the container endpoint's authorization token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
    File,
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, even when it is empty.
    FileEvenEmpty,
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
    Variable,
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN`, even when it is empty.
    VariableEvenEmpty,
}

/// Where a FULL URI over plain HTTP may lead. HTTPS may lead anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hosts {
    /// Anywhere.
    Any,
    /// Loopback by address or `localhost`, 169.254.170.2, 169.254.170.23 and `fd00:ec2::23`.
    Listed,
    /// Those, and any name that resolves to loopback.
    Resolved,
    /// The same without `fd00:ec2::23`.
    ResolvedIpv4,
    /// `localhost`, 127.0.0.1 and 169.254.170.2, before Pod Identity.
    Older,
    /// `localhost`, 127.0.0.1 and 169.254.170.23, by text.
    FewListed,
    /// Loopback only.
    Loopback,
    /// Loopback only, names that resolve to it included.
    LoopbackResolved,
    /// Loopback, names that resolve to it included, and the Pod Identity agent.
    LoopbackOrPods,
}

/// The instance metadata service.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct Metadata {
    /// Which values of `AWS_EC2_METADATA_DISABLED` turn it off.
    pub off: Switch,
    /// The system property `aws.disableEc2Metadata` turns it off as well.
    pub off_by_property: bool,
    /// It asks for a session token first (IMDSv2).
    pub v2: bool,
    /// Where it asks without a session token (IMDSv1) when it got none.
    pub v1_on: &'static [MetadataAnswer],
    /// `AWS_EC2_METADATA_V1_DISABLED` forbids that.
    pub v1_switch: bool,
    /// The system property that forbids it.
    pub v1_property: Option<&'static str>,
    /// Variables that move it, the first that is set.
    pub endpoint: &'static [&'static str],
    /// The system property that moves it.
    pub endpoint_property: Option<&'static str>,
    /// Whether the address must, or must not, end with a slash.
    pub slash: Slash,
    /// An empty address counts as one.
    pub empty_endpoint_counts: bool,
    /// How it reads `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`.
    pub mode: Mode,
    /// `AWS_IMDS_USE_IPV6` does the same.
    pub use_ipv6: bool,
    /// Whether endpoint, mode and the switch of IMDSv1 may come from the files, too.
    pub settings: Settings,
    /// Faults of the profile files that are its own, since it reads them first.
    pub file_faults: &'static [Fault],
}

/// Whether an address must end with a slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slash {
    /// As you like.
    Either,
    /// Without one it is no address.
    Needed,
    /// With one the paths below it are not found.
    Harmful,
    /// No address is understood.
    Useless,
}

/// Whether settings of the metadata service may come from the shared files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settings {
    /// No.
    Ignored,
    /// From the profile.
    FromProfile,
    /// The switch of IMDSv1 alone, from the profile.
    SwitchFromProfile,
    /// From the profile in the config file, which is read for this also where it is not for keys.
    FromConfig,
}

/// How `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Not at all.
    Ignored,
    /// In any case; other words are a fault.
    AnyCase,
    /// As `IPv4` and `IPv6`; other words are a fault.
    Exact,
    /// In any case; other words are passed over.
    Lenient,
}

/// Which values of a switch turn something off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// None: the variable is not read.
    Ignored,
    /// `true` in any case.
    True,
    /// `true` in any case, blanks around it included.
    TrueTrimmed,
    /// `true`, just so.
    ExactlyTrue,
    /// Anything but the empty text.
    NotEmpty,
    /// Anything but `false`, just so, and the empty text.
    NotFalse,
    /// Anything but `false` (in any case), the empty text included.
    NotFalseOrEmpty,
    /// `1`, `t` and `true`, in lower case, upper case or with a capital.
    Bool,
}

/// How an SDK calls STS.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct Sts {
    /// Variables that give the region.
    pub regions: &'static [&'static str],
    /// The region may also come from the profile.
    pub region_from_profile: bool,
    /// The region may also come from the metadata service.
    pub region_from_metadata: bool,
    /// Without a region it calls a default one: no fault.
    pub region_optional: bool,
    /// An empty region variable is no region, and ends the search.
    pub empty_region_counts: bool,
    /// Where the region for assuming a profile's role comes from.
    pub role_region: RoleRegion,
    /// `AWS_STS_REGIONAL_ENDPOINTS=legacy` makes it sign a call that it has no keys for.
    pub legacy_breaks: bool,
    /// How it reads `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL`.
    pub endpoint: Endpoint,
}

/// Where the region for assuming a profile's role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleRegion {
    /// From where web identity has it.
    Same,
    /// Not needed.
    NotNeeded,
    /// Not needed, but a variable that is empty counts.
    NotEmpty,
    /// From where web identity has it, and needed also where that does without.
    Needed,
    /// From the profile alone.
    ProfileOnly,
}

/// How an SDK reads the variables that move STS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Not at all.
    Ignored,
    /// `AWS_ENDPOINT_URL_STS` before `AWS_ENDPOINT_URL`.
    Read,
    /// `AWS_ENDPOINT_URL_STS` alone.
    OwnOnly,
    /// `AWS_ENDPOINT_URL_STS`, which must be HTTPS.
    HttpsOnly,
}

/// Which calls go through a proxy: of each list, the first that is set. An empty list: none.
#[derive(Debug, Clone, Copy)]
pub struct Proxies {
    /// Calls to the metadata service.
    pub metadata: &'static [&'static str],
    /// Calls to the container endpoints at link-local addresses.
    pub container: &'static [&'static str],
    /// Calls to a container endpoint on loopback.
    pub loopback: &'static [&'static str],
    /// Calls to STS.
    pub sts: &'static [&'static str],
    /// Whom NO_PROXY exempts.
    pub exempt: NoProxy,
}

/// How an SDK understands NO_PROXY.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct NoProxy {
    /// Its names, the first that is set.
    pub names: &'static [&'static str],
    /// Understands `169.254.0.0/16`.
    pub cidr: bool,
    /// Understands `*`.
    pub star: bool,
    /// Understands `.amazonaws.com`.
    pub dot_suffix: bool,
    /// `amazonaws.com` exempts what ends with it.
    pub suffix: bool,
    /// Understands a leading text, such as `169.254.`.
    pub prefix: bool,
}

/// What an SDK does when no provider has anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It says so.
    Nothing,
    /// It sends unsigned requests.
    Unsigned,
}
