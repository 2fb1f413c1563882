//! GDAL, which rasterio and many maps are built on.

use super::{
    CONTAINER, HTTPS_PROXY, KEYS, METADATA, NO_PROXIES, PROFILES, STS, WEB_IDENTITY, falls, profile,
};
use crate::trace::chain::{
    Chain, Container, End, Endpoint, Hosts, Kind, Metadata, Mode, Profiles, Provider, Proxies, Sourceless,
    Sts, Switch, Uri,
};

const KINDS: &[Kind] =
    &[Kind::Static, Kind::Role(Sourceless::Ignored), Kind::WebIdentity, Kind::Process, Kind::Sso];
const INSTANCE: Provider =
    Provider::Metadata(Metadata { off: Switch::Ignored, endpoint: &[], mode: Mode::Ignored, ..METADATA });

const CURRENT: Chain = Chain {
    sdk: "gdal",
    version: "3.10.3",
    source: "port/cpl_aws.cpp, VSIS3HandleHelper::GetConfiguration",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("profile", profile(KINDS)),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls(
            "container",
            Provider::Container(Container {
                order: &[Uri::Full, Uri::Relative],
                hosts: Hosts::Any,
                ..CONTAINER
            }),
        ),
        falls("metadata", INSTANCE),
    ],
    profiles: Profiles { credentials: Some(&[]), ..PROFILES },
    sts: Sts { region_optional: true, endpoint: Endpoint::Ignored, ..STS },
    proxies: Proxies { sts: HTTPS_PROXY, ..NO_PROXIES },
    end: End::Nothing,
    quirks: &["AWS_SHARED_CREDENTIALS_FILE and AWS_EC2_METADATA_DISABLED are not read."],
};

/// GDAL.
pub(super) static GDAL: Chain = CURRENT;

/// As Debian 12 ships it: FULL_URI is not read.
pub(super) static GDAL_3_6: Chain = Chain {
    sdk: "gdal:3.6",
    version: "3.6.2",
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("profile", profile(KINDS)),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("container", Provider::Container(Container { order: &[Uri::Relative], ..CONTAINER })),
        falls("metadata", INSTANCE),
    ],
    ..CURRENT
};
