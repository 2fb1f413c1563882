//! The AWS SDKs for JavaScript.

use super::{
    CONTAINER, EXPIRED_IS_USED, KEYS, METADATA, NO_PROXIES, PROFILES, SHARED_PROFILE, STS, WEB_IDENTITY,
    falls, over, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, EmptyRegion, End, Endpoint, Hosts, Keys, Kind, Link, Metadata, Mode,
    Profile, Profiles, Provider, Settings, Sourceless, Sts, Switch, ToRelative, Tolerance, TwoSources,
};
use crate::trace::fault::{Fault, Then};

/// `resolveProfileData` in @aws-sdk/credential-provider-ini.
const KINDS: &[Kind] =
    &[Kind::Role(Sourceless::Ignored), Kind::Static, Kind::WebIdentity, Kind::Process, Kind::Sso];
/// Before 2024 a login went before everything else in its profile.
const OLDER_KINDS: &[Kind] =
    &[Kind::Sso, Kind::Role(Sourceless::Ignored), Kind::Static, Kind::WebIdentity, Kind::Process];
/// Keys end a chain of roles, whatever stands beside them.
const BASE: &[Kind] =
    &[Kind::Static, Kind::Role(Sourceless::Ignored), Kind::WebIdentity, Kind::Process, Kind::Sso];

