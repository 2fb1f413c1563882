//! The chain model, field by field.

use policyctl_policies::trace::chain::{
    Authorization, Beneath, Call, Chain, Container, EmptyPath, EmptyRegion, End, Endpoint, Headings, Hosts,
    KeyFile, Keys, Kind, LineBreak, Link, Metadata, Mode, NoProxy, PlainSession, Profile, ProfileFiles,
    ProfileRegion, Profiles, Provider, Proxies, RoleRegion, Sections, Settings, Slash, Sourceless, Spelling,
    Star, Sts, Switch, ToRelative, Tolerance, TwoSources, Uri, WebIdentity,
};
use policyctl_policies::trace::offer::MetadataAnswer;
use policyctl_policies::trace::{Fault, Then};

use super::change::{Change, Changed, Entry, fields, variants};

fields!(Chain { gates, links, profiles, sts, proxies, end; told sdk, version, source, current, quirks });
fields!(Keys {
    properties,
    id,
    secret,
    unless,
    trimmed,
    empty_is_set,
    completed_by_file,
    empty_hides,
    by_place
});
fields!(Profile {
    files,
    kinds,
    base,
    with_config,
    any_name,
    whole,
    own_source,
    headings,
    spelling,
    one_file
});
fields!(Profiles {
    names,
    names_with_config,
    optional_names,
    name_property,
    empty_name_counts,
    default_must_exist,
    credentials,
    credentials_property,
    config,
    empty_path,
    config_with,
    credentials_moved_with,
    config_headings,
    spelling,
    prefix_in_credentials,
    config_tolerates,
    raw_headings,
    case_matters,
    sections,
    one_heading_each,
    tolerates,
    one_comment_sign,
    empty_values_count,
    pairs_by_file,
    two_sources,
    metadata_is_remote,
    folder_is_missing,
    config_first,
    config_instead,
    config_must_exist,
    plain_session
});
fields!(PlainSession { unless, names, faults });
fields!(WebIdentity { properties, empty_is_set, module, file_faults });
fields!(Container {
    order,
    empty_is_set,
    authorization,
    hosts,
    token_file_first,
    full_needs_token,
    to_relative,
    line_break
});
fields!(Metadata {
    off,
    off_by_property,
    v2,
    v1_on,
    v1_switch,
    v1_property,
    endpoint,
    endpoint_property,
    slash,
    empty_endpoint_counts,
    mode,
    use_ipv6,
    settings,
    file_faults,
    region_too
});
fields!(Sts {
    regions,
    region_from_profile,
    region_from_metadata,
    region_optional,
    empty_region,
    role_region,
    legacy_breaks,
    endpoint
});
fields!(Proxies { plain, calls, sts, empty_hides, exempt, beneath });
fields!(Beneath { variables, exempt });
fields!(NoProxy { names, all_names, cidr, star, dot_suffix, suffix, prefix });

variants!(ProfileFiles { Credentials, Config, Both });
variants!(Sourceless { Fault, Blocks, Ignored, Beside, Remote });
variants!(TwoSources { Profile, Fault, Ignored });
variants!(EmptyPath { Unset, Missing, Folder, Fault });
variants!(Tolerance { None, Lines, Files, WholeFiles, All, AllButKeys });
variants!(Headings { Usual, Strict, Loose, Plain, BareDefault });
variants!(Sections { First, Last, Merged });
variants!(Spelling { Prefixed, Bare, Earlier, Later, One });
variants!(KeyFile { Boto, Plain });
variants!(Hosts {
    Any,
    Listed,
    Resolved,
    ResolvedIpv4,
    Older,
    FewListed,
    Loopback,
    LoopbackResolved,
    AnyWithFile
});
variants!(Switch { Ignored, True, TrueTrimmed, ExactlyTrue, NotEmpty, NotFalse, NotFalseOrEmpty, Bool });
variants!(Slash { Either, Needed, Harmful, Useless });
variants!(Settings {
    Ignored,
    FromProfile,
    FromProfileWithConfig,
    SwitchFromProfile,
    FromConfig,
    EndpointFromConfig
});
variants!(Mode { Ignored, AnyCase, Exact, Lenient });
variants!(ProfileRegion { Ignored, Read, FromConfig });
variants!(RoleRegion { Same, NotNeeded, NotEmpty, FromSource, FromClient });
variants!(Endpoint { Ignored, Read, OwnOnly, HttpsOnly });
variants!(End { Nothing, Unsigned });
variants!(Then { Next, Stop, Unsigned, Hang, Crash, Use });
variants!(ToRelative { Nothing, Token, TokenBesideOthers, Variable });
variants!(LineBreak { Sent, Refused, RefusedInVariable, RefusedInFile });
variants!(EmptyRegion { Unset, Hides, Counts, Serves });
variants!(Star { Nobody, Names, All });
variants!(Uri { Relative, Full });
variants!(Authorization { File, FileEvenEmpty, Variable, VariableEvenEmpty });

