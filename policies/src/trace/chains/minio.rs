//! MinIO's clients, and restic, which is built on the one for Go.

use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES, STS, WAITS,
    WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, End, Endpoint, Hosts, Keys, Kind, Link, Metadata, Mode, NoProxy,
    Profile, ProfileFiles, Profiles, Provider, Proxies, Sts, Switch,
};
use crate::trace::fault::{Fault, Then};

const AWS: Keys = Keys {
    id: &["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
    secret: &["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"],
    ..KEYS
};
const ROOT: Keys = Keys { id: &["MINIO_ROOT_USER"], secret: &["MINIO_ROOT_PASSWORD"], ..KEYS };
const ACCESS: Keys = Keys { id: &["MINIO_ACCESS_KEY"], secret: &["MINIO_SECRET_KEY"], ..KEYS };

const fn files() -> Provider {
    Provider::Profile(Profile {
        files: ProfileFiles::Credentials,
        kinds: &[Kind::Process, Kind::Static],
        base: &[],
        with_config: false,
        any_name: false,
        exclusive: false,
        whole: true,
    })
}

const IDENTITY: Link = Link {
    otherwise: Then::Unsigned,
    on: &[(Fault::RoleWithoutToken, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const ENDPOINT: Container = Container { hosts: Hosts::Resolved, ..CONTAINER };
const INSTANCE: Link = falls(
    "metadata",
    Provider::Metadata(Metadata { off: Switch::Ignored, endpoint: &[], mode: Mode::Ignored, ..METADATA }),
);

const CLIENT: Chain = Chain {
    sdk: "minio-go",
    version: "7.4.1",
    source: "minio-go/pkg/credentials, chain of EnvAWS, EnvMinio, FileAWSCredentials and IAM",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(AWS)),
        falls("env-minio-root", Provider::Keys(ROOT)),
        falls("env-minio", Provider::Keys(ACCESS)),
        falls("credentials-file", files()),
        IDENTITY,
        Link { on: WAITS, otherwise: Then::Unsigned, ..stops("container", Provider::Container(ENDPOINT)) },
        INSTANCE,
    ],
    profiles: Profiles { config: None, ..PROFILES },
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        container: HTTP_PROXY,
        loopback: &[],
        sts: HTTPS_PROXY,
        exempt: NoProxy { cidr: true, ..NO_PROXY },
    },
    end: End::Unsigned,
    quirks: &["Without credentials it sends unsigned requests.", "AWS_EC2_METADATA_DISABLED is not read."],
};

/// The client for Go.
pub(super) static GO: Chain = CLIENT;

/// restic, with an older client for Go.
pub(super) static RESTIC: Chain = Chain {
    sdk: "restic",
    version: "0.14.0",
    source: "restic/internal/backend/s3, open",
    links: &[
        falls("env", Provider::Keys(AWS)),
        falls("env-minio-root", Provider::Keys(ROOT)),
        falls("env-minio", Provider::Keys(ACCESS)),
        falls("credentials-file", files()),
        IDENTITY,
        Link {
            on: WAITS,
            otherwise: Then::Unsigned,
            ..stops(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::Variable],
                    hosts: Hosts::LoopbackResolved,
                    ..CONTAINER
                }),
            )
        },
        INSTANCE,
    ],
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
                    base: &[],
                    with_config: false,
                    any_name: false,
                    exclusive: false,
                    whole: true,
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
                (Fault::BrokenAuthorization, Then::Stop),
            ],
            ..stops(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::File],
                    hosts: Hosts::Resolved,
                    relative_takes_token: false,
                    ..CONTAINER
                }),
            )
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
