//! The AWS SDKs for Java.

use super::{
    CONTAINER, EXPIRED_IS_USED, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES,
    SHARED_PROFILE, STS, WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, EmptyPath, EmptyRegion, End, Endpoint, Headings, Hosts, Keys, Kind,
    LineBreak, Link, Metadata, Mode, NoProxy, Profile, Profiles, Provider, Proxies, RoleRegion, Sections,
    Settings, Slash, Sourceless, Sts, Switch, ToRelative, TwoSources, WebIdentity,
};
use crate::trace::fault::{Fault, Then};

/// System properties of the second SDK.
const PROPERTIES: Keys = Keys {
    properties: true,
    id: &["aws.accessKeyId"],
    secret: &["aws.secretAccessKey"],
    trimmed: true,
    ..KEYS
};

/// System properties of the first SDK.
const OLD_PROPERTIES: Keys = Keys { secret: &["aws.secretKey"], ..PROPERTIES };

/// Its `sso` module is one of its own, and was not there either when it was recorded.
const KINDS: &[Kind] =
    &[Kind::WebIdentity, Kind::UnusableSso, Kind::Role(Sourceless::Ignored), Kind::Process, Kind::Static];
const KINDS_WITHOUT_STS: &[Kind] = &[Kind::UnusableSso, Kind::UnusableRole, Kind::Process, Kind::Static];

const fn files(kinds: &'static [Kind], base: &'static [Kind], own_source: bool) -> Provider {
    Provider::Profile(Profile { kinds, base, own_source, ..SHARED_PROFILE })
}

const SYSTEM_PROPERTIES: Link = falls("system-properties", Provider::Keys(PROPERTIES));
const ENV: Link = falls("env", Provider::Keys(Keys { trimmed: true, ..KEYS }));
const IDENTITY: WebIdentity =
    WebIdentity { properties: true, empty_is_set: true, file_faults: &[Fault::BrokenFile], ..WEB_IDENTITY };
const PROFILE: Link = falls("profile", files(KINDS, KINDS, false));

/// An empty RELATIVE URI is asked for all the same. The token's variable wins over its file, empty or not.
const ENDPOINT: Link = Link {
    on: EXPIRED_IS_USED,
    ..falls(
        "container",
        Provider::Container(Container {
            empty_is_set: true,
            authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
            hosts: Hosts::Resolved,
            line_break: LineBreak::RefusedInFile,
            ..CONTAINER
        }),
    )
};

const METADATA_V2: Metadata = Metadata {
    off: Switch::NotFalseOrEmpty,
    off_by_property: true,
    v1_property: Some("aws.disableEc2MetadataV1"),
    endpoint_property: Some("aws.ec2MetadataServiceEndpoint"),
    slash: Slash::Harmful,
    empty_endpoint_counts: true,
    settings: Settings::FromProfile,
    file_faults: &[Fault::BrokenFile],
    ..METADATA
};
const INSTANCE: Link = Link { on: EXPIRED_IS_USED, ..falls("metadata", Provider::Metadata(METADATA_V2)) };

const FILES: Profiles = Profiles {
    name_property: Some("aws.profile"),
    credentials_property: Some("aws.sharedCredentialsFile"),
    empty_name_counts: true,
    empty_path: EmptyPath::Missing,
    folder_is_missing: true,
    two_sources: TwoSources::Fault,
    ..PROFILES
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
        ENDPOINT,
        INSTANCE,
    ],
    profiles: FILES,
    sts: Sts { region_optional: true, role_region: RoleRegion::NotNeeded, ..STS },
    proxies: Proxies {
        sts: HTTP_PROXY,
        exempt: NoProxy { names: &["no_proxy", "NO_PROXY"], suffix: false, dot_suffix: false, ..NO_PROXY },
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &[
        "The token variable of the container endpoint wins over the token's file, even when it is empty.",
        "A profile file that cannot be parsed takes the metadata provider down as well.",
        "HTTP_PROXY is taken for calls to STS, HTTPS_PROXY is not.",
    ],
};

/// `DefaultCredentialsProvider`, with the `sts` module and without the `sso` module.
pub(super) static JAVA_V2: Chain = V2;

