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
        self.on.iter().find(|(listed, _)| *listed == fault).map_or(self.otherwise, |(_, then)| *then)
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
    /// boto 2's configuration files.
    BotoConfig,
}

/// Keys in variables or properties: of each list, the first that is set.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    /// Java system properties instead of variables.
    pub properties: bool,
    /// Names of the key id.
    pub id: &'static [&'static str],
    /// Names of the secret.
    pub secret: &'static [&'static str],
    /// Passed over when one of these is set.
    pub unless: &'static [&'static str],
}

/// Profiles: where this link looks, and what it takes from there.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// Which files.
    pub files: ProfileFiles,
    /// What it takes from a profile, the first that is there.
    pub kinds: &'static [Kind],
    /// What a role's `source_profile` may hold.
    pub base: &'static [Kind],
    /// Asked only when one of these is set; empty: always.
    pub only_with: &'static [&'static str],
    /// A profile that exists and holds none of the kinds is a fault.
    pub whole: bool,
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
    /// `role_arn` with `source_profile` or `credential_source`.
    Role(Sourceless),
    /// `role_arn` with `source_profile` only.
    RoleFromProfile,
    /// `role_arn` with `web_identity_token_file`.
    WebIdentity,
    /// `credential_process`.
    Process,
    /// IAM Identity Center.
    Sso,
}

/// What `role_arn` without a source means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sourceless {
    /// A fault.
    Fault,
    /// Not a role at all: the next kind is looked for.
    Ignored,
    /// The role is assumed with what the container endpoint or the metadata service gives.
    Remote,
}

/// How an SDK finds profiles.
#[derive(Debug, Clone, Copy)]
pub struct Profiles {
    /// Variables that name the profile, the first that is set.
    pub names: &'static [&'static str],
    /// Variables that move the credentials file; `None`: it reads no such file.
    pub credentials: Option<&'static [&'static str]>,
    /// Variables that move the config file; `None`: it reads no such file.
    pub config: Option<&'static [&'static str]>,
    /// The config file is read only with this variable.
    pub config_with: Option<&'static str>,
    /// `[default]` in the config file is not enough: it must be `[profile default]`.
    pub strict_default: bool,
    /// Of two files with the same profile, keys in the config file win.
    pub config_first: bool,
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
pub struct Container {
    /// Which URI is looked at first; one that is not listed is not read.
    pub order: &'static [Uri],
    /// An empty URI counts as set.
    pub empty_is_set: bool,
    /// Where the authorization token comes from, in order.
    pub authorization: &'static [Authorization],
    /// Where a FULL URI over plain HTTP may lead.
    pub hosts: Hosts,
    /// A FULL URI without an authorization token is passed over.
    pub full_needs_token: bool,
}

/// Where the container endpoint's authorization token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
    File,
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
    /// `localhost`, 127.0.0.1 and 169.254.170.2, before Pod Identity.
    Older,
    /// `localhost`, 127.0.0.1 and 169.254.170.23, by text.
    FewListed,
    /// Loopback only.
    Loopback,
    /// Loopback only, names that resolve to it included.
    LoopbackResolved,
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
    /// It reads `AWS_EC2_METADATA_SERVICE_ENDPOINT`.
    pub endpoint: bool,
    /// It reads `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`.
    pub mode: bool,
    /// It reads the profile files first, and their faults are its own.
    pub reads_profiles: bool,
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
    /// Anything but `false` (in any case) and the empty text.
    NotFalse,
    /// Anything but `false` (in any case), the empty text included.
    NotFalseOrEmpty,
    /// `1` and `true` in any case.
    OneOrTrue,
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
    /// It reads `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL`.
    pub endpoint: bool,
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