const ENV: Link = Link {
    on: &[(Fault::IdAlone, Then::Next), (Fault::SecretAlone, Then::Next)],
    ..stops("env", Provider::Keys(Keys { unless: &["AWS_PROFILE"], ..KEYS }))
};
const PROFILE: Link = Link {
    on: &[
        (Fault::NoProfile, Then::Next),
        (Fault::EmptyProfile, Then::Next),
        (Fault::HalfProfile, Then::Next),
        (Fault::BadSource, Then::Next),
        (Fault::NoSourceProfile, Then::Next),
        (Fault::EmptySource, Then::Next),
        (Fault::NoEndpointSource, Then::Next),
        (Fault::BadProcess, Then::Next),
        (Fault::ProcessExpired, Then::Next),
    ],
    ..stops("profile", over(KINDS, BASE))
};
const IDENTITY: Link = Link {
    on: &[(Fault::TokenWithoutRole, Then::Next), (Fault::RoleWithoutToken, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};

const V3: Chain = Chain {
    sdk: "js-v3",
    version: "3.1169.0",
    source: "@aws-sdk/credential-provider-node, defaultProvider",
    current: true,
    gates: &[],
    links: &[
        ENV,
        PROFILE,
        IDENTITY,
        Link {
            on: &[
                (Fault::Silent, Then::Hang),
                (Fault::Expired, Then::Use),
                (Fault::NoAuthorization, Then::Stop),
                (Fault::BadUri, Then::Stop),
                (Fault::ForbiddenHost, Then::Stop),
            ],
            ..falls("container", Provider::Container(CONTAINER))
        },
        stops("container-by-variable", Provider::Container(BY_VARIABLE)),
        Link { on: EXPIRED_IS_USED, ..falls("metadata", Provider::Metadata(METADATA_V3)) },
    ],
    profiles: Profiles {
        raw_headings: true,
        tolerates: Tolerance::All,
        folder_is_missing: true,
        two_sources: TwoSources::Ignored,
        ..PROFILES
    },
    sts: Sts { region_optional: true, empty_region: EmptyRegion::Counts, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["AWS_PROFILE makes it pass over the key variables, even when no file has that profile."],
};

/// `fromContainerMetadata`, from before Pod Identity: what `fromHttp` has no answer for is left to it.
const BY_VARIABLE: Container =
    Container { authorization: &[Authorization::Variable], hosts: Hosts::Loopback, ..CONTAINER };

const METADATA_V3: Metadata =
    Metadata { off: Switch::NotFalse, mode: Mode::Exact, settings: Settings::FromProfile, ..METADATA };

/// `defaultProvider` of the third SDK.
pub(super) static JS_V3: Chain = V3;

/// The third SDK before Pod Identity.
pub(super) static JS_V3_438: Chain = Chain {
    sdk: "js-v3:3.438",
    version: "3.438.0",
    current: false,
    links: &[
        ENV,
        Link {
            on: &[
                (Fault::NoProfile, Then::Next),
                (Fault::EmptyProfile, Then::Next),
                (Fault::HalfProfile, Then::Next),
                (Fault::BadSource, Then::Next),
                (Fault::NoSourceProfile, Then::Next),
                (Fault::EmptySource, Then::Next),
                (Fault::BadProcess, Then::Next),
                (Fault::ProcessExpired, Then::Next),
            ],
            ..stops("profile", over(OLDER_KINDS, BASE))
        },
        IDENTITY,
        Link {
            on: &[(Fault::Expired, Then::Use), (Fault::NoSlash, Then::Use)],
            ..stops("container", Provider::Container(BY_VARIABLE))
        },
        Link {
            on: EXPIRED_IS_USED,
            ..falls("metadata", Provider::Metadata(Metadata { off: Switch::NotEmpty, ..METADATA_V3 }))
        },
    ],
    sts: Sts { empty_region: EmptyRegion::Unset, ..V3.sts },
    quirks: &[
        "A login to IAM Identity Center goes before keys in the same profile.",
        "AWS_EC2_METADATA_DISABLED=false turns the metadata service off.",
    ],
    ..V3
};

/// The names before AWS_* became the custom.
const AMAZON: Keys = Keys { id: &["AMAZON_ACCESS_KEY_ID"], secret: &["AMAZON_SECRET_ACCESS_KEY"], ..KEYS };

/// Roles down to one with a token file: `getParamsFromSharedConfig` in token_file_web_identity_credentials.js.
const TOKEN_CHAIN: &[Kind] = &[Kind::WebIdentity, Kind::RoleFromProfile];

const fn from(kinds: &'static [Kind], with_config: bool) -> Provider {
    Provider::Profile(Profile { kinds, with_config, whole: false, ..SHARED_PROFILE })
}

/// The second SDK: out of support since September 2025. It was recorded as `aws-sdk/global`, which brings no client for
/// IAM Identity Center; nor does a program that takes one service's client alone.
pub(super) static JS_V2: Chain = Chain {
    sdk: "js-v2",
    version: "2.1693.0",
    source: "aws-sdk/lib/node_loader.js, CredentialProviderChain.defaultProviders",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("env-amazon", Provider::Keys(AMAZON)),
        falls(
            "profile",
            over(
                &[Kind::RoleFromProfile, Kind::UnusableRole, Kind::Static],
                &[Kind::Static, Kind::RoleFromProfile, Kind::UnusableRole],
            ),
        ),
        Link {
            on: &[
                (Fault::NoAuthorization, Then::Crash),
                (Fault::BrokenAuthorization, Then::Crash),
                (Fault::Dead, Then::Hang),
                (Fault::Expired, Then::Use),
            ],
            ..falls(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::Variable, Authorization::File],
                    hosts: Hosts::FewListed,
                    to_relative: ToRelative::TokenBesideOthers,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: &[(Fault::ProcessExpired, Then::Next)],
            ..falls("process", from(&[Kind::Process], false))
        },
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("web-identity-profile", over(TOKEN_CHAIN, TOKEN_CHAIN)),
        Link {
            on: &[
                (Fault::Expired, Then::Crash),
                (Fault::Malformed, Then::Crash),
                (Fault::BadMode, Then::Crash),
            ],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::NotEmpty,
                    mode: Mode::Exact,
                    empty_endpoint_counts: true,
                    settings: Settings::EndpointFromConfig,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        config_with: Some(("AWS_SDK_LOAD_CONFIG", Switch::NotEmpty)),
        credentials_moved_with: true,
        config_must_exist: true,
        folder_is_missing: true,
        raw_headings: true,
        tolerates: Tolerance::All,
        ..PROFILES
    },
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &[
        "Web identity comes after the container endpoint.",
        "Without AWS_SDK_LOAD_CONFIG it reads neither the config file nor AWS_SHARED_CREDENTIALS_FILE.",
        "A missing authorization token file ends the process.",
        "It logs in to IAM Identity Center only where a program brings the client for it.",
    ],
};
