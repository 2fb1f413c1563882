//! Hadoop's S3A connector, with its default settings.

use super::{CONTAINER, HTTP_PROXY, KEYS, METADATA, NO_PROFILES, NO_PROXIES, STS, falls};
use crate::trace::chain::{
    Authorization, Chain, Container, End, Hosts, Link, Metadata, Provider, Proxies, Switch,
};
use crate::trace::fault::{Fault, Then};

/// `fs.s3a.aws.credentials.provider` as it comes.
pub(super) static S3A: Chain = Chain {
    sdk: "hadoop-s3a",
    version: "3.4.2",
    source: "hadoop-aws, CredentialProviderListFactory",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls(
            "container",
            Provider::Container(Container {
                authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
                hosts: Hosts::Resolved,
                ..CONTAINER
            }),
        ),
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::NotFalseOrEmpty,
                    off_by_property: true,
                    ..METADATA
                }),
            )
        },
    ],
    profiles: NO_PROFILES,
    sts: STS,
    proxies: Proxies { sts: HTTP_PROXY, ..NO_PROXIES },
    end: End::Nothing,
    quirks: &["Web identity is not among its default providers: an IRSA pod runs as the node."],
};
