//! GDAL, which rasterio and many maps are built on.

use super::{
    CONTAINER, CURL_EXEMPTS, EVERY_CALL, KEYS, METADATA, NO_PROXIES, PROFILES, SHARED_PROFILE, STS,
    WEB_IDENTITY, falls, stops,
};
use crate::trace::chain::{
    Chain, Container, EmptyPath, EmptyRegion, End, Endpoint, Headings, Hosts, Kind, LineBreak, Link,
    Metadata, Mode, Profile, ProfileFiles, Profiles, Provider, Proxies, RoleRegion, Sections, Sts, Switch,
    ToRelative, Tolerance, Uri,
};
use crate::trace::fault::{Fault, Then};

const fn from(files: ProfileFiles, kinds: &'static [Kind]) -> Provider {
    Provider::Profile(Profile {
        files,
        kinds,
        base: &[Kind::WebIdentity, Kind::StaticInCredentials],
        whole: false,
        ..SHARED_PROFILE
    })
}

const ENV: Link = Link { on: &[(Fault::SecretAlone, Then::Stop)], ..falls("env", Provider::Keys(KEYS)) };
const STATIC: Link = falls("profile", from(ProfileFiles::Both, &[Kind::Static]));
const ROLE: Link = stops("assume-role", from(ProfileFiles::Config, &[Kind::RoleFromProfile]));
const IDENTITY: Link = falls("web-identity", Provider::WebIdentity(WEB_IDENTITY));
const ON_ENDPOINT: &[(Fault, Then)] =
    &[(Fault::Dead, Then::Hang), (Fault::Silent, Then::Hang), (Fault::Expired, Then::Use)];
const INSTANCE: Link = Link {
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
};

/// curl's: a proxy for plain HTTP in lower case only.
const HTTP: &[&str] = &["http_proxy", "ALL_PROXY", "all_proxy"];
const HTTPS: &[&str] = &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

const SSO: Link = Link {
    on: &[(Fault::SsoSession, Then::Stop), (Fault::NoSsoSession, Then::Next)],
    ..stops("sso", from(ProfileFiles::Config, &[Kind::SsoWithoutRole]))
};
const ON_NEWER_ENDPOINT: &[(Fault, Then)] = &[
    (Fault::Dead, Then::Hang),
    (Fault::Silent, Then::Hang),
    (Fault::Expired, Then::Use),
    (Fault::BadUri, Then::Use),
];

const CURRENT: Chain = Chain {
    sdk: "gdal",
    version: "3.10.3",
    source: "port/cpl_aws.cpp, VSIS3HandleHelper::GetConfiguration",
    current: false,
    gates: &[],
    links: &[
        ENV,
        SSO,
        STATIC,
        ROLE,
        IDENTITY,
        Link {
            on: ON_NEWER_ENDPOINT,
            ..stops(
                "container",
                Provider::Container(Container {
                    order: &[Uri::Full, Uri::Relative],
                    hosts: Hosts::Any,
                    to_relative: ToRelative::Nothing,
                    line_break: LineBreak::Sent,
                    ..CONTAINER
                }),
            )
        },
        INSTANCE,
    ],
    profiles: Profiles {
        names: &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"],
        credentials: Some(&[]),
        raw_headings: true,
        sections: Sections::First,
        case_matters: false,
        config_headings: Headings::Loose,
        tolerates: Tolerance::All,
        folder_is_missing: true,
        ..PROFILES
    },
    sts: Sts {
        region_optional: true,
        empty_region: EmptyRegion::Counts,
        role_region: RoleRegion::NotNeeded,
        endpoint: Endpoint::Ignored,
        ..STS
    },
    proxies: Proxies { plain: HTTP, calls: EVERY_CALL, sts: HTTPS, exempt: CURL_EXEMPTS, ..NO_PROXIES },
    end: End::Nothing,
    quirks: &["AWS_SHARED_CREDENTIALS_FILE and AWS_EC2_METADATA_DISABLED are not read."],
};

/// GDAL.
pub(super) static GDAL: Chain = CURRENT;

/// As Debian 12 ships it: FULL_URI is not read.
pub(super) static GDAL_3_6: Chain = Chain {
    sdk: "gdal:3.6",
    version: "3.6.2",
    profiles: Profiles { empty_path: EmptyPath::Missing, ..CURRENT.profiles },
    links: &[
        ENV,
        STATIC,
        ROLE,
        IDENTITY,
        Link {
            on: ON_ENDPOINT,
            ..stops(
                "container",
                Provider::Container(Container {
                    order: &[Uri::Relative],
                    to_relative: ToRelative::Nothing,
                    line_break: LineBreak::Sent,
                    ..CONTAINER
                }),
            )
        },
        INSTANCE,
    ],
    ..CURRENT
};
