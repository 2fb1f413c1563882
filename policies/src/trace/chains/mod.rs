//! The chains: one file per SDK family, each a table to be read from top to bottom.

mod cpp;
mod dotnet;
mod fluent_bit;
mod gdal;
mod go;
mod hadoop;
mod java;
mod javascript;
mod kotlin;
mod minio;
mod php;
mod programs;
mod python;
mod ruby;
mod rust;
mod swift;

use std::sync::LazyLock;

use super::chain::{
    Authorization, Call, Chain, Container, EmptyPath, EmptyRegion, Endpoint, Headings, Hosts, Keys, Kind,
    LineBreak, Link, Metadata, Mode, NoProxy, Profile, ProfileFiles, ProfileRegion, Profiles, Provider,
    Proxies, RoleRegion, Sections, Settings, Slash, Spelling, Star, Sts, Switch, ToRelative, Tolerance,
    TwoSources, Uri, WebIdentity,
};
use super::fault::{Fault, Then};
use super::offer::MetadataAnswer;

/// Every chain: current AWS SDKs first, then their older versions and variants, then programs with chains of their own.
pub static CHAINS: &[&Chain] = &[
    &python::BOTO3,
    &python::AWS_CLI_V1,
    &python::AWS_CLI_V2,
    &javascript::JS_V3,
    &java::JAVA_V2,
    &kotlin::KOTLIN,
    &go::GO_V2,
    &rust::RUST,
    &cpp::CPP,
    &ruby::RUBY,
    &php::PHP,
    &dotnet::DOTNET_V4,
    &python::AIOBOTOCORE,
    &python::BOTO3_1_26,
    &python::AWS_CLI_V2_9,
    &python::BOTO2,
    &javascript::JS_V3_438,
    &javascript::JS_V2,
    &java::JAVA_V2_WITHOUT_STS,
    &java::JAVA_V2_20,
    &java::JAVA_V1,
    &java::JAVA_V1_WITHOUT_STS,
    &go::GO_V2_1_18,
    &go::GO_V1,
    &go::GO_V1_SHARED_CONFIG,
    &go::TERRAFORM_AWS,
    &ruby::RUBY_168,
    &dotnet::DOTNET_V3,
    &swift::SWIFT,
    &cpp::CRT,
    &cpp::CRT_S3_TORCH_CONNECTOR,
    &cpp::CRT_TENSORSTORE,
    &rust::OBJECT_STORE,
    &rust::OBJECT_STORE_DELTALAKE,
    &rust::OBJECT_STORE_POLARS,
    &rust::REQSIGN,
    &rust::RUSOTO,
    &hadoop::S3A,
    &minio::GO,
    &minio::PY,
    &minio::RESTIC,
    &gdal::GDAL,
    &gdal::GDAL_3_6,
    &go::RCLONE,
    &programs::S3CMD,
    &programs::S3FS,
    &programs::S3FS_IAM_ROLE,
    &fluent_bit::FLUENT_BIT,
];

/// The chain of this SDK.
pub fn chain(sdk: &str) -> Option<&'static Chain> {
    CHAINS.iter().copied().find(|chain| chain.sdk == sdk)
}

/// The variables that some chain takes a key or its secret from.
static KEY_VARIABLES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let links = CHAINS.iter().flat_map(|chain| chain.links);
    let keys = links.filter_map(|link| match &link.provider {
        Provider::Keys(keys) if !keys.properties => Some(keys),
        _ => None,
    });
    let mut names: Vec<&str> = keys.flat_map(|keys| keys.id.iter().chain(keys.secret)).copied().collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// Some chain takes a key or its secret from the variable of this name.
pub(super) fn is_key_variable(name: &str) -> bool {
    KEY_VARIABLES.contains(&name)
}

/// The standard variables.
const KEYS: Keys = Keys {
    properties: false,
    id: &["AWS_ACCESS_KEY_ID"],
    secret: &["AWS_SECRET_ACCESS_KEY"],
    unless: &[],
    trimmed: false,
    empty_is_set: false,
    completed_by_file: false,
    empty_hides: false,
    by_place: false,
};

/// The standard variables, and the older names behind them.
const KEYS_AND_ALIASES: Keys = Keys {
    id: &["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"],
    secret: &["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"],
    ..KEYS
};

/// The two shared files, moved by their variables.
const PROFILES: Profiles = Profiles {
    names: &["AWS_PROFILE"],
    names_with_config: &[],
    optional_names: &[],
    name_property: None,
    empty_name_counts: false,
    default_must_exist: false,
    credentials: Some(&["AWS_SHARED_CREDENTIALS_FILE"]),
    credentials_property: None,
    config: Some(&["AWS_CONFIG_FILE"]),
    empty_path: EmptyPath::Unset,
    config_with: None,
    credentials_moved_with: false,
    config_headings: Headings::Usual,
    spelling: Spelling::Prefixed,
    prefix_in_credentials: false,
    raw_headings: false,
    case_matters: true,
    sections: Sections::Merged,
    one_heading_each: false,
    tolerates: Tolerance::None,
    config_tolerates: None,
    one_comment_sign: false,
    empty_values_count: false,
    pairs_by_file: false,
    two_sources: TwoSources::Profile,
    metadata_is_remote: false,
    folder_is_missing: false,
    config_first: false,
    config_instead: false,
    config_must_exist: false,
    plain_session: None,
};

