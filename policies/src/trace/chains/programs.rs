//! Programs with chains of their own: s3cmd, s3fs.

use super::{CURL_EXEMPTS, KEYS, METADATA, NO_PROFILES, NO_PROXIES, STS, WEB_IDENTITY, falls, stops};
use crate::trace::chain::{
    Call, Chain, End, Endpoint, KeyFile, Keys, Link, Metadata, Mode, Provider, Proxies, Sts, Switch,
};
use crate::trace::fault::{Fault, Then};
use crate::trace::offer::MetadataAnswer;

/// s3cmd.
pub(super) static S3CMD: Chain = Chain {
    sdk: "s3cmd",
    version: "2.3.0",
    source: "s3cmd/S3/Config.py, Config.__init__ and role_config",
    current: false,
    gates: &[],
    links: &[
        Link {
            on: &[(Fault::IdAlone, Then::Stop)],
            ..falls(
                "env",
                Provider::Keys(Keys {
                    id: &["AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID"],
                    secret: &["AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"],
                    ..KEYS
                }),
            )
        },
        Link {
            on: &[(Fault::TokenWithoutRole, Then::Next)],
            ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
        },
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::Ignored,
                    v1_switch: false,
                    endpoint: &[],
                    mode: Mode::Ignored,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: NO_PROFILES,
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &[
        "It reads neither the shared files nor the container endpoint.",
        "Of the variables' names the older win.",
    ],
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
    links: &[
        Link {
            on: &[(Fault::EmptySession, Then::Stop), (Fault::EmptyKeys, Then::Stop)],
            ..falls("env", Provider::Keys(Keys { empty_is_set: true, ..KEYS }))
        },
        falls("env-s3fs", Provider::Keys(S3FS_KEYS)),
        falls("credential-file", Provider::KeyFile(KeyFile::Plain)),
    ],
    profiles: NO_PROFILES,
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
    proxies: Proxies {
        plain: &["http_proxy", "ALL_PROXY", "all_proxy"],
        calls: &[Call::Metadata],
        exempt: CURL_EXEMPTS,
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &[],
};
