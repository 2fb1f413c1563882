//! The AWS SDK for PHP.

use super::{
    CONTAINER, CURL_EXEMPTS, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES, SHARED_PROFILE, STS,
    WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Beneath, Call, Chain, Container, End, Headings, Hosts, Kind, Link, Metadata, Mode, NoProxy, Profile,
    ProfileFiles, Profiles, Provider, Proxies, Sections, Settings, Sourceless, Spelling, Sts, Tolerance,
    TwoSources,
};
use crate::trace::fault::{Fault, Then};

const fn from(
    files: ProfileFiles,
    kinds: &'static [Kind],
    (headings, spelling): (Headings, Option<Spelling>),
) -> Provider {
    Provider::Profile(Profile {
        files,
        kinds,
        base: KEYS_OR_ROLES,
        headings: Some(headings),
        spelling,
        one_file: true,
        ..SHARED_PROFILE
    })
}

/// Guzzle takes HTTP_PROXY and HTTPS_PROXY itself; every other variable is left to curl. Source: guzzlehttp/guzzle,
/// `Client::configureDefaults`.
const CURL: Beneath =
    Beneath { variables: &["http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"], exempt: CURL_EXEMPTS };

const PREFIXED: (Headings, Option<Spelling>) = (Headings::Strict, None);
/// `CredentialProvider::sso`.
const BARE: (Headings, Option<Spelling>) = (Headings::Loose, Some(Spelling::Bare));
/// `CredentialProvider::loadDefaultProfiles`.
const EARLIER: (Headings, Option<Spelling>) = (Headings::Loose, Some(Spelling::Earlier));

/// `CredentialProvider::ini`.
const KEYS_AND_ROLES: &[Kind] = &[Kind::Role(Sourceless::Blocks), Kind::Static];
/// Keys end a chain of roles, whatever stands beside them.
const KEYS_OR_ROLES: &[Kind] = &[Kind::Static, Kind::Role(Sourceless::Blocks)];

/// `CredentialProvider::defaultProvider`.
pub(super) static PHP: Chain = Chain {
    sdk: "php",
    version: "3.376.2",
    source: "aws/aws-sdk-php, CredentialProvider::defaultProvider",
    current: true,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("web-identity-profile", from(ProfileFiles::Both, &[Kind::WebIdentity], EARLIER)),
        falls("sso", from(ProfileFiles::Config, &[Kind::Sso], BARE)),
        process(ProfileFiles::Credentials),
        falls("credentials-file", from(ProfileFiles::Credentials, KEYS_AND_ROLES, PREFIXED)),
        process(ProfileFiles::Config),
        falls("config-file", from(ProfileFiles::Config, KEYS_AND_ROLES, PREFIXED)),
        Link {
            on: &[(Fault::Expired, Then::Use), (Fault::BadUri, Then::Use)],
            ..stops("container", Provider::Container(Container { hosts: Hosts::Resolved, ..CONTAINER }))
        },
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    mode: Mode::Exact,
                    settings: Settings::FromConfig,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        config: Some(&[]),
        raw_headings: true,
        tolerates: Tolerance::Lines,
        folder_is_missing: true,
        two_sources: TwoSources::Fault,
        empty_values_count: true,
        sections: Sections::Last,
        ..PROFILES
    },
    sts: Sts { region_optional: true, ..STS },
    proxies: Proxies {
        plain: &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
        calls: &[Call::Metadata],
        sts: &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        exempt: NoProxy { names: &["NO_PROXY"], cidr: true, ..NO_PROXY },
        beneath: Some(CURL),
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &[
        "AWS_CONFIG_FILE is not read.",
        "For keys, roles and processes it knows [profile default] only in the config file, not [default].",
    ],
};

const fn process(files: ProfileFiles) -> Link {
    Link {
        on: &[(Fault::ProcessExpired, Then::Next)],
        ..falls("process", from(files, &[Kind::Process], PREFIXED))
    }
}
