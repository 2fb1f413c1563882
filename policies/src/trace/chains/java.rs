//! The AWS SDKs for Java, and Kotlin's.

use super::super::chain::{
    Chain, End, Keys, Kind, Link, Profile, ProfileFiles, Provider, Proxies, Sourceless, Sts,
};
use super::super::fault::{Fault, Then};
use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, PROFILES, STS, Switch, WEB_IDENTITY,
    falls,
};
use crate::trace::chain::{Authorization, Container, Hosts, Metadata, WebIdentity};

/// System properties of the second SDK.
const PROPERTIES: Keys =
    Keys { properties: true, id: &["aws.accessKeyId"], secret: &["aws.secretAccessKey"], unless: &[] };

const KINDS: &[Kind] =
    &[Kind::Sso, Kind::Role(Sourceless::Fault), Kind::WebIdentity, Kind::Process, Kind::Static];

/// `DefaultCredentialsProvider`, with the `sts` module.
pub(super) static JAVA_V2: Chain = Chain {
    sdk: "java-v2",
    version: "2.57.8",
    source: "software.amazon.awssdk:auth, DefaultCredentialsProvider",
    current: true,
    gates: &[],
    links: &[
        falls("system-properties", Provider::Keys(PROPERTIES)),
        falls("env", Provider::Keys(KEYS)),
        falls("web-identity", Provider::WebIdentity(WebIdentity { properties: true, ..WEB_IDENTITY })),
        falls(
            "profile",
            Provider::Profile(Profile {
                files: ProfileFiles::Both,
                kinds: KINDS,
                base: KINDS,
                only_with: &[],
                whole: true,
            }),
        ),
        falls(
            "container",
            Provider::Container(Container {
                authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
                hosts: Hosts::Resolved,
                ..CONTAINER
            }),
        ),
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::NotFalseOrEmpty,
                    off_by_property: true,
                    reads_profiles: true,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: PROFILES,
    sts: Sts { region_from_metadata: true, ..STS },
    proxies: Proxies { sts: &[HTTPS_PROXY[0], HTTP_PROXY[0]], ..NO_PROXIES },
    end: End::Nothing,
    quirks: &[
        "The token variable of the container endpoint wins over the token's file, even when it is empty.",
        "A profile file that cannot be parsed takes the metadata provider down as well.",
    ],
};
