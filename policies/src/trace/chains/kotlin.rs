//! The AWS SDK for Kotlin.

use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXY, PROFILES, STS, WAITS, WEB_IDENTITY, falls,
    profile,
};
use crate::trace::chain::{
    Chain, Container, End, Hosts, Keys, Kind, Link, Metadata, Provider, Proxies, Sourceless, Sts, Switch,
    WebIdentity,
};
use crate::trace::fault::{Fault, Then};

const PROPERTIES: Keys =
    Keys { properties: true, id: &["aws.accessKeyId"], secret: &["aws.secretAccessKey"], ..KEYS };
const KINDS: &[Kind] =
    &[Kind::Role(Sourceless::Fault), Kind::WebIdentity, Kind::Sso, Kind::Process, Kind::Static];

/// `DefaultChainCredentialsProvider`.
pub(super) static KOTLIN: Chain = Chain {
    sdk: "kotlin",
    version: "1.8.12",
    source: "aws.sdk.kotlin:aws-config, DefaultChainCredentialsProvider",
    current: true,
    gates: &[],
    links: &[
        falls("system-properties", Provider::Keys(PROPERTIES)),
        falls("env", Provider::Keys(KEYS)),
        falls("web-identity", Provider::WebIdentity(WebIdentity { properties: true, ..WEB_IDENTITY })),
        falls("profile", profile(KINDS)),
        Link {
            on: WAITS,
            ..falls("container", Provider::Container(Container { hosts: Hosts::Resolved, ..CONTAINER }))
        },
        Link {
            on: &[
                (Fault::Expired, Then::Use),
                (Fault::SessionTokenLost, Then::Hang),
                (Fault::HopLimited, Then::Hang),
            ],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::True,
                    off_by_property: true,
                    v1_on: &[],
                    reads_profiles: true,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: PROFILES,
    sts: Sts { region_from_metadata: true, ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        container: HTTP_PROXY,
        loopback: HTTP_PROXY,
        sts: HTTPS_PROXY,
        exempt: NO_PROXY,
    },
    end: End::Nothing,
    quirks: &[
        "It never asks the metadata service without a session token; where that is lost it waits for more than 75 seconds.",
        "It refuses what credential_process prints without a session token.",
    ],
};
