//! fluent-bit's own chain in C. Read from its source; nobody recorded it here.

use super::{CONTAINER, KEYS, METADATA, NO_PROXIES, PROFILES, STS, WEB_IDENTITY, falls, profile};
use crate::trace::chain::{Chain, Container, End, Kind, LineBreak, Metadata, Mode, Provider, Sts, Switch};

/// `standard_chain_create`.
pub(super) static FLUENT_BIT: Chain = Chain {
    sdk: "fluent-bit",
    version: "3.2",
    source: "fluent/fluent-bit, src/aws/flb_aws_credentials.c, standard_chain_create",
    current: false,
    gates: &[],
    links: &[
        falls("env", Provider::Keys(KEYS)),
        falls("profile", profile(&[Kind::Process, Kind::Static])),
        falls("web-identity", Provider::WebIdentity(WEB_IDENTITY)),
        falls("container", Provider::Container(Container { line_break: LineBreak::Sent, ..CONTAINER })),
        falls(
            "metadata",
            Provider::Metadata(Metadata {
                off: Switch::Ignored,
                endpoint: &[],
                mode: Mode::Ignored,
                ..METADATA
            }),
        ),
    ],
    profiles: PROFILES,
    sts: Sts { region_optional: true, ..STS },
    proxies: NO_PROXIES,
    end: End::Nothing,
    quirks: &["Not recorded: read from its source.", "Every failure leads to the next provider."],
};
