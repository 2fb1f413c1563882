//! The AWS SDKs for Go, and Terraform's library on the second.

use super::super::chain::{
    Chain, End, Kind, Link, NoProxy, Profile, ProfileFiles, Profiles, Provider, Proxies, Sourceless, Sts,
};
use super::super::fault::{Fault, Then};
use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS_AND_ALIASES, METADATA, NO_PROXY, PROFILES, STS, WEB_IDENTITY,
    falls, stops,
};
use crate::trace::chain::{Container, Hosts};

const KINDS: &[Kind] = &[
    Kind::RoleFromProfile,
    Kind::Static,
    Kind::Role(Sourceless::Remote),
    Kind::WebIdentity,
    Kind::Sso,
    Kind::Process,
];

/// `config.LoadDefaultConfig`.
pub(super) static GO_V2: Chain = Chain {
    sdk: "go-v2",
    version: "config 1.33.15",
    source: "aws-sdk-go-v2/config, resolveCredentials",
    current: true,
    gates: &[
        (Fault::NoProfile, Then::Stop),
        (Fault::BrokenFile, Then::Stop),
        (Fault::UnopenedFile, Then::Stop),
        (Fault::HalfProfile, Then::Stop),
    ],
    links: &[
        Link { on: &[(Fault::HalfKeys, Then::Next)], ..stops("env", Provider::Keys(KEYS_AND_ALIASES)) },
        Link {
            on: &[(Fault::RoleWithoutToken, Then::Next)],
            ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
        },
        Link {
            on: &[(Fault::EmptyProfile, Then::Next)],
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
            on: &[(Fault::Dead, Then::Hang), (Fault::Silent, Then::Hang)],
            ..stops(
                "container",
                Provider::Container(Container { hosts: Hosts::LoopbackResolved, ..CONTAINER }),
            )
        },
        Link {
            on: &[(Fault::Expired, Then::Use), (Fault::Silent, Then::Hang)],
            ..falls("metadata", Provider::Metadata(METADATA))
        },
    ],
    profiles: Profiles { names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], ..PROFILES },
    sts: Sts { regions: &["AWS_REGION", "AWS_DEFAULT_REGION"], ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        container: HTTP_PROXY,
        loopback: &[],
        sts: HTTPS_PROXY,
        exempt: NoProxy { cidr: true, ..NO_PROXY },
    },
    end: End::Nothing,
    quirks: &["A profile that AWS_PROFILE names and no file has stops it, whatever else there is."],
};
