//! The AWS SDKs for JavaScript.

use super::{
    CONTAINER, EXPIRED_IS_USED, KEYS, METADATA, NO_PROXIES, PROFILES, STS, WAITS, WEB_IDENTITY, falls,
    profile, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, End, Endpoint, Hosts, Keys, Kind, Link, Metadata, Profile, ProfileFiles,
    Profiles, Provider, Sourceless, Sts, Switch,
};
use crate::trace::fault::{Fault, Then};

const KINDS: &[Kind] =
    &[Kind::Role(Sourceless::Ignored), Kind::Static, Kind::WebIdentity, Kind::Process, Kind::Sso];

/// Faults of a profile after which the third SDK goes on; all others stop it.
const PROFILE_GOES_ON: &[(Fault, Then)] = &[
    (Fault::NoProfile, Then::Next),
    (Fault::EmptyProfile, Then::Next),
    (Fault::HalfProfile, Then::Next),
    (Fault::BrokenFile, Then::Next),
    (Fault::UnopenedFile, Then::Next),
    (Fault::BadSource, Then::Next),
    (Fault::BadProcess, Then::Next),
];

const ENV: Link = Link {
    on: &[(Fault::IdAlone, Then::Next), (Fault::SecretAlone, Then::Next)],
    ..stops("env", Provider::Keys(Keys { unless: &["AWS_PROFILE"], ..KEYS }))
};
const PROFILE: Link = Link { on: PROFILE_GOES_ON, ..stops("profile", profile(KINDS)) };
const IDENTITY: Link = Link {
    on: &[(Fault::TokenWithoutRole, Then::Next), (Fault::RoleWithoutToken, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const INSTANCE: Link = Link {
    on: EXPIRED_IS_USED,
    ..falls("metadata", Provider::Metadata(Metadata { off: Switch::NotFalse, ..METADATA }))
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
        Link { on: WAITS, ..stops("container", Provider::Container(CONTAINER)) },
        INSTANCE,
    ],
    profiles: PROFILES,
    sts: Sts { region_optional: true, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["AWS_PROFILE makes it pass over the key variables, even when no file has that profile."],
};

/// `defaultProvider` of the third SDK.
pub(super) static JS_V3: Chain = V3;

/// The third SDK before Pod Identity.
pub(super) static JS_V3_438: Chain = Chain {
    sdk: "js-v3:3.438",
    version: "3.438.0",
    current: false,
    links: &[
        ENV,
        PROFILE,
        IDENTITY,
        stops(
            "container",
            Provider::Container(Container {
                authorization: &[Authorization::Variable],
                hosts: Hosts::Loopback,
                ..CONTAINER
            }),
        ),
        INSTANCE,
    ],
    ..V3
};

/// The names before AWS_* became the custom.
const AMAZON: Keys = Keys { id: &["AMAZON_ACCESS_KEY_ID"], secret: &["AMAZON_SECRET_ACCESS_KEY"], ..KEYS };

/// The second SDK: out of support since September 2025.
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
            "sso",
            Provider::Profile(Profile {
                files: ProfileFiles::Both,
                kinds: &[Kind::Sso],
                base: &[],
                with_config: true,
                any_name: false,
                exclusive: false,
                whole: false,
            }),
        ),
        falls("profile", profile(&[Kind::RoleFromProfile, Kind::Static])),
        Link {
            on: &[(Fault::NoAuthorization, Then::Crash), (Fault::Dead, Then::Hang)],
            ..falls(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::Variable, Authorization::File],
                    hosts: Hosts::FewListed,
                    ..CONTAINER
                }),
            )
        },
        falls(
            "process",
            Provider::Profile(Profile {
                files: ProfileFiles::Both,
                kinds: &[Kind::Process],
                base: &[],
                with_config: false,
                any_name: false,
                exclusive: false,
                whole: false,
            }),
        ),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        Link {
            on: &[(Fault::Expired, Then::Crash), (Fault::Malformed, Then::Crash)],
            ..falls("metadata", Provider::Metadata(Metadata { off: Switch::NotEmpty, ..METADATA }))
        },
    ],
    profiles: Profiles { config_with: Some(("AWS_SDK_LOAD_CONFIG", Switch::NotEmpty)), ..PROFILES },
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &[
        "Web identity comes after the container endpoint.",
        "Without AWS_SDK_LOAD_CONFIG it reads neither the config file nor AWS_SHARED_CREDENTIALS_FILE.",
        "A missing authorization token file ends the process.",
    ],
};