/// Web identity from variables.
const WEB_IDENTITY: WebIdentity =
    WebIdentity { properties: false, empty_is_set: false, module: true, file_faults: &[] };

/// RELATIVE before FULL; the token's file before its variable; the hosts that AWS lists.
const CONTAINER: Container = Container {
    order: &[Uri::Relative, Uri::Full],
    empty_is_set: false,
    authorization: &[Authorization::File, Authorization::Variable],
    hosts: Hosts::Listed,
    token_file_first: false,
    full_needs_token: false,
    to_relative: ToRelative::Token,
    line_break: LineBreak::Refused,
};

/// Answers of the metadata service in which most SDKs go on without a session token.
const V1_ON_ANY: &[MetadataAnswer] =
    &[MetadataAnswer::V1OpenHopLimited, MetadataAnswer::NoToken404, MetadataAnswer::NoToken403];

/// A session token first, and without one where there is none.
const METADATA: Metadata = Metadata {
    off: Switch::True,
    off_by_property: false,
    v2: true,
    v1_on: V1_ON_ANY,
    v1_switch: true,
    v1_property: None,
    endpoint: &["AWS_EC2_METADATA_SERVICE_ENDPOINT"],
    endpoint_property: None,
    slash: Slash::Either,
    empty_endpoint_counts: false,
    mode: Mode::AnyCase,
    use_ipv6: false,
    settings: Settings::Ignored,
    file_faults: &[],
    region_too: false,
};

/// STS in the region of `AWS_REGION` or of the profile.
const STS: Sts = Sts {
    regions: &["AWS_REGION"],
    region_from_profile: ProfileRegion::Read,
    region_from_metadata: false,
    region_optional: false,
    empty_region: EmptyRegion::Unset,
    role_region: RoleRegion::Same,
    legacy_breaks: false,
    endpoint: Endpoint::Read,
};

/// NO_PROXY as most understand it: both cases, a plain suffix, no blocks.
const NO_PROXY: NoProxy = NoProxy {
    names: &["NO_PROXY", "no_proxy"],
    all_names: false,
    cidr: false,
    star: Star::All,
    dot_suffix: true,
    suffix: true,
    prefix: false,
};

/// NO_PROXY as curl 7.86 and later understand it: lower case first, and blocks. Source: curl/lib/noproxy.c.
const CURL_EXEMPTS: NoProxy = NoProxy { names: &["no_proxy", "NO_PROXY"], cidr: true, ..NO_PROXY };

/// Every call over plain HTTP.
const EVERY_CALL: &[Call] = &[Call::Metadata, Call::Container, Call::Loopback];

/// No call goes through a proxy.
const NO_PROXIES: Proxies =
    Proxies { plain: &[], calls: &[], sts: &[], empty_hides: false, exempt: NO_PROXY, beneath: None };

/// Variables that name a proxy for plain HTTP.
const HTTP_PROXY: &[&str] = &["HTTP_PROXY", "http_proxy"];
/// Variables that name a proxy for HTTPS.
const HTTPS_PROXY: &[&str] = &["HTTPS_PROXY", "https_proxy"];

/// A link all of whose faults lead to the next.
const fn falls(name: &'static str, provider: Provider) -> Link {
    Link { name, provider, on: &[], otherwise: Then::Next }
}

/// A link all of whose faults stop the walk.
const fn stops(name: &'static str, provider: Provider) -> Link {
    Link { name, provider, on: &[], otherwise: Then::Stop }
}

/// Both files as one profile; whatever the profile lacks is a fault.
const fn profile(kinds: &'static [Kind]) -> Provider {
    over(kinds, kinds)
}

/// A profile in either file, of which nothing is taken yet.
const SHARED_PROFILE: Profile = Profile {
    files: ProfileFiles::Both,
    kinds: &[],
    base: &[],
    with_config: false,
    any_name: false,
    whole: true,
    own_source: true,
    headings: None,
    spelling: None,
    one_file: false,
};

/// The same, where the profile that a role stands on is looked at differently.
const fn over(kinds: &'static [Kind], base: &'static [Kind]) -> Provider {
    Provider::Profile(Profile { kinds, base, ..SHARED_PROFILE })
}

/// An SDK that reads no shared files.
const NO_PROFILES: Profiles = Profiles { names: &[], credentials: None, config: None, ..PROFILES };

/// Credentials of the metadata service are used past their end.
const EXPIRED_IS_USED: &[(Fault, Then)] = &[(Fault::Expired, Then::Use)];
