//! The AWS SDKs for Go, and Terraform's library on the second.

use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS_AND_ALIASES, METADATA, NO_PROXY, PROFILES, STS, WAITS,
    WEB_IDENTITY, falls, profile, stops,
};
use crate::trace::chain::{
    Chain, Container, End, Hosts, Kind, Link, NoProxy, Profiles, Provider, Proxies, Sourceless, Sts, Uri,
};
use crate::trace::fault::{Fault, Then};

const KINDS: &[Kind] = &[
    Kind::RoleFromProfile,
    Kind::Static,
    Kind::Role(Sourceless::Remote),
    Kind::WebIdentity,
    Kind::Sso,
    Kind::Process,
];

/// What ends `LoadDefaultConfig` before a provider is chosen.
const LOADING: &[(Fault, Then)] =
    &[(Fault::NoProfile, Then::Stop), (Fault::BrokenFile, Then::Stop), (Fault::UnopenedFile, Then::Stop)];

const ENV: Link =
    Link { on: &[(Fault::HalfKeys, Then::Next)], ..stops("env", Provider::Keys(KEYS_AND_ALIASES)) };
const IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const PROFILE: Link = Link {
    on: &[(Fault::EmptyProfile, Then::Next), (Fault::NoProfile, Then::Next)],
    ..stops("profile", profile(KINDS))
};
const INSTANCE: Link = Link {
    on: &[(Fault::Expired, Then::Use), (Fault::Silent, Then::Hang)],
    ..falls("metadata", Provider::Metadata(METADATA))
};

const V2: Chain = Chain {
    sdk: "go-v2",
    version: "config 1.33.15",
    source: "aws-sdk-go-v2/config, resolveCredentials",
    current: true,
    gates: LOADING,
    links: &[
        ENV,
        IDENTITY,
        PROFILE,
        Link {
            on: WAITS,
            ..stops("container", Provider::Container(Container { hosts: Hosts::Resolved, ..CONTAINER }))
        },
        INSTANCE,
    ],
    profiles: Profiles { names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], ..PROFILES },
    sts: Sts { regions: &["AWS_REGION", "AWS_DEFAULT_REGION"], ..STS },
    proxies: PROXIES,
    end: End::Nothing,
    quirks: &["A profile that AWS_PROFILE names and no file has stops it, whatever else there is."],
};

/// Go's own rules: nothing on loopback goes through a proxy, and NO_PROXY may hold blocks.
const PROXIES: Proxies = Proxies {
    metadata: HTTP_PROXY,
    container: HTTP_PROXY,
    loopback: &[],
    sts: HTTPS_PROXY,
    exempt: NoProxy { cidr: true, ..NO_PROXY },
};

/// `config.LoadDefaultConfig`.
pub(super) static GO_V2: Chain = V2;

/// Older by three years: FULL wins over RELATIVE, and a missing profile is passed over.
pub(super) static GO_V2_1_18: Chain = Chain {
    sdk: "go-v2:1.18.0",
    version: "config 1.18.0",
    current: false,
    gates: &[(Fault::BrokenFile, Then::Stop), (Fault::UnopenedFile, Then::Stop)],
    links: &[
        ENV,
        IDENTITY,
        PROFILE,
        Link {
            on: WAITS,
            ..stops(
                "container",
                Provider::Container(Container {
                    order: &[Uri::Full, Uri::Relative],
                    authorization: &[crate::trace::chain::Authorization::Variable],
                    hosts: Hosts::LoopbackResolved,
                    ..CONTAINER
                }),
            )
        },
        INSTANCE,
    ],
    ..V2
};

/// Terraform's `aws-sdk-go-base`.
pub(super) static TERRAFORM_AWS: Chain = Chain {
    sdk: "terraform-aws",
    version: "2.0.0-beta.74",
    source: "hashicorp/aws-sdk-go-base/v2, GetAwsConfig",
    current: false,
    ..V2
};

const V1: Chain = Chain {
    sdk: "go-v1",
    version: "1.55.8",
    source: "aws-sdk-go/aws/session, resolveCredentials",
    current: false,
    gates: &[(Fault::BrokenFile, Then::Stop), (Fault::UnopenedFile, Then::Stop)],
    links: &[
        ENV,
        IDENTITY,
        PROFILE,
        Link {
            on: WAITS,
            ..stops(
                "container",
                Provider::Container(Container {
                    order: &[Uri::Full, Uri::Relative],
                    hosts: Hosts::Resolved,
                    ..CONTAINER
                }),
            )
        },
        INSTANCE,
    ],
    profiles: Profiles { names: &["AWS_PROFILE"], config_with: Some("AWS_SDK_LOAD_CONFIG"), ..PROFILES },
    sts: Sts { region_optional: true, endpoint: false, ..STS },
    proxies: PROXIES,
    end: End::Nothing,
    quirks: &["FULL_URI wins over RELATIVE_URI."],
};

/// `session.NewSession`. Out of support since July 2025.
pub(super) static GO_V1: Chain = V1;

/// The first SDK with `SharedConfigEnable`.
pub(super) static GO_V1_SHARED_CONFIG: Chain = Chain {
    sdk: "go-v1:shared-config",
    profiles: Profiles { names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], ..PROFILES },
    ..V1
};
