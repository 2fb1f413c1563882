//! The AWS SDK for Ruby.

use super::{
    CONTAINER, EXPIRED_IS_USED, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES, SHARED_PROFILE, STS,
    WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Call, Chain, Container, EmptyPath, EmptyRegion, End, Endpoint, Headings, Hosts, Keys,
    Kind, LineBreak, Link, Metadata, NoProxy, Profile, ProfileFiles, Profiles, Provider, Proxies, RoleRegion,
    Settings, Slash, Sourceless, Spelling, Star, Sts, Tolerance, TwoSources, Uri, WebIdentity,
};
use crate::trace::fault::{Fault, Then};

/// The first name that is there counts, empty or not.
const RUBY_KEYS: Keys = Keys {
    id: &["AWS_ACCESS_KEY_ID", "AMAZON_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
    secret: &["AWS_SECRET_ACCESS_KEY", "AMAZON_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"],
    empty_hides: true,
    ..KEYS
};
/// `resolve_source_profile` in aws-sdk-core/shared_config.rb: of roles, those with a `source_profile` alone.
const BASE: &[Kind] = &[Kind::Static, Kind::RoleFromProfile, Kind::WebIdentity, Kind::Process, Kind::Sso];

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { files, kinds, base: BASE, whole: false, ..SHARED_PROFILE })
}

const ENV: Link = Link {
    on: &[(Fault::IdAlone, Then::Next), (Fault::SecretAlone, Then::Next)],
    ..stops("env", Provider::Keys(RUBY_KEYS))
};
const IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next), (Fault::TokenWithoutRole, Then::Next)],
    ..stops(
        "web-identity",
        Provider::WebIdentity(WebIdentity {
            empty_is_set: true,
            file_faults: &[Fault::NoSsoSession],
            ..WEB_IDENTITY
        }),
    )
};
const IDENTITY_PROFILE: Link =
    stops("web-identity-profile", from(ProfileFiles::Config, &[Kind::WebIdentity]));
const SSO: Link = stops("sso", from(ProfileFiles::Config, &[Kind::Sso]));
/// `assume_role_from_profile` in aws-sdk-core/shared_config.rb calls STS also where there is no role to assume.
const ASSUME_ROLE: Link =
    stops("assume-role", from(ProfileFiles::Both, &[Kind::Role(Sourceless::Blocks), Kind::SourceAlone]));
const SHARED: Link = Link {
    on: &[(Fault::HalfProfile, Then::Next)],
    ..stops("profile", from(ProfileFiles::Both, &[Kind::Static]))
};
const PROCESS: Link = stops("process", from(ProfileFiles::Both, &[Kind::Process]));
const ON_ENDPOINT: &[(Fault, Then)] = &[(Fault::Expired, Then::Use), (Fault::NoSlash, Then::Use)];

const V3: Chain = Chain {
    sdk: "ruby",
    version: "3.211.0",
    source: "aws-sdk-core/credential_provider_chain.rb",
    current: true,
    gates: &[(Fault::UnopenedFile, Then::Stop)],
    links: &[
        ENV,
        IDENTITY,
        IDENTITY_PROFILE,
        SSO,
        ASSUME_ROLE,
        SHARED,
        PROCESS,
        Link {
            on: ON_ENDPOINT,
            ..stops(
                "container",
                Provider::Container(Container {
                    empty_is_set: true,
                    authorization: &[Authorization::FileEvenEmpty, Authorization::Variable],
                    hosts: Hosts::Resolved,
                    line_break: LineBreak::RefusedInVariable,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: EXPIRED_IS_USED,
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    empty_endpoint_counts: true,
                    settings: Settings::FromProfile,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        empty_name_counts: true,
        empty_path: EmptyPath::Folder,
        config_headings: Headings::Loose,
        spelling: Spelling::One,
        prefix_in_credentials: true,
        raw_headings: true,
        tolerates: Tolerance::All,
        pairs_by_file: true,
        two_sources: TwoSources::Fault,
        ..PROFILES
    },
    sts: Sts {
        regions: &["AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION"],
        empty_region: EmptyRegion::Hides,
        role_region: RoleRegion::FromSource,
        legacy_breaks: true,
        ..STS
    },
    proxies: Proxies {
        plain: &["http_proxy", "HTTP_PROXY"],
        calls: &[Call::Metadata],
        empty_hides: true,
        exempt: NoProxy { names: &["no_proxy", "NO_PROXY"], cidr: true, star: Star::Nobody, ..NO_PROXY },
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &[
        "The metadata service is asked through HTTP_PROXY; the container endpoint is not.",
        "AWS_STS_REGIONAL_ENDPOINTS=legacy makes web identity fail.",
    ],
};

/// `CredentialProviderChain`.
pub(super) static RUBY: Chain = V3;

/// As Debian 12 ships it: FULL_URI is not read, and the chain alone finds no region for a profile's role.
pub(super) static RUBY_168: Chain = Chain {
    sdk: "ruby:3.168",
    version: "3.168.1",
    current: false,
    links: &[
        ENV,
        IDENTITY,
        IDENTITY_PROFILE,
        SSO,
        ASSUME_ROLE,
        SHARED,
        PROCESS,
        Link {
            on: ON_ENDPOINT,
            ..stops(
                "container",
                Provider::Container(Container {
                    order: &[Uri::Relative],
                    empty_is_set: true,
                    authorization: &[Authorization::Variable],
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: EXPIRED_IS_USED,
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    v1_switch: false,
                    slash: Slash::Useless,
                    empty_endpoint_counts: true,
                    settings: Settings::FromProfile,
                    ..METADATA
                }),
            )
        },
    ],
    sts: Sts { role_region: RoleRegion::FromClient, endpoint: Endpoint::Ignored, ..V3.sts },
    ..V3
};
