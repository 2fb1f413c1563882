//! Hadoop's S3A connector, with its default settings.

use super::{CONTAINER, EXPIRED_IS_USED, HTTP_PROXY, KEYS, METADATA, NO_PROXIES, PROFILES, STS, falls};
use crate::trace::chain::{
    Authorization, Chain, Container, EmptyPath, End, Hosts, Keys, LineBreak, Link, Metadata, Profiles,
    Provider, Proxies, Settings, Slash, Switch,
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
        falls("env", Provider::Keys(Keys { trimmed: true, ..KEYS })),
        Link {
            on: EXPIRED_IS_USED,
            ..falls(
                "container",
                Provider::Container(Container {
                    authorization: &[Authorization::VariableEvenEmpty, Authorization::File],
                    empty_is_set: true,
                    hosts: Hosts::ResolvedIpv4,
                    line_break: LineBreak::RefusedInFile,
                    ..CONTAINER
                }),
            )
        },
        Link {
            on: &[(Fault::Expired, Then::Use)],
            ..falls(
                "metadata",
                Provider::Metadata(Metadata {
                    off: Switch::NotFalseOrEmpty,
                    off_by_property: true,
                    v1_property: Some("aws.disableEc2MetadataV1"),
                    endpoint_property: Some("aws.ec2MetadataServiceEndpoint"),
                    slash: Slash::Harmful,
                    empty_endpoint_counts: true,
                    settings: Settings::FromProfile,
                    file_faults: &[Fault::BrokenFile],
                    ..METADATA
                }),
            )
        },
    ],
    profiles: Profiles {
        empty_name_counts: true,
        empty_path: EmptyPath::Missing,
        folder_is_missing: true,
        ..PROFILES
    },
    sts: STS,
    proxies: Proxies { sts: HTTP_PROXY, ..NO_PROXIES },
    end: End::Nothing,
    quirks: &["Web identity is not among its default providers: an IRSA pod runs as the node."],
};