impl Change for Link {
    fn changes(&self) -> Vec<Changed<Self>> {
        let Self { name: _, provider, on, otherwise } = *self;
        let inner = provider.changes().into_iter();
        let mut all: Vec<_> =
            inner.map(|change| change.whole(|provider| Self { provider, ..*self })).collect();
        all.extend(on.changes().into_iter().map(|change| change.within("on", |on| Self { on, ..*self })));
        let reactions = otherwise.changes().into_iter();
        all.extend(
            reactions.map(|change| change.within("otherwise", |otherwise| Self { otherwise, ..*self })),
        );
        all
    }
}

impl Entry for Link {
    const ORDERED: bool = true;

    fn entry(&self) -> String {
        self.name.to_owned()
    }
}

/// What kind of provider it is stays.
impl Change for Provider {
    fn changes(&self) -> Vec<Changed<Self>> {
        fn of<T: Change>(inner: T, whole: fn(T) -> Provider) -> Vec<Changed<Provider>> {
            inner.changes().into_iter().map(|change| change.whole(whole)).collect()
        }
        match *self {
            Self::Keys(keys) => of(keys, Self::Keys),
            Self::Profile(profile) => of(profile, Self::Profile),
            Self::WebIdentity(identity) => of(identity, Self::WebIdentity),
            Self::Container(container) => of(container, Self::Container),
            Self::Metadata(metadata) => of(metadata, Self::Metadata),
            Self::KeyFile(file) => of(file, Self::KeyFile),
        }
    }
}

/// A role without a source can be understood differently; every other kind is what it is.
impl Change for Kind {
    fn changes(&self) -> Vec<Changed<Self>> {
        let (sourceless, whole): (Sourceless, fn(Sourceless) -> Self) = match *self {
            Self::Role(sourceless) => (sourceless, Self::Role),
            Self::RoleWithoutKeys(sourceless) => (sourceless, Self::RoleWithoutKeys),
            _ => return Vec::new(),
        };
        sourceless.changes().into_iter().map(|change| change.within("sourceless", whole)).collect()
    }
}

impl Entry for Kind {
    const ORDERED: bool = true;

    fn entry(&self) -> String {
        let debug = format!("{self:?}");
        debug.split('(').next().unwrap_or_default().to_owned()
    }
}

impl Entry for Uri {
    const ORDERED: bool = true;

    fn entry(&self) -> String {
        format!("{self:?}")
    }
}

/// A call is in a list or not.
impl Change for Call {
    fn changes(&self) -> Vec<Changed<Self>> {
        Vec::new()
    }
}

impl Entry for Call {
    const ORDERED: bool = false;

    fn entry(&self) -> String {
        format!("{self:?}")
    }
}

impl Entry for Authorization {
    const ORDERED: bool = true;

    fn entry(&self) -> String {
        format!("{self:?}")
    }
}

/// A fault is in a list or not.
impl Change for Fault {
    fn changes(&self) -> Vec<Changed<Self>> {
        Vec::new()
    }
}

impl Entry for Fault {
    const ORDERED: bool = false;

    fn entry(&self) -> String {
        format!("{self:?}")
    }
}

/// A fault and what it leads to.
impl Change for (Fault, Then) {
    fn changes(&self) -> Vec<Changed<Self>> {
        let (fault, then) = *self;
        then.changes().into_iter().map(|change| change.whole(|then| (fault, then))).collect()
    }
}

impl Entry for (Fault, Then) {
    const ORDERED: bool = false;

    fn entry(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// The variable that turns the config file on, and by which values.
impl Change for (&'static str, Switch) {
    fn changes(&self) -> Vec<Changed<Self>> {
        let (name, on) = *self;
        on.changes().into_iter().map(|change| change.whole(|on| (name, on))).collect()
    }
}

/// An answer is in a list or not.
impl Change for MetadataAnswer {
    fn changes(&self) -> Vec<Changed<Self>> {
        Vec::new()
    }
}

impl Entry for MetadataAnswer {
    const ORDERED: bool = false;

    fn entry(&self) -> String {
        format!("{self:?}")
    }
}
