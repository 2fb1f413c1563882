//! The AWS SDK for Rust, and what Rust's data programs bring with them.

use super::{
    CONTAINER, EVERY_CALL, EXPIRED_IS_USED, KEYS, METADATA, NO_PROFILES, NO_PROXIES, NO_PROXY, PROFILES,
    SHARED_PROFILE, STS, WEB_IDENTITY, falls, over, profile, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, EmptyPath, EmptyRegion, End, Endpoint, Headings, Hosts, Keys, Kind,
    LineBreak, Link, Metadata, Mode, NoProxy, Profile, ProfileFiles, Profiles, Provider, Proxies, Sections,
    Settings, Slash, Sourceless, Star, Sts, Switch, ToRelative, Tolerance, TwoSources, Uri, WebIdentity,
};
use crate::trace::fault::{Fault, Then};

/// The secret has an alias without a prefix.
const RUST_KEYS: Keys =
    Keys { trimmed: true, secret: &["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"], ..KEYS };
/// `resolve_chain` and `base_provider` in profile/credentials/repr.rs.
const KINDS: &[Kind] =
    &[Kind::WebIdentityToken, Kind::Role(Sourceless::Fault), Kind::Sso, Kind::Process, Kind::Static];
/// Keys end a chain of roles, whatever stands beside them.
const BASE: &[Kind] =
    &[Kind::Static, Kind::WebIdentityToken, Kind::Role(Sourceless::Fault), Kind::Sso, Kind::Process];
/// hyper-util, and reqwest on it: blocks and suffixes, and a star for names. Source: hyper-util 0.1.21, `proxy::matcher`.
const EXEMPT: NoProxy = NoProxy { cidr: true, star: Star::Names, ..NO_PROXY };