/// The second SDK without its `sts` module: no web identity, no role profiles.
pub(super) static JAVA_V2_WITHOUT_STS: Chain = Chain {
    sdk: "java-v2:without-sts",
    current: false,
    links: &[
        SYSTEM_PROPERTIES,
        ENV,
        falls("web-identity", Provider::WebIdentity(WebIdentity { module: false, ..IDENTITY })),
        falls("profile", files(KINDS_WITHOUT_STS, &[], false)),
        ENDPOINT,
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
        Link {
            on: EXPIRED_IS_USED,
            ..falls(
                "container",
                Provider::Container(Container {
                    empty_is_set: true,
                    authorization: &[Authorization::VariableEvenEmpty],
                    hosts: Hosts::LoopbackResolved,
                    line_break: LineBreak::RefusedInFile,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: EXPIRED_IS_USED,
            ..falls(
                "metadata",
                Provider::Metadata(Metadata { v1_switch: false, v1_property: None, ..METADATA_V2 }),
            )
        },
    ],
    sts: Sts { endpoint: Endpoint::Ignored, ..V2.sts },
    proxies: NO_PROXIES,
    ..V2
};

/// The first SDK takes the first name that is there, and of the secret's names the older one first.
const OLD_KEYS: Keys = Keys {
    id: &["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
    secret: &["AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"],
    empty_hides: true,
    trimmed: true,
    ..KEYS
};
const OLD_KINDS: &[Kind] = &[Kind::RoleFromProfile, Kind::UnusableRole, Kind::Process, Kind::Static];
const OLD_KINDS_WITHOUT_STS: &[Kind] = &[Kind::UnusableRole, Kind::Process, Kind::Static];
const OLD_ENDPOINT: Link = stops(
    "container",
    Provider::Container(Container {
        empty_is_set: true,
        authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
        hosts: Hosts::ResolvedIpv4,
        to_relative: ToRelative::Nothing,
        ..CONTAINER
    }),
);
const OLD_INSTANCE: Link = Link {
    on: EXPIRED_IS_USED,
    ..falls(
        "metadata",
        Provider::Metadata(Metadata {
            endpoint_property: Some("com.amazonaws.sdk.ec2MetadataServiceEndpointOverride"),
            slash: Slash::Harmful,
            empty_endpoint_counts: true,
            mode: Mode::Ignored,
            settings: Settings::SwitchFromProfile,
            ..METADATA
        }),
    )
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
            ..falls("web-identity", Provider::WebIdentity(WebIdentity { empty_is_set: true, ..WEB_IDENTITY }))
        },
        falls("profile", files(OLD_KINDS, &[Kind::Static], true)),
        OLD_ENDPOINT,
        OLD_INSTANCE,
    ],
    profiles: Profiles {
        name_property: Some("aws.profile"),
        credentials: Some(&["AWS_CREDENTIAL_PROFILES_FILE"]),
        config: Some(&[]),
        config_headings: Headings::Loose,
        prefix_in_credentials: true,
        folder_is_missing: true,
        config_instead: true,
        one_comment_sign: true,
        sections: Sections::Last,
        ..PROFILES
    },
    sts: Sts {
        region_from_metadata: true,
        empty_region: EmptyRegion::Serves,
        role_region: RoleRegion::NotNeeded,
        endpoint: Endpoint::Ignored,
        ..STS
    },
    proxies: Proxies {
        sts: HTTPS_PROXY,
        exempt: NoProxy { suffix: false, dot_suffix: false, ..NO_PROXY },
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &[
        "It reads neither AWS_SHARED_CREDENTIALS_FILE nor AWS_CONFIG_FILE.",
        "The config file is read only where there is no credentials file.",
        "AWS_ROLE_ARN alone makes it call itself until its stack is full.",
    ],
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
        falls("profile", files(OLD_KINDS_WITHOUT_STS, &[], true)),
        OLD_ENDPOINT,
        OLD_INSTANCE,
    ],
    quirks: &["Without the STS module it knows neither web identity nor role profiles, and says nothing."],
    ..V1
};
