//! The AWS SDKs for Go, and Terraform's library on the second.

use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS_AND_ALIASES, METADATA, NO_PROXIES, NO_PROXY, PROFILES,
    SHARED_PROFILE, STS, WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Call, Chain, Container, End, Endpoint, Headings, Hosts, Kind, Link, Metadata, NoProxy,
    PlainSession, Profile, ProfileFiles, Profiles, Provider, Proxies, Sections, Settings, Sourceless,
    Spelling, Sts, Switch, Tolerance, Uri,
};
use crate::trace::fault::{Fault, Then};
use crate::trace::offer::MetadataAnswer;

/// What both SDKs take from a profile. A role beside keys is assumed with them; one without a source with
/// what the container endpoint or the metadata service gives.
const KINDS: &[Kind] = &[
    Kind::Several,
    Kind::RoleFromProfile,
    Kind::RoleOverKeys,
    Kind::Static,
    Kind::WebIdentity,
    Kind::Role(Sourceless::Remote),
    Kind::Sso,
    Kind::Process,
];

/// What the second takes from a profile that a role stands on: keys before it looks at anything else
/// (`setFromIniSections` in config/shared_config.go); a role with nothing beside it is a fault.
const BASE: &[Kind] = &[
    Kind::RoleOverKeys,
    Kind::Static,
    Kind::Several,
    Kind::RoleFromProfile,
    Kind::WebIdentity,
    Kind::Role(Sourceless::Beside),
    Kind::Sso,
    Kind::Process,
];

/// The same in the first, which looks at keys late.
const OLD_BASE: &[Kind] = &[
    Kind::Several,
    Kind::RoleFromProfile,
    Kind::RoleOverKeys,
    Kind::Static,
    Kind::WebIdentity,
    Kind::Role(Sourceless::Beside),
    Kind::Sso,
    Kind::Process,
];

const fn from(
    files: ProfileFiles,
    kinds: &'static [Kind],
    base: &'static [Kind],
    with_config: bool,
) -> Provider {
    Provider::Profile(Profile { files, kinds, base, with_config, ..SHARED_PROFILE })
}

/// What is not found in a profile is looked for elsewhere.
const GOES_ON: &[(Fault, Then)] =
    &[(Fault::EmptyProfile, Then::Next), (Fault::NoProfile, Then::Next), (Fault::HalfProfile, Then::Next)];

const ENV: Link = Link {
    on: &[(Fault::IdAlone, Then::Next), (Fault::SecretAlone, Then::Next)],
    ..stops("env", Provider::Keys(KEYS_AND_ALIASES))
};
const IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const PROFILE: Link = Link { on: GOES_ON, ..stops("profile", from(ProfileFiles::Both, KINDS, BASE, false)) };
const OLD_PROFILE: Link =
    Link { on: GOES_ON, ..stops("profile", from(ProfileFiles::Both, KINDS, OLD_BASE, false)) };
const INSTANCE: Link = Link {
    on: &[(Fault::Expired, Then::Use)],
    ..falls("metadata", Provider::Metadata(Metadata { settings: Settings::FromProfile, ..METADATA }))
};

/// What the container endpoint answers is used without a look at its end, or at whether it holds keys.
const TRUSTED: &[(Fault, Then)] = &[
    (Fault::Dead, Then::Hang),
    (Fault::Silent, Then::Hang),
    (Fault::Expired, Then::Use),
    (Fault::ErrorDocument, Then::Use),
];

const fn endpoint(container: Container) -> Link {
    Link { on: TRUSTED, ..stops("container", Provider::Container(container)) }
}

const V2: Chain = Chain {
    sdk: "go-v2",
    version: "config 1.33.15",
    source: "aws-sdk-go-v2/config, resolveCredentials",
    current: true,
    gates: &[
        (Fault::NoProfile, Then::Stop),
        (Fault::UnopenedFile, Then::Stop),
        (Fault::HalfProfile, Then::Stop),
        (Fault::SeveralKinds, Then::Stop),
        (Fault::SourceWithoutRole, Then::Stop),
        (Fault::NoSsoSession, Then::Stop),
    ],
    links: &[ENV, IDENTITY, PROFILE, endpoint(Container { hosts: Hosts::Resolved, ..CONTAINER }), INSTANCE],
    profiles: Profiles {
        names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        optional_names: &["AWS_DEFAULT_PROFILE"],
        default_must_exist: true,
        case_matters: false,
        tolerates: Tolerance::All,
        pairs_by_file: true,
        ..PROFILES
    },
    sts: Sts { regions: &["AWS_REGION", "AWS_DEFAULT_REGION"], endpoint: Endpoint::OwnOnly, ..STS },
    proxies: PROXIES,
    end: End::Nothing,
    quirks: &[
        "A profile that AWS_PROFILE names and no file has stops it, whatever else there is.",
        "AWS_DEFAULT_PROFILE may name one that is missing.",
        "Half a key pair in a file stops it.",
    ],
};

