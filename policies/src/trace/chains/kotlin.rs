//! The AWS SDK for Kotlin.

use super::{
    CONTAINER, EVERY_CALL, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES, STS,
    WEB_IDENTITY, falls, over,
};
use crate::trace::chain::{
    Authorization, Chain, Container, EmptyPath, EmptyRegion, End, Hosts, Keys, Kind, Link, Metadata, NoProxy,
    Profiles, Provider, Proxies, RoleRegion, Settings, Sourceless, Sts, TwoSources, WebIdentity,
};
use crate::trace::fault::{Fault, Then};

const PROPERTIES: Keys = Keys {
    properties: true,
    id: &["aws.accessKeyId"],
    secret: &["aws.secretAccessKey"],
    trimmed: true,
    ..KEYS
};
const KINDS: &[Kind] = &[
    Kind::Static,
    Kind::RoleFromProfile,
    Kind::WebIdentityToken,
    Kind::Role(Sourceless::Fault),
    Kind::Sso,
    Kind::Process,
];
/// Keys end a chain of roles: `ProfileChain.resolve` in aws-config.
const BASE: &[Kind] =
    &[Kind::Static, Kind::WebIdentityToken, Kind::Role(Sourceless::Fault), Kind::Sso, Kind::Process];

/// `DefaultChainCredentialsProvider`.
pub(super) static KOTLIN: Chain = Chain {
    sdk: "kotlin",
    version: "1.8.12",
    source: "aws.sdk.kotlin:aws-config, DefaultChainCredentialsProvider",
    current: true,
    gates: &[],
    links: &[
        falls("system-properties", Provider::Keys(PROPERTIES)),
        falls("env", Provider::Keys(Keys { trimmed: true, ..KEYS })),
        falls(
            "web-identity",
            Provider::WebIdentity(WebIdentity {
                properties: true,
                empty_is_set: true,
                file_faults: &[Fault::BrokenFile, Fault::UnopenedFile],
                ..WEB_IDENTITY
            }),
        ),
        Link { on: &[(Fault::ProcessWithoutToken, Then::Next)], ..falls("profile", over(KINDS, BASE)) },
        Link {
            on: &[(Fault::Silent, Then::Hang), (Fault::Expired, Then::Use)],
            ..falls(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::FileEvenEmpty, Authorization::Variable],
                    hosts: Hosts::Resolved,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: &[
                (Fault::Expired, Then::Use),
                (Fault::Silent, Then::Hang),
                (Fault::SessionTokenLost, Then::Hang),
                (Fault::HopLimited, Then::Hang),
            ],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off_by_property: true,
                    v1_on: &[],
                    endpoint_property: Some("aws.ec2MetadataServiceEndpoint"),
                    empty_endpoint_counts: true,
                    settings: Settings::FromProfile,
                    file_faults: &[Fault::BrokenFile, Fault::UnopenedFile],
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        name_property: Some("aws.profile"),
        credentials_property: Some("aws.sharedCredentialsFile"),
        empty_name_counts: true,
        empty_path: EmptyPath::Missing,
        empty_values_count: true,
        two_sources: TwoSources::Fault,
        ..PROFILES
    },
    sts: Sts {
        region_from_metadata: true,
        role_region: RoleRegion::NotEmpty,
        empty_region: EmptyRegion::Counts,
        ..STS
    },
    proxies: Proxies {
        plain: HTTP_PROXY,
        calls: EVERY_CALL,
        sts: HTTPS_PROXY,
        exempt: NoProxy { all_names: true, ..NO_PROXY },
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &[
        "Keys in a profile win over a role beside them.",
        "It never asks the metadata service without a session token; where that is lost it waits for more than 75 seconds.",
        "It refuses what credential_process prints without a session token.",
    ],
};
