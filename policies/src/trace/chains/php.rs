//! The AWS SDK for PHP.

use super::{
    CONTAINER, HTTP_PROXY, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, NO_PROXY, PROFILES, STS, WEB_IDENTITY,
    falls, stops,
};
use crate::trace::chain::{
    Chain, Container, End, Headings, Hosts, Kind, NoProxy, Profile, ProfileFiles, Profiles, Provider,
    Proxies, Sts,
};

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile {
        files,
        kinds,
        base: kinds,
        with_config: false,
        any_name: false,
        exclusive: false,
        whole: true,
    })
}

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
        falls("web-identity-profile", from(ProfileFiles::Both, &[Kind::WebIdentity])),
        falls("sso", from(ProfileFiles::Config, &[Kind::Sso])),
        falls("process", from(ProfileFiles::Credentials, &[Kind::Process])),
        falls("credentials-file", from(ProfileFiles::Credentials, &[Kind::RoleFromProfile, Kind::Static])),
        falls("process-config", from(ProfileFiles::Config, &[Kind::Process])),
        falls("config-file", from(ProfileFiles::Config, &[Kind::RoleFromProfile, Kind::Static])),
        stops("container", Provider::Container(Container { hosts: Hosts::Resolved, ..CONTAINER })),
        falls("metadata", Provider::Metadata(METADATA)),
    ],
    profiles: Profiles { config: Some(&[]), config_headings: Headings::Strict, ..PROFILES },
    sts: Sts { region_optional: true, ..STS },
    proxies: Proxies {
        metadata: HTTP_PROXY,
        sts: HTTPS_PROXY,
        exempt: NoProxy { cidr: true, ..NO_PROXY },
        ..NO_PROXIES
    },
    end: End::Nothing,
    quirks: &[
        "AWS_CONFIG_FILE is not read.",
        "In the config file it knows [profile default] only, not [default].",
    ],
};
