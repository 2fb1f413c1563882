//! The AWS SDKs for Java.

use super::{
    CONTAINER, EXPIRED_IS_USED, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, PROFILES, STS,
    WEB_IDENTITY, falls, profile, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, End, Endpoint, Hosts, Keys, Kind, Link, Metadata, Profiles, Provider,
    Proxies, Sourceless, Sts, Switch, Uri, WebIdentity,
};
use crate::trace::fault::{Fault, Then};

/// System properties of the second SDK.
const PROPERTIES: Keys =
    Keys { properties: true, id: &["aws.accessKeyId"], secret: &["aws.secretAccessKey"], ..KEYS };

/// System properties of the first SDK.
const OLD_PROPERTIES: Keys = Keys { secret: &["aws.secretKey"], ..PROPERTIES };

const KINDS: &[Kind] =
    &[Kind::Sso, Kind::Role(Sourceless::Fault), Kind::WebIdentity, Kind::Process, Kind::Static];

const SYSTEM_PROPERTIES: Link = falls("system-properties", Provider::Keys(PROPERTIES));
const ENV: Link = falls("env", Provider::Keys(KEYS));
const IDENTITY: WebIdentity = WebIdentity { properties: true, ..WEB_IDENTITY };
const PROFILE: Link = falls("profile", profile(KINDS));
const ENDPOINT: Container = Container {
    authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
    hosts: Hosts::Resolved,
    ..CONTAINER
};
const INSTANCE: Link = Link {
    on: EXPIRED_IS_USED,
    ..falls(
        "metadata",
        Provider::Metadata(Metadata {
            off: Switch::NotFalseOrEmpty,
            off_by_property: true,
            reads_profiles: true,
            ..METADATA
        }),
    )
};

const V2: Chain = Chain {
    sdk: "java-v2",
    version: "2.57.8",
    source: "software.amazon.awssdk:auth, DefaultCredentialsProvider",
    current: true,
    gates: &[],
    links: &[
        SYSTEM_PROPERTIES,
        ENV,
        falls("web-identity", Provider::WebIdentity(IDENTITY)),
        PROFILE,
        falls("container", Provider::Container(ENDPOINT)),
        INSTANCE,
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

/// `DefaultCredentialsProvider`, with the `sts` module.
pub(super) static JAVA_V2: Chain = V2;

/// The second SDK without its `sts` module: no web identity, no role profiles.
pub(super) static JAVA_V2_WITHOUT_STS: Chain = Chain {
    sdk: "java-v2:without-sts",
    current: false,
    links: &[
        SYSTEM_PROPERTIES,
        ENV,
        falls("web-identity", Provider::WebIdentity(WebIdentity { module: false, ..IDENTITY })),
        falls("profile", profile(&[Kind::Process, Kind::Static])),
        falls("container", Provider::Container(ENDPOINT)),
        INSTANCE,
    ],
    ..V2
};

/// The second SDK before Pod Identity.
pub(super) static JAVA_V2_20: Chain = Chain {
    sdk: "java-v2:2.20.0",
    version: "2.20.0",
    current: false,
    links: &[
        SYSTEM_PROPERTIES,
        ENV,
        falls("web-identity", Provider::WebIdentity(IDENTITY)),
        PROFILE,
        falls(
            "container",
            Provider::Container(Container {
                authorization: &[Authorization::VariableEvenEmpty],
                hosts: Hosts::LoopbackResolved,
                ..CONTAINER
            }),
        ),
        INSTANCE,
    ],
    ..V2
};

const V1: Chain = Chain {
    sdk: "java-v1",
    version: "1.12.797",
    source: "com.amazonaws:aws-java-sdk-core, DefaultAWSCredentialsProviderChain",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(OLD_KEYS)),
        falls("system-properties", Provider::Keys(OLD_PROPERTIES)),
        Link {
            on: &[(Fault::RoleWithoutToken, Then::Crash)],
            ..falls("web-identity", Provider::WebIdentity(WEB_IDENTITY))
        },
        falls("profile", profile(OLD_KINDS)),
        OLD_ENDPOINT,
        OLD_INSTANCE,
    ],
    profiles: Profiles {
        credentials: Some(&["AWS_CREDENTIAL_PROFILES_FILE"]),
        config: Some(&[]),
        ..PROFILES
    },
    sts: Sts { region_from_metadata: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: Proxies { sts: HTTPS_PROXY, ..NO_PROXIES },
    end: End::Nothing,
    quirks: &[
        "It reads neither AWS_SHARED_CREDENTIALS_FILE nor AWS_CONFIG_FILE.",
        "AWS_ROLE_ARN alone makes it call itself until its stack is full.",
    ],
};

/// The first SDK reads the aliases first where the secret is concerned.
const OLD_KEYS: Keys = Keys {
    id: &["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
    secret: &["AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"],
    ..KEYS
};
const OLD_KINDS: &[Kind] = &[Kind::RoleFromProfile, Kind::Process, Kind::Static];
const OLD_ENDPOINT: Link = stops(
    "container",
    Provider::Container(Container {
        order: &[Uri::Relative, Uri::Full],
        empty_is_set: true,
        authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
        hosts: Hosts::Resolved,
        full_needs_token: false,
        relative_takes_token: true,
    }),
);
const OLD_INSTANCE: Link = Link {
    on: EXPIRED_IS_USED,
    ..falls("metadata", Provider::Metadata(Metadata { off: Switch::True, ..METADATA }))
};

/// `DefaultAWSCredentialsProviderChain`, with the `sts` module. Out of support since the end of 2025.
pub(super) static JAVA_V1: Chain = V1;

/// The first SDK without its `sts` module.
pub(super) static JAVA_V1_WITHOUT_STS: Chain = Chain {
    sdk: "java-v1:without-sts",
    links: &[
        falls("env", Provider::Keys(OLD_KEYS)),
        falls("system-properties", Provider::Keys(OLD_PROPERTIES)),
        falls("web-identity", Provider::WebIdentity(WebIdentity { module: false, ..WEB_IDENTITY })),
        falls("profile", profile(&[Kind::Process, Kind::Static])),
        OLD_ENDPOINT,
        OLD_INSTANCE,
    ],
    ..V1
};
