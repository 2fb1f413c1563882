//! boto3, aiobotocore and the AWS CLIs, which are all botocore; and boto 2.

use super::{
    CONTAINER, EXPIRED_IS_USED, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES, SHARED_PROFILE, STS,
    WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Call, Chain, Container, EmptyPath, EmptyRegion, End, Endpoint, Hosts, KeyFile, Keys, Kind,
    Link, Metadata, Mode, NoProxy, Profile, ProfileFiles, Profiles, Provider, Proxies, Settings, Slash,
    Sourceless, Spelling, Sts, Switch, TwoSources, WebIdentity,
};
use crate::trace::fault::{Fault, Then};

/// What botocore takes from a profile that a role stands on.
const BASE: &[Kind] = &[
    Kind::RoleWithoutKeys(Sourceless::Fault),
    Kind::WebIdentityToken,
    Kind::Sso,
    Kind::Static,
    Kind::Process,
];

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { files, kinds, base: BASE, whole: false, ..SHARED_PROFILE })
}

const ENV: Link = Link {
    on: &[(Fault::SecretAlone, Then::Next), (Fault::KeysExpired, Then::Stop)],
    ..stops("env", Provider::Keys(KEYS))
};
const ASSUME_ROLE: Link = stops("assume-role", from(ProfileFiles::Both, &[Kind::Role(Sourceless::Fault)]));
/// Whoever makes a client, such as that for STS, makes a token provider for its profile's `sso-session`:
/// `_load_sso_config` in botocore/tokens.py.
const IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next)],
    ..stops(
        "web-identity",
        Provider::WebIdentity(WebIdentity { file_faults: &[Fault::NoSsoSession], ..WEB_IDENTITY }),
    )
};
const IDENTITY_PROFILE: Link =
    stops("web-identity-profile", from(ProfileFiles::Both, &[Kind::WebIdentityToken]));
const SSO: Link = stops("sso", from(ProfileFiles::Both, &[Kind::Sso]));
/// It knows no sso-session.
const OLDER_SSO: Link = Link { on: &[(Fault::SsoSession, Then::Stop)], ..SSO };
const CREDENTIALS_FILE: Link = stops("credentials-file", from(ProfileFiles::Credentials, &[Kind::Static]));
const PROCESS: Link = Link {
    on: &[(Fault::ProcessExpired, Then::Stop)],
    ..stops("process", from(ProfileFiles::Both, &[Kind::Process]))
};
const CONFIG_FILE: Link = stops("config-file", from(ProfileFiles::Config, &[Kind::Static]));
const BOTO_CONFIG: Link = stops("boto-config", Provider::KeyFile(KeyFile::Boto));
const INSTANCE: Link = Link {
    on: &[(Fault::Expired, Then::Use), (Fault::BadMode, Then::Stop)],
    ..falls(
        "metadata",
        Provider::Metadata(Metadata { settings: Settings::FromProfile, use_ipv6: true, ..METADATA }),
    )
};
/// Before it could be told to do without IMDSv1.
const OLDER_INSTANCE: Provider = Provider::Metadata(Metadata {
    settings: Settings::FromProfile,
    v1_switch: false,
    use_ipv6: true,
    ..METADATA
});

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
    stops(
        "container",
        Provider::Container(Container {
            empty_is_set: true,
            authorization: &[Authorization::FileEvenEmpty, Authorization::Variable],
            ..CONTAINER
        }),
    ),
    INSTANCE,
];

/// Before November 2023: no Pod Identity.
const OLDER_ENDPOINT: Link = stops(
    "container",
    Provider::Container(Container {
        empty_is_set: true,
        authorization: &[Authorization::Variable],
        hosts: Hosts::Older,
        ..CONTAINER
    }),
);

/// The same providers before November 2023.
const OLDER_LINKS: &[Link] = &[
    ENV,
    ASSUME_ROLE,
    IDENTITY,
    IDENTITY_PROFILE,
    OLDER_SSO,
    CREDENTIALS_FILE,
    PROCESS,
    CONFIG_FILE,
    BOTO_CONFIG,
    OLDER_ENDPOINT,
    Link {
        on: &[(Fault::Expired, Then::Use), (Fault::BadMode, Then::Stop)],
        ..falls("metadata", OLDER_INSTANCE)
    },
];

/// Configuration is read with Python's own parser; one spelling of a profile replaces the one before. Source:
/// botocore/configloader.py, `build_profile_map`.
const FILES: Profiles = Profiles {
    spelling: Spelling::Later,
    names: &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"],
    empty_name_counts: true,
    default_must_exist: true,
    empty_path: EmptyPath::Missing,
    raw_headings: true,
    case_matters: false,
    one_heading_each: true,
    empty_values_count: true,
    folder_is_missing: true,
    two_sources: TwoSources::Fault,
    ..PROFILES
};