/// Go's own rules: nothing on loopback goes through a proxy, and NO_PROXY may hold blocks.
const PROXIES: Proxies = Proxies {
    plain: HTTP_PROXY,
    calls: &[Call::Metadata, Call::Container],
    sts: HTTPS_PROXY,
    exempt: NoProxy { cidr: true, ..NO_PROXY },
    ..NO_PROXIES
};

/// `config.LoadDefaultConfig`.
pub(super) static GO_V2: Chain = V2;

/// Older by three years: FULL wins over RELATIVE, and a missing profile is passed over.
pub(super) static GO_V2_1_18: Chain = Chain {
    sdk: "go-v2:1.18.0",
    version: "config 1.18.0",
    current: false,
    gates: &[
        (Fault::BrokenFile, Then::Stop),
        (Fault::HalfProfile, Then::Stop),
        (Fault::SeveralKinds, Then::Stop),
        (Fault::SourceWithoutRole, Then::Stop),
        (Fault::NoSsoSession, Then::Stop),
    ],
    links: &[
        ENV,
        IDENTITY,
        PROFILE,
        endpoint(Container {
            order: &[Uri::Full, Uri::Relative],
            authorization: &[Authorization::Variable],
            hosts: Hosts::LoopbackResolved,
            ..CONTAINER
        }),
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    settings: Settings::FromProfile,
                    v1_switch: false,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        tolerates: Tolerance::Lines,
        case_matters: false,
        folder_is_missing: true,
        pairs_by_file: true,
        ..PROFILES
    },
    sts: Sts { endpoint: Endpoint::Ignored, ..V2.sts },
    quirks: &[
        "FULL_URI wins over RELATIVE_URI.",
        "A profile that AWS_PROFILE names and no file has is passed over.",
    ],
    ..V2
};

/// Terraform's `aws-sdk-go-base`.
pub(super) static TERRAFORM_AWS: Chain = Chain {
    sdk: "terraform-aws",
    version: "2.0.0-beta.74",
    source: "hashicorp/aws-sdk-go-base/v2, GetAwsConfig",
    current: false,
    links: &[
        ENV,
        IDENTITY,
        PROFILE,
        endpoint(Container { hosts: Hosts::Resolved, ..CONTAINER }),
        Link {
            on: &[(Fault::Expired, Then::Use), (Fault::NoRegion, Then::Stop)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    endpoint: &["AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_METADATA_URL"],
                    settings: Settings::FromProfile,
                    region_too: true,
                    ..METADATA
                }),
            )
        },
    ],
    quirks: &[
        "A profile that AWS_PROFILE names and no file has stops it, whatever else there is.",
        "AWS_DEFAULT_PROFILE may name one that is missing.",
        "Half a key pair in a file stops it.",
        "With the instance's credentials it wants a region, and where nothing gives one it asks the instance. A metadata service \
         that the profile names is not asked for it: `GetAwsConfig` adds `WithEC2IMDSRegion` without a client.",
    ],
    ..V2
};

/// The first SDK's files. A role whose source is the metadata service takes the container endpoint's credentials where
/// one is named: `resolveCredsFromSource` in aws/session/credentials.go asks `defaults.RemoteCredProvider`.
const FILES: Profiles = Profiles {
    config_with: Some(("AWS_SDK_LOAD_CONFIG", Switch::Bool)),
    names_with_config: &["AWS_DEFAULT_PROFILE"],
    tolerates: Tolerance::Lines,
    folder_is_missing: true,
    prefix_in_credentials: true,
    sections: Sections::Last,
    metadata_is_remote: true,
    pairs_by_file: true,
    plain_session: Some(PlainSession {
        faults: &[Fault::ForWebIdentity, Fault::BrokenFile],
        ..PLAIN_SESSION
    }),
    ..PROFILES
};

/// Without AWS_SDK_LOAD_CONFIG a token file in a profile lacks its role, which is not read: `setFromIniFile` and
/// `validateCredentialsRequireARN` in aws/session/shared_config.go, from 1.23.14 to 1.55.8. What `newSession` in session.go lets pass are
/// keys in variables.
const PLAIN_SESSION: PlainSession = PlainSession {
    unless: ("AWS_SDK_LOAD_CONFIG", Switch::Bool),
    names: &["AWS_PROFILE"],
    faults: &[Fault::ForWebIdentity],
};

