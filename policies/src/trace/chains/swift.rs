//! The AWS SDK for Swift. Read from its source; nobody recorded it here.

use super::{CONTAINER, KEYS, METADATA, NO_PROXIES, PROFILES, STS, WEB_IDENTITY, falls, profile};
use crate::trace::chain::{Chain, End, Kind, Provider, Sourceless, Sts};

/// `DefaultAWSCredentialIdentityResolverChain`.
pub(super) static SWIFT: Chain = Chain {
    sdk: "swift",
    version: "1.5",
    source: "awslabs/aws-sdk-swift, DefaultAWSCredentialIdentityResolverChain",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("profile", profile(&[Kind::Role(Sourceless::Fault), Kind::Sso, Kind::Process, Kind::Static])),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("web-identity-profile", profile(&[Kind::WebIdentity])),
        falls("container", Provider::Container(CONTAINER)),
        falls("metadata", Provider::Metadata(METADATA)),
    ],
    profiles: PROFILES,
    sts: Sts { region_optional: true, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["Not recorded: read from its source.", "Every error leads to the next provider."],
};
