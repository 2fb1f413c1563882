//! boto3, aiobotocore and the AWS CLIs, which are all botocore; and boto 2.

use super::{
    CONTAINER, EXPIRED_IS_USED, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXY, PROFILES, STS,
    WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, End, Hosts, Kind, Link, Metadata, NoProxy, Profile, ProfileFiles,
    Profiles, Provider, Proxies, Sourceless, Sts, Switch,
};
use crate::trace::fault::{Fault, Then};

/// What botocore takes from a profile that a role stands on.
const BASE: &[Kind] =
    &[Kind::Role(Sourceless::Fault), Kind::WebIdentity, Kind::Sso, Kind::Static, Kind::Process];

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { files, kinds, base: BASE, only_with: &[], whole: false })
}

const ENV: Link = stops("env", Provider::Keys(KEYS));
const ASSUME_ROLE: Link = stops("assume-role", from(ProfileFiles::Both, &[Kind::Role(Sourceless::Fault)]));
const IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const IDENTITY_PROFILE: Link = stops("web-identity-profile", from(ProfileFiles::Both, &[Kind::WebIdentity]));
const SSO: Link = stops("sso", from(ProfileFiles::Both, &[Kind::Sso]));
const CREDENTIALS_FILE: Link = stops("credentials-file", from(ProfileFiles::Credentials, &[Kind::Static]));
const PROCESS: Link = stops("process", from(ProfileFiles::Both, &[Kind::Process]));
const CONFIG_FILE: Link = stops("config-file", from(ProfileFiles::Config, &[Kind::Static]));
const BOTO_CONFIG: Link = stops("boto-config", Provider::BotoConfig);
const INSTANCE: Link = Link { on: EXPIRED_IS_USED, ..falls("metadata", Provider::Metadata(METADATA)) };

/// botocore's providers, in the order of `create_credential_resolver`.
const LINKS: &[Link] = &[
    ENV,
    ASSUME_ROLE,
    IDENTITY,
    IDENTITY_PROFILE,
    SSO,
    CREDENTIALS_FILE,
    PROCESS,
    CONFIG_FILE,
    BOTO_CONFIG,
    stops("container", Provider::Container(Container { empty_is_set: true, ..CONTAINER })),
    INSTANCE,
];

/// Before November 2023: no Pod Identity.
const OLDER_LINKS: &[Link] = &[
    ENV,
    ASSUME_ROLE,
    IDENTITY,
    IDENTITY_PROFILE,
    SSO,
    CREDENTIALS_FILE,
    PROCESS,
    CONFIG_FILE,
    BOTO_CONFIG,
    stops(
        "container",
        Provider::Container(Container {
            empty_is_set: true,
            authorization: &[Authorization::Variable],
            hosts: Hosts::Older,
            ..CONTAINER
        }),
    ),
    INSTANCE,
];

const BOTOCORE: Chain = Chain {
    sdk: "boto3",
    version: "1.44.8",
    source: "botocore/credentials.py, create_credential_resolver",
    current: true,
    gates: &[(Fault::NoProfile, Then::Stop), (Fault::BrokenFile, Then::Stop)],
    links: LINKS,
    profiles: Profiles { names: &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"], ..PROFILES },
    sts: Sts { regions: &["AWS_DEFAULT_REGION"], region_optional: true, ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        container: &[],
        loopback: &[],
        sts: HTTPS_PROXY,
        exempt: NoProxy { names: &["no_proxy", "NO_PROXY"], ..NO_PROXY },
    },
    end: End::Nothing,
    quirks: &[
        "A profile that a variable names and no file has stops it before the key variables are looked at.",
        "An empty container URI counts as set.",
    ],
};

/// boto3.
pub(super) static BOTO3: Chain = BOTOCORE;

/// aiobotocore.
pub(super) static AIOBOTOCORE: Chain =
    Chain { sdk: "boto3:aiobotocore", version: "3.10.0", current: false, ..BOTOCORE };

/// boto3 before Pod Identity.
pub(super) static BOTO3_1_26: Chain =
    Chain { sdk: "boto3:1.26", version: "1.26.0", current: false, links: OLDER_LINKS, ..BOTOCORE };

/// The first AWS CLI.
pub(super) static AWS_CLI_V1: Chain = Chain { sdk: "aws-cli-v1", version: "1.46.3", ..BOTOCORE };

/// The second AWS CLI, with a botocore of its own.
const CLI_V2: Chain = Chain {
    sdk: "aws-cli-v2",
    version: "2.36.7",
    source: "awscli/botocore/credentials.py, create_credential_resolver",
    profiles: Profiles { names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], ..PROFILES },
    sts: Sts { regions: &["AWS_REGION", "AWS_DEFAULT_REGION"], region_optional: true, ..STS },
    ..BOTOCORE
};

/// The second AWS CLI.
pub(super) static AWS_CLI_V2: Chain = CLI_V2;

/// The second AWS CLI before Pod Identity, as Debian 12 ships it.
pub(super) static AWS_CLI_V2_9: Chain =
    Chain { sdk: "aws-cli-v2:2.9", version: "2.9.19", current: false, links: OLDER_LINKS, ..CLI_V2 };

/// boto 2, long unmaintained and still shipped by distributions.
pub(super) static BOTO2: Chain = Chain {
    sdk: "boto2",
    version: "2.49.0",
    source: "boto/provider.py, Provider.get_credentials",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("credentials-file", from(ProfileFiles::Credentials, &[Kind::Static])),
        falls("boto-config", Provider::BotoConfig),
        falls(
            "metadata",
            Provider::Metadata(Metadata {
                off: Switch::Ignored,
                v2: false,
                endpoint: false,
                mode: false,
                ..METADATA
            }),
        ),
    ],
    profiles: Profiles { config: None, ..PROFILES },
    sts: STS,
    proxies: super::NO_PROXIES,
    end: End::Nothing,
    quirks: &["It knows no web identity, no container endpoint and no metadata session."],
};
