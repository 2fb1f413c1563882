//! The AWS SDKs for JavaScript.

use super::super::chain::{
    Chain, End, Keys, Kind, Link, Profile, ProfileFiles, Profiles, Provider, Sourceless, Sts,
};
use super::super::fault::{Fault, Then};
use super::{CONTAINER, KEYS, METADATA, NO_PROXIES, PROFILES, STS, Switch, WEB_IDENTITY, falls, stops};
use crate::trace::chain::Metadata;

const KINDS: &[Kind] =
    &[Kind::Role(Sourceless::Ignored), Kind::Static, Kind::WebIdentity, Kind::Process, Kind::Sso];

/// `defaultProvider` of `@aws-sdk/credential-provider-node`.
pub(super) static JS_V3: Chain = Chain {
    sdk: "js-v3",
    version: "3.1169.0",
    source: "@aws-sdk/credential-provider-node, defaultProvider",
    current: true,
    gates: &[],
    links: &[
        Link {
            on: &[(Fault::HalfKeys, Then::Next)],
            ..stops("env", Provider::Keys(Keys { unless: &["AWS_PROFILE"], ..KEYS }))
        },
        Link {
            on: &[
                (Fault::NoProfile, Then::Next),
                (Fault::EmptyProfile, Then::Next),
                (Fault::HalfProfile, Then::Next),
                (Fault::BrokenFile, Then::Next),
                (Fault::UnopenedFile, Then::Next),
                (Fault::BadSource, Then::Next),
                (Fault::BadProcess, Then::Next),
            ],
            ..stops(
                "profile",
                Provider::Profile(Profile {
                    files: ProfileFiles::Both,
                    kinds: KINDS,
                    base: KINDS,
                    only_with: &[],
                    whole: true,
                }),
            )
        },
        Link {
            on: &[(Fault::TokenWithoutRole, Then::Next), (Fault::RoleWithoutToken, Then::Next)],
            ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
        },
        Link {
            on: &[(Fault::Dead, Then::Hang), (Fault::Silent, Then::Hang)],
            ..stops("container", Provider::Container(CONTAINER))
        },
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls("metadata", Provider::Metadata(Metadata { off: Switch::NotFalse, ..METADATA }))
        },
    ],
    profiles: Profiles { names: &["AWS_PROFILE"], ..PROFILES },
    sts: Sts { region_optional: true, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["AWS_PROFILE makes it pass over the key variables, even when no file has that profile."],
};
