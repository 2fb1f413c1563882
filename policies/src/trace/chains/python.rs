//! boto3, aiobotocore and the AWS CLIs: all of them are botocore.

use super::super::chain::{
    Chain, End, Kind, Link, Profile, ProfileFiles, Profiles, Provider, Proxies, Sourceless, Sts,
};
use super::super::fault::{Fault, Then};
use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXY, PROFILES, STS, WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{Container, Hosts, Metadata, NoProxy};

/// What botocore takes from a profile that a role stands on.
const BASE: &[Kind] =
    &[Kind::Role(Sourceless::Fault), Kind::WebIdentity, Kind::Sso, Kind::Static, Kind::Process];

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { files, kinds, base: BASE, only_with: &[], whole: false })
}

/// botocore's providers, in the order of `create_credential_resolver`.
const LINKS: &[Link] = &[
    stops("env", Provider::Keys(KEYS)),
    stops("assume-role", from(ProfileFiles::Both, &[Kind::Role(Sourceless::Fault)])),
    Link {
        on: &[(Fault::RoleWithoutToken, Then::Next)],
        ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
    },
    stops("web-identity-profile", from(ProfileFiles::Both, &[Kind::WebIdentity])),
    stops("sso", from(ProfileFiles::Both, &[Kind::Sso])),
    stops("credentials-file", from(ProfileFiles::Credentials, &[Kind::Static])),
    stops("process", from(ProfileFiles::Both, &[Kind::Process])),
    stops("config-file", from(ProfileFiles::Config, &[Kind::Static])),
    stops("boto-config", Provider::BotoConfig),
    stops(
        "container",
        Provider::Container(Container { empty_is_set: true, hosts: Hosts::Listed, ..CONTAINER }),
    ),
    Link {
        on: &[(Fault::Expired, Then::Use)],
        ..falls("metadata", Provider::Metadata(Metadata { off: super::Switch::True, ..METADATA }))
    },
];

const BOTOCORE: Chain = Chain {
    sdk: "boto3",
    version: "1.43.117",
    source: "botocore/credentials.py, create_credential_resolver",
    current: true,
    gates: &[(Fault::NoProfile, Then::Stop), (Fault::BrokenFile, Then::Stop)],
    links: LINKS,
    profiles: Profiles { names: &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"], ..PROFILES },
    sts: Sts { regions: &["AWS_DEFAULT_REGION"], region_optional: true, ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        container: &[],
        loopback: &[],
        sts: HTTPS_PROXY,
        exempt: NoProxy { names: &["no_proxy", "NO_PROXY"], ..NO_PROXY },
    },
    end: End::Nothing,
    quirks: &[
        "A profile that a variable names and no file has stops it before the key variables are looked at.",
        "An empty container URI counts as set.",
    ],
};

/// boto3.
pub(super) static BOTO3: Chain = BOTOCORE;