const ENDPOINT: Link =
    endpoint(Container { order: &[Uri::Full, Uri::Relative], hosts: Hosts::Resolved, ..CONTAINER });

const V1: Chain = Chain {
    sdk: "go-v1",
    version: "1.55.8",
    source: "aws-sdk-go/aws/session, resolveCredentials",
    current: false,
    gates: LOADING_FAULTS,
    links: &[
        ENV,
        IDENTITY,
        Link { on: GOES_ON, ..stops("profile", from(ProfileFiles::Both, KINDS, OLD_BASE, true)) },
        Link {
            on: GOES_ON,
            ..stops(
                "credentials-file",
                from(ProfileFiles::Credentials, &[Kind::Static, Kind::Process], &[], false),
            )
        },
        ENDPOINT,
        INSTANCE_V1,
    ],
    profiles: FILES,
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: PROXIES,
    end: End::Nothing,
    quirks: &[
        "FULL_URI wins over RELATIVE_URI.",
        "Without AWS_SDK_LOAD_CONFIG it reads key pairs from the credentials file, and nothing else.",
    ],
};

const LOADING_FAULTS: &[(Fault, Then)] = &[
    (Fault::BrokenFile, Then::Stop),
    (Fault::SeveralKinds, Then::Stop),
    (Fault::SourceWithoutRole, Then::Stop),
    (Fault::NoSsoSession, Then::Stop),
];

const INSTANCE_V1: Link = Link {
    on: &[(Fault::Expired, Then::Use)],
    ..falls(
        "metadata",
        Provider::Metadata(Metadata { settings: Settings::FromProfileWithConfig, ..METADATA }),
    )
};

/// `session.NewSession`. Out of support since July 2025.
pub(super) static GO_V1: Chain = V1;

/// The first SDK with `SharedConfigEnable`.
pub(super) static GO_V1_SHARED_CONFIG: Chain = GO_V1_SHARED_CONFIG_CHAIN;

const GO_V1_SHARED_CONFIG_CHAIN: Chain = Chain {
    sdk: "go-v1:shared-config",
    gates: LOADING_FAULTS,
    links: &[ENV, IDENTITY, OLD_PROFILE, ENDPOINT, INSTANCE],
    profiles: Profiles {
        names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        config_with: None,
        plain_session: None,
        config_headings: Headings::Loose,
        spelling: Spelling::Bare,
        ..FILES
    },
    quirks: &["FULL_URI wins over RELATIVE_URI."],
    ..V1
};

/// rclone with `env_auth`: the first SDK with `SharedConfigEnable`, before Pod Identity.
pub(super) static RCLONE: Chain = Chain {
    sdk: "rclone",
    version: "1.60.1",
    source: "rclone/backend/s3, s3Connection",
    gates: &[
        (Fault::BrokenFile, Then::Stop),
        (Fault::SeveralKinds, Then::Stop),
        (Fault::SourceWithoutRole, Then::Stop),
    ],
    links: &[
        ENV,
        IDENTITY,
        Link {
            on: &[
                (Fault::EmptyProfile, Then::Next),
                (Fault::NoProfile, Then::Next),
                (Fault::HalfProfile, Then::Next),
                (Fault::SsoSession, Then::Stop),
            ],
            ..OLD_PROFILE
        },
        endpoint(Container {
            order: &[Uri::Full, Uri::Relative],
            authorization: &[Authorization::Variable],
            hosts: Hosts::LoopbackResolved,
            ..CONTAINER
        }),
        Link {
            on: &[
                (Fault::Expired, Then::Use),
                (Fault::Dead, Then::Hang),
                (Fault::Silent, Then::Hang),
                (Fault::SessionTokenLost, Then::Hang),
                (Fault::HopLimited, Then::Hang),
            ],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    v1_on: &[MetadataAnswer::NoToken404, MetadataAnswer::NoToken403],
                    v1_switch: false,
                    settings: Settings::FromProfile,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles { plain_session: Some(PLAIN_SESSION), ..GO_V1_SHARED_CONFIG_CHAIN.profiles },
    quirks: &[
        "FULL_URI wins over RELATIVE_URI.",
        "It opens a session without the config file before the one that it uses (`s3Connection` in backend/s3/s3.go, up to \
         1.68 with aws-sdk-go 1): web identity from a profile of the credentials file stops it there.",
    ],
    ..GO_V1_SHARED_CONFIG_CHAIN
};
