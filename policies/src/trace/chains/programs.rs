//! Programs with chains of their own: rclone, s3cmd, s3fs.

use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS, KEYS_AND_ALIASES, METADATA, NO_PROFILES, NO_PROXIES, NO_PROXY,
    PROFILES, STS, WAITS, WEB_IDENTITY, falls, profile, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, End, Endpoint, Hosts, Keys, Kind, Link, Metadata, Mode, NoProxy,
    Profiles, Provider, Proxies, Sourceless, Sts, Switch, Uri,
};
use crate::trace::fault::{Fault, Then};
use crate::trace::offer::MetadataAnswer;

/// rclone with `env_auth`, on the first SDK for Go.
pub(super) static RCLONE: Chain = Chain {
    sdk: "rclone",
    version: "1.60.1",
    source: "rclone/backend/s3, s3Connection",
    current: false,
    gates: &[(Fault::BrokenFile, Then::Stop), (Fault::UnopenedFile, Then::Stop)],
    links: &[
        falls("env", Provider::Keys(KEYS_AND_ALIASES)),
        falls(
            "profile",
            profile(&[
                Kind::RoleFromProfile,
                Kind::Static,
                Kind::Role(Sourceless::Remote),
                Kind::WebIdentity,
                Kind::Process,
            ]),
        ),
        stops("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        Link {
            on: WAITS,
            ..stops(
                "container",
                Provider::Container(Container {
                    order: &[Uri::Full, Uri::Relative],
                    authorization: &[Authorization::Variable],
                    hosts: Hosts::LoopbackResolved,
                    ..CONTAINER
                }),
            )
        },
        falls("metadata", Provider::Metadata(METADATA)),
    ],
    profiles: Profiles { names: &["AWS_PROFILE"], ..PROFILES },
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        container: HTTP_PROXY,
        loopback: &[],
        sts: HTTPS_PROXY,
        exempt: NoProxy { cidr: true, ..NO_PROXY },
    },
    end: End::Nothing,
    quirks: &["FULL_URI wins over RELATIVE_URI."],
};

/// s3cmd.
pub(super) static S3CMD: Chain = Chain {
    sdk: "s3cmd",
    version: "2.3.0",
    source: "s3cmd/S3/Config.py, Config.__init__",
    current: false,
    gates: &[],
    links: &[
        falls("profile", profile(&[Kind::Static])),
        falls("env", Provider::Keys(KEYS)),
        stops("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        stops("container", Provider::Container(Container { order: &[Uri::Relative], ..CONTAINER })),
        falls(
            "metadata",
            Provider::Metadata(Metadata {
                off: Switch::Ignored,
                endpoint: &[],
                mode: Mode::Ignored,
                ..METADATA
            }),
        ),
    ],
    profiles: PROFILES,
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["A profile wins over the key variables."],
};

/// s3fs's own variables beside the standard ones.
const S3FS_KEYS: Keys = Keys { id: &["AWSACCESSKEYID"], secret: &["AWSSECRETACCESSKEY"], ..KEYS };

/// s3fs without `iam_role`: keys or nothing.
pub(super) static S3FS: Chain = Chain {
    sdk: "s3fs",
    version: "1.90",
    source: "s3fs-fuse/src/s3fs_cred.cpp, S3fsCred::InitialS3fsCredentials",
    current: false,
    gates: &[],
    links: &[falls("env", Provider::Keys(S3FS_KEYS)), falls("credentials-file", profile(&[Kind::Static]))],
    profiles: Profiles { config: None, ..PROFILES },
    sts: STS,
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &[],
};

/// s3fs with `iam_role`: the metadata service alone.
pub(super) static S3FS_IAM_ROLE: Chain = Chain {
    sdk: "s3fs:iam-role",
    version: "1.90",
    source: "s3fs-fuse/src/s3fs_cred.cpp, S3fsCred::LoadIAMCredentials",
    current: false,
    gates: &[],
    links: &[Link {
        on: &[
            (Fault::Expired, Then::Use),
            (Fault::Dead, Then::Hang),
            (Fault::Silent, Then::Hang),
            (Fault::SessionTokenLost, Then::Hang),
        ],
        ..falls(
            "metadata",
            Provider::Metadata(Metadata {
                off: Switch::Ignored,
                v2: false,
                v1_on: &[MetadataAnswer::NoToken404, MetadataAnswer::NoToken403],
                v1_switch: false,
                endpoint: &[],
                mode: Mode::Ignored,
                ..METADATA
            }),
        )
    }],
    profiles: NO_PROFILES,
    sts: STS,
    proxies: Proxies { metadata: &["http_proxy", "ALL_PROXY", "all_proxy"], ..NO_PROXIES },
    end: End::Nothing,
    quirks: &[],
};