/// `aws_config::default_provider::credentials`.
pub(super) static RUST: Chain = Chain {
    sdk: "rust",
    version: "1.13.0",
    source: "aws-config, default_provider::credentials::DefaultCredentialsChain",
    current: true,
    gates: &[],
    links: &[
        Link {
            on: &[(Fault::IdAlone, Then::Next), (Fault::SecretAlone, Then::Next)],
            ..stops("env", Provider::Keys(RUST_KEYS))
        },
        Link {
            on: &[
                (Fault::EmptyProfile, Then::Next),
                (Fault::NoProfile, Then::Next),
                (Fault::NoSourceProfile, Then::Next),
            ],
            ..stops("profile", over(KINDS, BASE))
        },
        Link {
            on: &[(Fault::RoleWithoutToken, Then::Next), (Fault::TokenWithoutRole, Then::Next)],
            ..stops("web-identity", Provider::WebIdentity(WebIdentity { empty_is_set: true, ..WEB_IDENTITY }))
        },
        Link {
            on: EXPIRED_IS_USED,
            ..stops(
                "container",
                Provider::Container(Container {
                    empty_is_set: true,
                    authorization: &[Authorization::FileEvenEmpty, Authorization::Variable],
                    hosts: Hosts::Resolved,
                    token_file_first: true,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    v1_on: &[],
                    empty_endpoint_counts: true,
                    settings: Settings::FromProfile,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        empty_name_counts: true,
        empty_path: EmptyPath::Missing,
        case_matters: false,
        folder_is_missing: true,
        two_sources: TwoSources::Fault,
        empty_values_count: true,
        ..PROFILES
    },
    sts: Sts {
        regions: &["AWS_REGION", "AWS_DEFAULT_REGION"],
        region_from_metadata: true,
        empty_region: EmptyRegion::Counts,
        ..STS
    },
    proxies: WITH_ALL_PROXY,
    end: End::Nothing,
    quirks: &[
        "An empty container URI or token file variable counts as set.",
        "SECRET_ACCESS_KEY stands in for the secret.",
        "A missing authorization token file stops it even without a container URI.",
    ],
};

/// Empty values count; a secret without a prefix does not.
const STORE_KEYS: Keys = Keys { empty_is_set: true, ..KEYS };

const STORE_IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next), (Fault::TokenWithoutRole, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WebIdentity { empty_is_set: true, ..WEB_IDENTITY }))
};
const STORE_ENDPOINT: Link = Link {
    on: &[
        (Fault::Dead, Then::Hang),
        (Fault::Silent, Then::Hang),
        (Fault::Expired, Then::Use),
        (Fault::BadUri, Then::Crash),
        (Fault::BrokenAuthorization, Then::Crash),
    ],
    ..stops(
        "container",
        Provider::Container(Container {
            empty_is_set: true,
            authorization: &[Authorization::FileEvenEmpty],
            hosts: Hosts::Any,
            full_needs_token: true,
            to_relative: ToRelative::Nothing,
            ..CONTAINER
        }),
    )
};
const STORE_INSTANCE: Link = Link {
    on: &[
        (Fault::Expired, Then::Use),
        (Fault::Silent, Then::Hang),
        (Fault::SessionTokenLost, Then::Hang),
        (Fault::HopLimited, Then::Hang),
    ],
    ..falls(
        "metadata",
        Provider::Metadata(Metadata {
            off: Switch::Ignored,
            v1_on: &[],
            endpoint: &[],
            mode: Mode::Ignored,
            ..METADATA
        }),
    )
};

const STORE: Chain = Chain {
    sdk: "object-store",
    version: "obstore 0.12.1",
    source: "object_store::aws, AmazonS3Builder::from_env and build",
    current: false,
    gates: &[],
    links: &[stops("env", Provider::Keys(STORE_KEYS)), STORE_IDENTITY, STORE_ENDPOINT, STORE_INSTANCE],
    profiles: NO_PROFILES,
    sts: Sts {
        regions: &["AWS_REGION", "AWS_DEFAULT_REGION"],
        region_optional: true,
        empty_region: EmptyRegion::Counts,
        endpoint: Endpoint::HttpsOnly,
        ..STS
    },
    proxies: WITH_ALL_PROXY,
    end: End::Nothing,
    quirks: &[
        "AWS_EC2_METADATA_DISABLED is not read.",
        "A FULL_URI without a token file is passed over, and the node's role is next.",
    ],
};

const HTTP_OR_ALL: &[&str] = &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const HTTPS_OR_ALL: &[&str] = &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const WITH_ALL_PROXY: Proxies = Proxies {
    plain: HTTP_OR_ALL,
    calls: EVERY_CALL,
    sts: HTTPS_OR_ALL,
    empty_hides: true,
    exempt: EXEMPT,
    beneath: None,
};

/// `object_store`, as obstore brings it.
pub(super) static OBJECT_STORE: Chain = STORE;

/// `object_store`, as delta-rs brings it: it reads the variables in any case, and without their prefix.
pub(super) static OBJECT_STORE_DELTALAKE: Chain = Chain {
    sdk: "object-store:deltalake",
    version: "deltalake 1.6.6",
    links: &[
        stops(
            "env",
            Provider::Keys(Keys {
                id: &["AWS_ACCESS_KEY_ID", "aws_access_key_id", "ACCESS_KEY_ID", "access_key_id"],
                secret: &[
                    "AWS_SECRET_ACCESS_KEY",
                    "aws_secret_access_key",
                    "SECRET_ACCESS_KEY",
                    "secret_access_key",
                ],
                by_place: true,
                ..STORE_KEYS
            }),
        ),
        STORE_IDENTITY,
        STORE_ENDPOINT,
        STORE_INSTANCE,
    ],
    quirks: &[
        "AWS_EC2_METADATA_DISABLED is not read.",
        "A FULL_URI without a token file is passed over, and the node's role is next.",
        "Of AWS_ACCESS_KEY_ID and ACCESS_KEY_ID the one that comes first in the process's environment counts, empty or not: \
         `with_env_s3` in delta-rs's crates/aws/src/storage.rs takes variables as they come.",
    ],
    ..STORE
};

/// `object_store`, as polars brings it: the first key pair in the credentials file goes before roles.
pub(super) static OBJECT_STORE_POLARS: Chain = Chain {
    sdk: "object-store:polars",
    version: "polars 2.1.0",
    links: &[
        stops("env", Provider::Keys(Keys { completed_by_file: true, ..STORE_KEYS })),
        Link {
            on: &[
                (Fault::BrokenFile, Then::Next),
                (Fault::NoProfile, Then::Next),
                (Fault::UnopenedFile, Then::Next),
            ],
            ..stops(
                "credentials-file",
                Provider::Profile(Profile {
                    files: ProfileFiles::Credentials,
                    kinds: &[Kind::Static],
                    any_name: true,
                    whole: false,
                    ..SHARED_PROFILE
                }),
            )
        },
        STORE_IDENTITY,
        STORE_ENDPOINT,
        STORE_INSTANCE,
    ],
    profiles: Profiles {
        names: &[],
        credentials: Some(&[]),
        config: None,
        sections: Sections::First,
        empty_values_count: true,
        tolerates: Tolerance::All,
        ..PROFILES
    },
    quirks: &[
        "The first key pair in ~/.aws/credentials is taken, whatever its profile, and before web identity.",
    ],
    ..STORE
};

/// reqsign, as opendal brings it.
pub(super) static REQSIGN: Chain = Chain {
    sdk: "reqsign",
    version: "opendal 0.47.12",
    source: "reqsign, aws DefaultLoader",
    current: false,
    gates: &[],
    links: &[
        Link { on: &[(Fault::EmptyKeys, Then::Stop)], ..falls("env", Provider::Keys(STORE_KEYS)) },
        Link { on: &[(Fault::EmptyKeys, Then::Stop)], ..falls("profile", profile(&[Kind::Static])) },
        Link {
            on: &[(Fault::SsoSession, Then::Next)],
            ..falls("sso", from(ProfileFiles::Config, &[Kind::Sso]))
        },
        falls("web-identity", Provider::WebIdentity(WebIdentity { empty_is_set: true, ..WEB_IDENTITY })),
        Link {
            on: &[(Fault::Silent, Then::Hang), (Fault::Expired, Then::Stop)],
            ..falls(
                "container",
                Provider::Container(Container {
                    order: &[Uri::Full, Uri::Relative],
                    empty_is_set: true,
                    authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
                    hosts: Hosts::Any,
                    line_break: LineBreak::RefusedInVariable,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: &[
                (Fault::SessionTokenLost, Then::Hang),
                (Fault::HopLimited, Then::Hang),
                (Fault::Silent, Then::Hang),
            ],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::ExactlyTrue,
                    v1_on: &[],
                    slash: Slash::Harmful,
                    empty_endpoint_counts: true,
                    mode: Mode::Ignored,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        empty_name_counts: true,
        empty_path: EmptyPath::Missing,
        config_headings: Headings::BareDefault,
        sections: Sections::First,
        folder_is_missing: true,
        config_tolerates: Some(Tolerance::WholeFiles),
        empty_values_count: true,
        pairs_by_file: true,
        ..PROFILES
    },
    sts: Sts { region_optional: true, empty_region: EmptyRegion::Counts, endpoint: Endpoint::Ignored, ..STS },
    proxies: WITH_ALL_PROXY,
    end: End::Nothing,
    quirks: &["FULL_URI wins over RELATIVE_URI, and may lead to any host."],
};

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { files, kinds, whole: false, ..SHARED_PROFILE })
}

/// rusoto, unmaintained. Credentials that have expired are fetched again without end.
pub(super) static RUSOTO: Chain = Chain {
    sdk: "rusoto",
    version: "0.48.0",
    source: "rusoto_credential, ChainProvider",
    current: false,
    gates: &[],
    links: &[
        Link { on: &[(Fault::KeysExpired, Then::Hang)], ..falls("env", Provider::Keys(KEYS)) },
        Link {
            on: &[(Fault::ProcessExpired, Then::Hang)],
            ..falls("process", from(ProfileFiles::Config, &[Kind::Process]))
        },
        Link {
            on: &[(Fault::BrokenFile, Then::Crash)],
            ..falls(
                "credentials-file",
                from(ProfileFiles::Both, &[Kind::FailedProcess, Kind::StaticInCredentials]),
            )
        },
        Link {
            on: FETCHED_AGAIN,
            ..falls(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::Variable],
                    hosts: Hosts::Any,
                    to_relative: ToRelative::Nothing,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: FETCHED_AGAIN,
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::Ignored,
                    v2: false,
                    v1_switch: false,
                    endpoint: &[],
                    mode: Mode::Ignored,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        prefix_in_credentials: true,
        raw_headings: true,
        empty_values_count: true,
        case_matters: false,
        tolerates: Tolerance::AllButKeys,
        config_tolerates: Some(Tolerance::All),
        folder_is_missing: true,
        ..PROFILES
    },
    sts: STS,
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &[
        "It knows no web identity and no metadata session.",
        "A line of the credentials file that names a part of a key pair and has no `=` ends the process: \
         `parse_credentials_file` in profile.rs looks behind a `=` that is not there. Every other line is passed over.",
    ],
};

const FETCHED_AGAIN: &[(Fault, Then)] = &[(Fault::Expired, Then::Hang)];
