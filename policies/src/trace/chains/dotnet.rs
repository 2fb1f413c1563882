//! The AWS SDKs for .NET. Read from their source; nobody recorded them here.

use super::{CONTAINER, KEYS, METADATA, NO_PROXIES, PROFILES, STS, WEB_IDENTITY, falls, profile, stops};
use crate::trace::chain::{Chain, End, Keys, Kind, Link, Provider, Sourceless, Sts};
use crate::trace::fault::{Fault, Then};

const KINDS: &[Kind] =
    &[Kind::Role(Sourceless::Fault), Kind::WebIdentity, Kind::Sso, Kind::Process, Kind::Static];
const DOTNET_KEYS: Keys = Keys { secret: &["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"], ..KEYS };
const ENV: Link = falls("env", Provider::Keys(DOTNET_KEYS));
const IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next), (Fault::TokenWithoutRole, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const ENDPOINT: Link = stops("container", Provider::Container(CONTAINER));
const INSTANCE: Link = falls("metadata", Provider::Metadata(METADATA));

const V4: Chain = Chain {
    sdk: "dotnet-v4",
    version: "4.0",
    source: "aws/aws-sdk-net, DefaultAWSCredentialsIdentityResolver",
    current: true,
    gates: &[],
    links: &[
        ENV,
        IDENTITY,
        Link {
            on: &[(Fault::NoProfile, Then::Stop), (Fault::BadProcess, Then::Stop)],
            ..falls("profile", profile(KINDS))
        },
        ENDPOINT,
        INSTANCE,
    ],
    profiles: PROFILES,
    sts: Sts { region_optional: true, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["Not recorded: read from its source."],
};

/// The fourth SDK.
pub(super) static DOTNET_V4: Chain = V4;

/// The third SDK: web identity and profile before the key variables.
pub(super) static DOTNET_V3: Chain = Chain {
    sdk: "dotnet-v3",
    version: "3.7",
    source: "aws/aws-sdk-net, FallbackCredentialsFactory",
    current: false,
    links: &[IDENTITY, falls("profile", profile(KINDS)), ENV, ENDPOINT, INSTANCE],
    quirks: &["Not recorded: read from its source.", "Web identity and profiles win over the key variables."],
    ..V4
};
