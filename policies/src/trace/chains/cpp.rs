//! The AWS SDK for C++, and the common runtime (CRT) that other SDKs stand on.

use super::{
    CONTAINER, KEYS, METADATA, NO_PROFILES, NO_PROXIES, PROFILES, STS, WEB_IDENTITY, falls, profile, stops,
};
use crate::trace::chain::{
    Chain, Container, End, Hosts, Kind, Link, Metadata, Profile, ProfileFiles, Profiles, Provider,
    Sourceless, Sts, Switch,
};
use crate::trace::fault::{Fault, Then};

const fn from(kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { files: ProfileFiles::Both, kinds, base: &[], only_with: &[], whole: false })
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
        falls("profile", from(&[Kind::Static])),
        falls("process", from(&[Kind::Process])),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("sso", from(&[Kind::Sso])),
        Link {
            otherwise: Then::Unsigned,
            ..stops("container", Provider::Container(Container { hosts: Hosts::Resolved, ..CONTAINER }))
        },
        falls("metadata", Provider::Metadata(METADATA)),
    ],
    profiles: PROFILES,
    sts: Sts { endpoint: false, ..STS },
    proxies: NO_PROXIES,
    end: End::Unsigned,
    quirks: &["Without credentials it sends unsigned requests."],
};

const CHAIN: &[Link] = &[
    falls("env", Provider::Keys(KEYS)),
    falls("profile", profile(&[Kind::Role(Sourceless::Fault), Kind::Process, Kind::Static])),
    falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
    Link {
        on: &[(Fault::Dead, Then::Hang), (Fault::Silent, Then::Hang), (Fault::NoAuthorization, Then::Hang)],
        ..stops("container", Provider::Container(Container { hosts: Hosts::Resolved, ..CONTAINER }))
    },
    falls(
        "metadata",
        Provider::Metadata(Metadata {
            off: Switch::NotFalseOrEmpty,
            endpoint: false,
            mode: false,
            ..METADATA
        }),
    ),
];

const RUNTIME: Chain = Chain {
    sdk: "crt",
    version: "awscrt 0.38.1",
    source: "aws-c-auth, credentials_provider_default_chain.c",
    current: false,
    gates: &[],
    links: CHAIN,
    profiles: PROFILES,
    sts: Sts { endpoint: false, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["A missing authorization token file leaves the caller waiting."],
};

/// The common runtime's default chain.
pub(super) static CRT: Chain = RUNTIME;

/// The common runtime in s3torchconnector.
pub(super) static CRT_S3_TORCH_CONNECTOR: Chain =
    Chain { sdk: "crt:s3torchconnector", version: "s3torchconnector 1.5.0", ..RUNTIME };

/// The common runtime in tensorstore, which reads no shared files.
pub(super) static CRT_TENSORSTORE: Chain = Chain {
    sdk: "crt:tensorstore",
    version: "tensorstore 0.1.86",
    profiles: Profiles { ..NO_PROFILES },
    ..RUNTIME
};
