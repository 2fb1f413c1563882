//! MinIO's clients, and restic, which is built on the one for Go.

use super::{
    CONTAINER, EXPIRED_IS_USED, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES,
    SHARED_PROFILE, STS, WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Call, Chain, Container, End, Endpoint, Hosts, Keys, Kind, Link, Metadata, Mode, NoProxy,
    Profile, ProfileFiles, Profiles, Provider, Proxies, Sts, Switch, ToRelative,
};
use crate::trace::fault::{Fault, Then};
use crate::trace::offer::MetadataAnswer;

const AWS: Keys = Keys {
    id: &["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
    secret: &["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"],
    ..KEYS
};
const ROOT: Keys = Keys { id: &["MINIO_ROOT_USER"], secret: &["MINIO_ROOT_PASSWORD"], ..KEYS };
const ACCESS: Keys = Keys { id: &["MINIO_ACCESS_KEY"], secret: &["MINIO_SECRET_KEY"], ..KEYS };

/// Half a pair is a pair, with which nothing can be signed; but for half a root pair the other is taken. Source:
/// minio-go/pkg/credentials/env_minio.go.
const fn env(name: &'static str, keys: Keys) -> Link {
    Link {
        on: &[(Fault::IdAlone, Then::Unsigned), (Fault::SecretAlone, Then::Unsigned)],
        ..falls(name, Provider::Keys(keys))
    }
}

const FILE: Link = Link {
    on: &[(Fault::EmptyKeys, Then::Next)],
    ..falls(
        "credentials-file",
        Provider::Profile(Profile { kinds: &[Kind::Static, Kind::Sso], ..SHARED_PROFILE }),
    )
};
const IDENTITY: Link = Link {
    otherwise: Then::Unsigned,
    on: &[(Fault::RoleWithoutToken, Then::Next), (Fault::TokenWithoutRole, Then::Use)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const ENDPOINT: Container =
    Container { hosts: Hosts::AnyWithFile, to_relative: ToRelative::Variable, ..CONTAINER };
const ON_ENDPOINT: &[(Fault, Then)] = &[(Fault::Silent, Then::Hang), (Fault::Expired, Then::Use)];
const INSTANCE: Link = Link {
    on: &[(Fault::Expired, Then::Use), (Fault::Silent, Then::Hang)],
    ..falls(
        "metadata",
        Provider::Metadata(Metadata {
            off: Switch::Ignored,
            v1_on: &[MetadataAnswer::V1OpenHopLimited],
            v1_switch: false,
            endpoint: &[],
            mode: Mode::Ignored,
            ..METADATA
        }),
    )
};

const CLIENT: Chain = Chain {
    sdk: "minio-go",
    version: "7.4.1",
    source: "minio-go/pkg/credentials, chain of EnvAWS, EnvMinio, FileAWSCredentials and IAM",
    current: false,
    gates: &[],
    links: &[
        env("env", AWS),
        falls("env-minio-root", Provider::Keys(ROOT)),
        env("env-minio", ACCESS),
        FILE,
        IDENTITY,
        Link {
            on: ON_ENDPOINT,
            otherwise: Then::Unsigned,
            ..stops("container", Provider::Container(ENDPOINT))
        },
        INSTANCE,
    ],
    profiles: Profiles { raw_headings: true, empty_values_count: true, pairs_by_file: true, ..PROFILES },
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: Proxies {
        plain: HTTP_PROXY,
        calls: &[Call::Metadata, Call::Container],
        sts: HTTPS_PROXY,
        exempt: NoProxy { cidr: true, ..NO_PROXY },
        ..NO_PROXIES
    },
    end: End::Unsigned,
    quirks: &[
        "Without credentials it sends unsigned requests, also with half a key pair.",
        "AWS_EC2_METADATA_DISABLED is not read.",
    ],
};

/// The client for Go.
pub(super) static GO: Chain = CLIENT;

/// restic, with an older client for Go: it looks at the key variables itself first.
pub(super) static RESTIC: Chain = Chain {
    sdk: "restic",
    version: "0.14.0",
    source: "restic/internal/backend/s3, open",
    links: &[
        stops("env-restic", Provider::Keys(KEYS)),
        env("env", AWS),
        falls("env-minio-root", Provider::Keys(ROOT)),
        env("env-minio", ACCESS),
        Link {
            on: &[(Fault::HalfProfile, Then::Unsigned)],
            ..falls(
                "credentials-file",
                Provider::Profile(Profile {
                    files: ProfileFiles::Credentials,
                    kinds: &[Kind::UnusableProcess, Kind::Static],
                    ..SHARED_PROFILE
                }),
            )
        },
        IDENTITY,
        Link {
            on: &[(Fault::Dead, Then::Hang), (Fault::Silent, Then::Hang), (Fault::Expired, Then::Use)],
            otherwise: Then::Unsigned,
            ..stops(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::Variable],
                    hosts: Hosts::LoopbackResolved,
                    ..ENDPOINT
                }),
            )
        },
        Link {
            on: EXPIRED_IS_USED,
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::Ignored,
                    v1_on: &[],
                    v1_switch: false,
                    endpoint: &[],
                    mode: Mode::Ignored,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles { config: None, raw_headings: true, folder_is_missing: true, ..PROFILES },
    ..CLIENT
};

/// The client for Python.
pub(super) static PY: Chain = Chain {
    sdk: "minio-py",
    version: "7.2.20",
    source: "minio/credentials/providers.py, chain of EnvAWS, EnvMinio, AWSConfig and IamAws",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(AWS)),
        falls("env-minio", Provider::Keys(ACCESS)),
        Link {
            on: &[(Fault::BrokenFile, Then::Stop), (Fault::DuplicateProfile, Then::Stop)],
            ..falls(
                "credentials-file",
                Provider::Profile(Profile {
                    files: ProfileFiles::Credentials,
                    kinds: &[Kind::Static],
                    ..SHARED_PROFILE
                }),
            )
        },
        Link {
            on: &[(Fault::RoleWithoutToken, Then::Next), (Fault::TokenWithoutRole, Then::Use)],
            ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
        },
        Link {
            on: &[
                (Fault::Dead, Then::Hang),
                (Fault::Silent, Then::Hang),
                (Fault::Expired, Then::Use),
                (Fault::BadUri, Then::Use),
                (Fault::NoSlash, Then::Use),
            ],
            ..stops("container", Provider::Container(Container { ..ENDPOINT }))
        },
        Link {
            on: &[
                (Fault::Expired, Then::Use),
                (Fault::Dead, Then::Hang),
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
        },
    ],
    profiles: Profiles {
        config: None,
        raw_headings: true,
        case_matters: false,
        one_heading_each: true,
        folder_is_missing: true,
        ..PROFILES
    },
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &[
        "AWS_EC2_METADATA_DISABLED is not read.",
        "A web identity token is enough: it does without a role.",
    ],
};