/// What ends it before the first provider is asked.
const LOADING: &[(Fault, Then)] =
    &[(Fault::NoProfile, Then::Stop), (Fault::BrokenFile, Then::Stop), (Fault::DuplicateProfile, Then::Stop)];

const BOTOCORE: Chain = Chain {
    sdk: "boto3",
    version: "1.44.8",
    source: "botocore/credentials.py, create_credential_resolver",
    current: true,
    gates: LOADING,
    links: LINKS,
    profiles: FILES,
    sts: Sts {
        regions: &["AWS_DEFAULT_REGION"],
        region_optional: true,
        empty_region: EmptyRegion::Counts,
        ..STS
    },
    proxies: Proxies {
        plain: &["http_proxy", "HTTP_PROXY"],
        calls: &[Call::Metadata],
        sts: &["https_proxy", "HTTPS_PROXY"],
        empty_hides: true,
        exempt: NoProxy { names: &["no_proxy", "NO_PROXY"], ..NO_PROXY },
        ..NO_PROXIES
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
pub(super) static BOTO3_1_26: Chain = Chain {
    sdk: "boto3:1.26",
    version: "1.26.0",
    current: false,
    links: OLDER_LINKS,
    sts: Sts { endpoint: Endpoint::Ignored, ..BOTOCORE.sts },
    ..BOTOCORE
};

/// The first AWS CLI.
pub(super) static AWS_CLI_V1: Chain = Chain {
    sdk: "aws-cli-v1",
    version: "1.46.3",
    gates: &[
        (Fault::NoProfile, Then::Stop),
        (Fault::BrokenFile, Then::Stop),
        (Fault::DuplicateProfile, Then::Stop),
        (Fault::EmptyRegion, Then::Stop),
        (Fault::NoSsoSession, Then::Stop),
    ],
    ..BOTOCORE
};

/// The second AWS CLI, with a botocore of its own.
const CLI_V2: Chain = Chain {
    sdk: "aws-cli-v2",
    version: "2.36.7",
    source: "awscli/botocore/credentials.py, create_credential_resolver",
    profiles: Profiles { names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], ..FILES },
    sts: Sts {
        regions: &["AWS_REGION", "AWS_DEFAULT_REGION"],
        region_optional: true,
        empty_region: EmptyRegion::Counts,
        ..STS
    },
    ..BOTOCORE
};

/// The second AWS CLI.
pub(super) static AWS_CLI_V2: Chain = CLI_V2;

/// The second AWS CLI before Pod Identity, as Debian 12 ships it.
pub(super) static AWS_CLI_V2_9: Chain = Chain {
    sdk: "aws-cli-v2:2.9",
    version: "2.9.19",
    current: false,
    links: &[
        ENV,
        ASSUME_ROLE,
        IDENTITY,
        IDENTITY_PROFILE,
        SSO,
        CREDENTIALS_FILE,
        PROCESS,
        CONFIG_FILE,
        BOTO_CONFIG,
        OLDER_ENDPOINT,
        Link {
            on: &[(Fault::Expired, Then::Use), (Fault::BadMode, Then::Stop)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    settings: Settings::FromProfile,
                    v1_switch: false,
                    use_ipv6: true,
                    slash: Slash::Needed,
                    ..METADATA
                }),
            )
        },
    ],
    sts: Sts { endpoint: Endpoint::Ignored, ..CLI_V2.sts },
    ..CLI_V2
};

/// boto 2, long unmaintained and still shipped by distributions.
pub(super) static BOTO2: Chain = Chain {
    sdk: "boto2",
    version: "2.49.0",
    source: "boto/provider.py, Provider.get_credentials",
    current: false,
    gates: &[(Fault::BrokenFile, Then::Stop), (Fault::DuplicateProfile, Then::Stop)],
    links: &[
        falls("env", Provider::Keys(Keys { empty_is_set: true, completed_by_file: true, ..KEYS })),
        Link {
            on: &[(Fault::NoProfile, Then::Stop)],
            ..falls(
                "credentials-file",
                Provider::Profile(Profile {
                    files: ProfileFiles::Credentials,
                    kinds: &[Kind::Static],
                    ..SHARED_PROFILE
                }),
            )
        },
        falls("boto-config", Provider::KeyFile(KeyFile::Boto)),
        Link {
            on: EXPIRED_IS_USED,
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::Ignored,
                    v2: false,
                    v1_switch: false,
                    endpoint: &[],
                    mode: Mode::Ignored,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles { names: &["AWS_PROFILE"], credentials: Some(&[]), config: None, ..FILES },
    sts: STS,
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["It knows no web identity, no container endpoint and no metadata session."],
};
