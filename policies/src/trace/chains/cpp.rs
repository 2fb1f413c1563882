//! The AWS SDK for C++, and the common runtime (CRT) that other SDKs stand on.

use super::{
    CONTAINER, KEYS, METADATA, NO_PROFILES, NO_PROXIES, PROFILES, SHARED_PROFILE, STS, WEB_IDENTITY, falls,
    stops,
};
use crate::trace::chain::{
    Chain, Container, EmptyPath, End, Endpoint, Hosts, Kind, LineBreak, Link, Metadata, Mode, Profile,
    ProfileFiles, ProfileRegion, Profiles, Provider, RoleRegion, Sourceless, Sts, Switch, Tolerance,
};
use crate::trace::fault::{Fault, Then};

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { files, kinds, whole: false, ..SHARED_PROFILE })
}

/// A profile for web identity ends the process; a role is not used, and hides what stands beside it.
const fn own(kinds: &'static [Kind]) -> Link {
    Link {
        on: &[(Fault::ForWebIdentity, Then::Crash), (Fault::Expired, Then::Use)],
        ..falls("profile", from(ProfileFiles::Both, kinds))
    }
}

/// `DefaultAWSCredentialsProviderChain`, as pyarrow brings it.
pub(super) static CPP: Chain = Chain {
    sdk: "cpp",
    version: "1.11.900 (pyarrow 26.0.1)",
    source: "aws-cpp-sdk-core, DefaultAWSCredentialsProviderChain",
    current: true,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        own(&[Kind::UnusableWebIdentity, Kind::UnusableRole, Kind::Static]),
        falls("process", from(ProfileFiles::Both, &[Kind::UnusableRole, Kind::Process])),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("sso", from(ProfileFiles::Config, &[Kind::Sso])),
        Link {
            on: &[(Fault::Expired, Then::Use), (Fault::BadUri, Then::Use)],
            otherwise: Then::Unsigned,
            ..stops(
                "container",
                Provider::Container(Container {
                    hosts: Hosts::Resolved,
                    line_break: LineBreak::Sent,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls("metadata", Provider::Metadata(Metadata { v1_switch: false, ..METADATA }))
        },
    ],
    profiles: Profiles {
        empty_name_counts: true,
        empty_path: EmptyPath::Fault,
        tolerates: Tolerance::Files,
        folder_is_missing: true,
        ..PROFILES
    },
    sts: Sts { regions: &["AWS_REGION", "AWS_DEFAULT_REGION"], endpoint: Endpoint::Ignored, ..STS },
    proxies: NO_PROXIES,
    end: End::Unsigned,
    quirks: &[
        "Without credentials it sends unsigned requests.",
        "A profile for web identity ends the process.",
    ],
};

/// A role blocks what stands beside it; as another role's source it may be one for web identity.
const PROFILE: Provider = Provider::Profile(Profile {
    kinds: &[Kind::Role(Sourceless::Blocks), Kind::Static, Kind::Process],
    base: &[Kind::Static, Kind::Role(Sourceless::Fault), Kind::WebIdentity, Kind::Process],
    ..SHARED_PROFILE
});

const ENDPOINT: Link = Link {
    on: &[
        (Fault::Silent, Then::Hang),
        (Fault::NoAuthorization, Then::Hang),
        (Fault::Expired, Then::Use),
        (Fault::BadUri, Then::Use),
        (Fault::NoSlash, Then::Use),
    ],
    ..stops("container", Provider::Container(Container { hosts: Hosts::Resolved, ..CONTAINER }))
};

const RUNTIME_METADATA: Metadata =
    Metadata { off: Switch::NotFalseOrEmpty, v1_switch: false, mode: Mode::Lenient, ..METADATA };

const LINKS: &[Link] = &[
    falls("env", Provider::Keys(KEYS)),
    Link { on: &[(Fault::EmptyKeys, Then::Next)], ..falls("profile", PROFILE) },
    falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
    falls("web-identity-profile", from(ProfileFiles::Both, &[Kind::WebIdentity])),
    ENDPOINT,
    Link {
        on: &[(Fault::Expired, Then::Use), (Fault::Malformed, Then::Crash)],
        ..falls("metadata", Provider::Metadata(RUNTIME_METADATA))
    },
];

const RUNTIME: Chain = Chain {
    sdk: "crt",
    version: "awscrt 0.38.1",
    source: "aws-c-auth, credentials_provider_default_chain.c",
    current: false,
    gates: &[],
    links: LINKS,
    profiles: Profiles {
        empty_name_counts: true,
        empty_path: EmptyPath::Fault,
        tolerates: Tolerance::Files,
        folder_is_missing: true,
        empty_values_count: true,
        ..PROFILES
    },
    sts: Sts {
        regions: &["AWS_REGION", "AWS_DEFAULT_REGION"],
        role_region: RoleRegion::NotNeeded,
        endpoint: Endpoint::Ignored,
        ..STS
    },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["A missing authorization token file leaves the caller waiting."],
};

/// The common runtime's default chain.
pub(super) static CRT: Chain = RUNTIME;

/// The common runtime in s3torchconnector, which is older.
pub(super) static CRT_S3_TORCH_CONNECTOR: Chain = Chain {
    sdk: "crt:s3torchconnector",
    version: "s3torchconnector 1.5.0",
    links: &[
        falls("env", Provider::Keys(KEYS)),
        Link {
            on: &[(Fault::EmptyKeys, Then::Next)],
            ..falls(
                "profile",
                Provider::Profile(Profile {
                    kinds: &[Kind::Role(Sourceless::Blocks), Kind::Process, Kind::Static],
                    base: &[Kind::RoleWithoutKeys(Sourceless::Blocks), Kind::Process, Kind::Static],
                    ..SHARED_PROFILE
                }),
            )
        },
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("web-identity-profile", from(ProfileFiles::Config, &[Kind::WebIdentity])),
        ENDPOINT,
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata { endpoint: &[], mode: Mode::Ignored, ..RUNTIME_METADATA }),
            )
        },
    ],
    sts: Sts { region_from_profile: ProfileRegion::FromConfig, ..RUNTIME.sts },
    ..RUNTIME
};

/// The common runtime in tensorstore, which reads no shared files and goes on without credentials.
pub(super) static CRT_TENSORSTORE: Chain = Chain {
    sdk: "crt:tensorstore",
    version: "tensorstore 0.1.86",
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        Link {
            on: &[
                (Fault::Silent, Then::Hang),
                (Fault::NoAuthorization, Then::Hang),
                (Fault::Expired, Then::Use),
                (Fault::BadUri, Then::Use),
                (Fault::NoSlash, Then::Use),
            ],
            otherwise: Then::Unsigned,
            ..ENDPOINT
        },
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls("metadata", Provider::Metadata(RUNTIME_METADATA))
        },
    ],
    profiles: NO_PROFILES,
    end: End::Unsigned,
    quirks: &["It reads no shared files, and without credentials it sends unsigned requests."],
    ..RUNTIME
};
