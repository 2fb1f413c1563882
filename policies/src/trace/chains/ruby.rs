//! The AWS SDK for Ruby.

use super::{
    CONTAINER, HTTP_PROXY, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES, STS, WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Authorization, Chain, Container, End, Hosts, Keys, Kind, Link, NoProxy, Profile, ProfileFiles, Profiles,
    Provider, Proxies, Sourceless, Sts, Uri,
};
use crate::trace::fault::{Fault, Then};

const RUBY_KEYS: Keys = Keys {
    id: &["AWS_ACCESS_KEY_ID", "AMAZON_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
    secret: &["AWS_SECRET_ACCESS_KEY", "AMAZON_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"],
    ..KEYS
};
const BASE: &[Kind] =
    &[Kind::Role(Sourceless::Fault), Kind::Static, Kind::WebIdentity, Kind::Process, Kind::Sso];

const fn from(kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile {
        files: ProfileFiles::Both,
        kinds,
        base: BASE,
        with_config: false,
        any_name: false,
        exclusive: false,
        whole: false,
        own_source: true,
        headings: None,
    })
}

const ENV: Link = Link {
    on: &[(Fault::IdAlone, Then::Next), (Fault::SecretAlone, Then::Next)],
    ..stops("env", Provider::Keys(RUBY_KEYS))
};
const IDENTITY: Link = Link {
    on: &[(Fault::RoleWithoutToken, Then::Next), (Fault::TokenWithoutRole, Then::Next)],
    ..stops("web-identity", Provider::WebIdentity(WEB_IDENTITY))
};
const IDENTITY_PROFILE: Link = stops("web-identity-profile", from(&[Kind::WebIdentity]));
const SSO: Link = stops("sso", from(&[Kind::Sso]));
const ASSUME_ROLE: Link = stops("assume-role", from(&[Kind::Role(Sourceless::Fault)]));
const SHARED: Link =
    Link { on: &[(Fault::HalfProfile, Then::Next)], ..stops("profile", from(&[Kind::Static])) };
const PROCESS: Link = stops("process", from(&[Kind::Process]));
const INSTANCE: Link = falls("metadata", Provider::Metadata(METADATA));

const V3: Chain = Chain {
    sdk: "ruby",
    version: "3.211.0",
    source: "aws-sdk-core/credential_provider_chain.rb",
    current: true,
    gates: &[(Fault::BrokenFile, Then::Stop)],
    links: &[
        ENV,
        IDENTITY,
        IDENTITY_PROFILE,
        SSO,
        ASSUME_ROLE,
        SHARED,
        PROCESS,
        stops(
            "container",
            Provider::Container(Container { empty_is_set: true, hosts: Hosts::Resolved, ..CONTAINER }),
        ),
        INSTANCE,
    ],
    profiles: Profiles { names: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], ..PROFILES },
    sts: Sts { regions: &["AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION"], ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        exempt: NoProxy { cidr: true, star: false, ..NO_PROXY },
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &["The metadata service is asked through HTTP_PROXY; the container endpoint is not."],
};

/// `CredentialProviderChain`.
pub(super) static RUBY: Chain = V3;

/// As Debian 12 ships it: FULL_URI is not read.
pub(super) static RUBY_168: Chain = Chain {
    sdk: "ruby:3.168",
    version: "3.168.1",
    current: false,
    links: &[
        ENV,
        IDENTITY,
        IDENTITY_PROFILE,
        SSO,
        ASSUME_ROLE,
        SHARED,
        PROCESS,
        stops(
            "container",
            Provider::Container(Container {
                order: &[Uri::Relative],
                empty_is_set: true,
                authorization: &[Authorization::Variable],
                ..CONTAINER
            }),
        ),
        INSTANCE,
    ],
    ..V3
};
