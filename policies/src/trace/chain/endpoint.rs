//! The words for web identity, the container endpoint and the metadata service.

use crate::trace::fault::Fault;
use crate::trace::offer::MetadataAnswer;

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
    /// What of the authorization token is sent to a RELATIVE URI; its faults count there, too.
    pub to_relative: ToRelative,
    /// What a line break at the end of the authorization token does.
    pub line_break: LineBreak,
}

/// What of the authorization token is sent to a RELATIVE URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToRelative {
    /// Nothing.
    Nothing,
    /// The token.
    Token,
    /// The token, where its file or a FULL URI is named as well.
    TokenBesideOthers,
    /// The token in the variable; its file is not looked at.
    Variable,
}

/// What a line break at the end of the authorization token does. No HTTP header can hold one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBreak {
    /// It is sent all the same.
    Sent,
    /// It is a fault, before anything is sent.
    Refused,
    /// The same in the variable; what a file holds is taken without it.
    RefusedInVariable,
    /// The same in a file; what the variable holds is taken without it.
    RefusedInFile,
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
    /// Loopback, names that resolve to it included; anywhere where the authorization token's file is named.
    AnyWithFile,
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
    /// Where its credentials are taken and nothing gives a region, the region is asked for as well: where a
    /// variable says, else at the usual address, whatever the profile says. Without an answer there are no credentials.
    pub region_too: bool,
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
    /// From the profile, once the config file is read.
    FromProfileWithConfig,
    /// The switch of IMDSv1 alone, from the profile.
    SwitchFromProfile,
    /// From the profile in the config file, which is read for this also where it is not for keys.
    FromConfig,
    /// The same without the switch of IMDSv1.
    EndpointFromConfig,
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
