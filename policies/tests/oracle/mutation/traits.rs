//! What a chain, a link or a provider does, and what it does without, as far as changes of it cannot matter.

use policyctl_policies::trace::chain::{
    Authorization, Chain, EmptyRegion, Headings, Keys, Kind, Link, Metadata, Mode, Profile, ProfileFiles,
    Provider, RoleRegion, Settings, ToRelative, Uri,
};
use policyctl_policies::trace::{Fault, Then};

pub(super) fn reads_files(chain: &Chain) -> bool {
    chain.profiles.credentials.is_some() || chain.profiles.config.is_some()
}

pub(super) fn reads_one_file(chain: &Chain) -> bool {
    chain.profiles.credentials.is_none() || chain.profiles.config.is_none()
}

/// It reads no config file, where alone a name has two, or each of its links says which counts.
pub(super) fn spells_one_way(chain: &Chain) -> bool {
    let says = |profile: &Profile| profile.spelling.is_some() || profile.headings == Some(Headings::Strict);
    let mut profiles = chain.links.iter().filter_map(|link| profile(&link.provider));
    chain.profiles.config.is_none()
        || chain.profiles.config_headings == Headings::BareDefault
        || profiles.all(says)
}

pub(super) fn has_proxies(chain: &Chain) -> bool {
    !addresses_are_direct(chain) || !chain.proxies.sts.is_empty()
}

pub(super) fn addresses_are_direct(chain: &Chain) -> bool {
    chain.proxies.calls.is_empty()
}

pub(super) fn is_for_roles(path: &str) -> bool {
    path.starts_with("links.") && path.split('.').any(|field| matches!(field, "base" | "own_source"))
}

pub(super) fn is_for_regions(path: &str) -> bool {
    matches!(path, "sts.regions" | "sts.region_from_profile" | "sts.region_from_metadata")
}

/// Neither web identity nor roles ask for a region.
pub(super) fn does_without_region(chain: &Chain) -> bool {
    let sts = &chain.sts;
    let needed_for_roles = matches!(sts.role_region, RoleRegion::FromSource | RoleRegion::FromClient);
    let passed_over =
        matches!(sts.empty_region, EmptyRegion::Unset | EmptyRegion::Hides | EmptyRegion::Serves);
    sts.region_optional && passed_over && !(needed_for_roles && assumes_any_role(chain))
}

pub(super) fn has_one_name(keys: &Keys) -> bool {
    keys.id.len() <= 1 && keys.secret.len() <= 1
}

/// Neither a variable nor a property nor a profile says where the metadata service is.
pub(super) fn is_where_it_is(metadata: &Metadata) -> bool {
    let in_files = !matches!(metadata.settings, Settings::Ignored | Settings::SwitchFromProfile);
    metadata.endpoint.is_empty() && metadata.endpoint_property.is_none() && !in_files
}

pub(super) fn does_not_mind_token_file(link: &Link) -> bool {
    let Provider::Container(container) = &link.provider else { return false };
    let is_file = |from: &Authorization| matches!(from, Authorization::File | Authorization::FileEvenEmpty);
    link.then(Fault::NoAuthorization) == Then::Next || !container.authorization.iter().any(is_file)
}

pub(super) fn sends_no_token(link: &Link) -> bool {
    let Provider::Container(container) = &link.provider else { return false };
    !container.order.contains(&Uri::Full) && container.to_relative == ToRelative::Nothing
}

pub(super) fn missing_profile_is_nothing(chain: &Chain) -> bool {
    let links =
        chain.links.iter().filter(|link| profile(&link.provider).is_some_and(|profile| profile.whole));
    chain.gates.iter().all(|(fault, _)| *fault != Fault::NoProfile)
        && links.into_iter().all(|link| link.then(Fault::NoProfile) == Then::Next)
}

/// Whatever a profile lacks leads to the next provider, as nothing does.
pub(super) fn is_patient(link: &Link) -> bool {
    let roles = profile(&link.provider).is_some_and(assumes_roles);
    let goes_on = |fault| link.then(fault) == Then::Next;
    goes_on(Fault::NoProfile)
        && goes_on(Fault::EmptyProfile)
        && (!roles || link.then(Fault::BadSource) == link.then(Fault::NoEndpointSource))
}

pub(super) fn looks_into_one_file(profile: &Profile) -> bool {
    profile.files != ProfileFiles::Both && !assumes_roles(profile)
}

/// Faults that a link of this kind can have and that are not overlooked; none are told of most kinds.
pub(super) fn faults(link: &Link) -> &'static [Fault] {
    match link.provider {
        Provider::Keys(_) => &[Fault::IdAlone, Fault::SecretAlone],
        Provider::KeyFile(_) => &[],
        _ => &[Fault::Denied],
    }
}

pub(super) fn lists(link: &Link, fault: Fault) -> bool {
    link.on.iter().any(|(listed, _)| *listed == fault)
}

pub(super) fn profile(provider: &Provider) -> Option<&Profile> {
    match provider {
        Provider::Profile(profile) => Some(profile),
        _ => None,
    }
}

pub(super) fn assumes_roles(profile: &Profile) -> bool {
    let is_role =
        |kind: &Kind| matches!(kind, Kind::Role(_) | Kind::RoleWithoutKeys(_) | Kind::RoleFromProfile);
    profile.kinds.iter().any(is_role)
}

/// Roles over keys among them.
pub(super) fn assumes_any_role(chain: &Chain) -> bool {
    let profiles = || chain.links.iter().filter_map(|link| profile(&link.provider));
    profiles().any(|profile| assumes_roles(profile) || profile.kinds.contains(&Kind::RoleOverKeys))
}

/// Only the client that asks knows a region for a profile's role, and none asks in a recording.
pub(super) fn lacks_region(chain: &Chain) -> bool {
    chain.sts.role_region == RoleRegion::FromClient
}

pub(super) fn reads_credential_source(chain: &Chain) -> bool {
    let reads = |kind: &Kind| matches!(kind, Kind::Role(_) | Kind::RoleWithoutKeys(_));
    let profiles = chain.links.iter().filter_map(|link| profile(&link.provider));
    profiles.flat_map(|profile| profile.kinds.iter().chain(profile.base)).any(reads)
}

pub(super) fn minds_several_kinds(chain: &Chain) -> bool {
    let mut profiles = chain
        .links
        .iter()
        .filter_map(|link| profile(&link.provider))
        .filter(|profile| assumes_roles(profile));
    profiles.all(|profile| profile.kinds.contains(&Kind::Several) && profile.base.contains(&Kind::Several))
}

pub(super) fn calls_sts(chain: &Chain) -> bool {
    let by_itself = |link: &Link| match &link.provider {
        Provider::WebIdentity(identity) => identity.module,
        Provider::Profile(profile) => profile.kinds.contains(&Kind::WebIdentity),
        _ => false,
    };
    assumes_any_role(chain) || chain.links.iter().any(by_itself)
}

/// Neither a profile nor a mode moves its metadata service: variables and properties count for the region as well.
pub(super) fn is_moved_for_both(metadata: &Metadata) -> bool {
    let in_files = !matches!(metadata.settings, Settings::Ignored | Settings::SwitchFromProfile);
    metadata.mode == Mode::Ignored && !metadata.use_ipv6 && !in_files
}
