//! Changes that cannot matter, whatever the environment, each with the reason in the chain itself.

use policyctl_policies::trace::chain::{
    Chain, EmptyRegion, End, Keys, Kind, Link, Metadata, Profile, Provider, Sourceless, Spelling, Switch,
};
use policyctl_policies::trace::{Fault, Then};

use super::traits::{
    addresses_are_direct, assumes_any_role, assumes_roles, calls_sts, does_not_mind_token_file,
    does_without_region, faults, has_one_name, has_proxies, is_for_regions, is_for_roles, is_moved_for_both,
    is_patient, is_where_it_is, lacks_region, lists, looks_into_one_file, minds_several_kinds,
    missing_profile_is_nothing, profile, reads_credential_source, reads_files, reads_one_file,
    sends_no_token, spells_one_way,
};

/// A change of a chain, and the link that it is made in.
struct Part<'p> {
    chain: &'p Chain,
    path: &'p str,
    what: Option<&'p str>,
    /// A field's name, or that of the list that an entry is in.
    field: &'p str,
    links: Vec<&'static Link>,
}

type Rule = (&'static str, fn(&Part<'_>) -> bool);

/// Why a change decides nothing; the first reason that holds.
const RULES: &[Rule] = &[
    ("it reads no profile files", |part| part.is_in("profiles") && !reads_files(part.chain)),
    ("it does not call STS", |part| part.is_in("sts") && !calls_sts(part.chain)),
    ("it reads no profile files", |part| part.path == "sts.region_from_profile" && !reads_files(part.chain)),
    ("it asks nobody through a proxy", |part| {
        (part.is_in("proxies.exempt") || part.path == "proxies.empty_hides") && !has_proxies(part.chain)
    }),
    ("only addresses go through its proxy", |part| {
        matches!(part.path, "proxies.exempt.suffix" | "proxies.exempt.dot_suffix")
            && part.chain.proxies.sts.is_empty()
    }),
    ("only names go through its proxy", |part| {
        part.path == "proxies.exempt.cidr" && addresses_are_direct(part.chain)
    }),
    ("any proxy will do, and an empty one is none", |part| {
        part.is_in("proxies") && part.field != "names" && part.is_order() && part.swaps_any_proxies()
    }),
    ("it assumes no roles", |part| is_for_roles(part.path) && !part.assumes_roles()),
    ("it assumes no roles", |part| is_for_roles(part.path) && lacks_region(part.chain)),
    ("no role of its profiles reads credential_source", |part| {
        part.path == "profiles.metadata_is_remote" && !reads_credential_source(part.chain)
    }),
    ("it assumes no roles", |part| part.path == "profiles.two_sources" && !assumes_any_role(part.chain)),
    ("a profile of several kinds is a fault", |part| {
        part.path == "profiles.two_sources" && minds_several_kinds(part.chain)
    }),
    ("a gate minds several kinds before", |part| {
        part.field == "kinds"
            && part.what.is_some_and(|what| what.contains("Several"))
            && part.chain.gates.iter().any(|(fault, _)| *fault == Fault::SeveralKinds)
    }),
    ("a gate minds it before", |part| {
        let minded = |(fault, _): &(Fault, Then)| part.what == Some(&*format!("{fault:?} left out"));
        part.field == "file_faults" && part.chain.gates.iter().any(minded)
    }),
    ("there is one name only", |part| {
        part.path == "proxies.exempt.all_names" && part.has_one_exempting_name()
    }),
    ("it assumes no roles", |part| part.path == "sts.role_region" && !assumes_any_role(part.chain)),
    ("any region will do, and an empty one is none", |part| {
        part.path == "sts.regions" && part.is_order() && part.chain.sts.empty_region == EmptyRegion::Unset
    }),
    ("it does without a region", |part| is_for_regions(part.path) && does_without_region(part.chain)),
    ("only key ids are recorded, whichever secret is taken", |part| {
        part.field == "secret"
            && part.is_order()
            && part.all_keys(|keys| !keys.empty_is_set && !keys.empty_hides)
    }),
    ("there is one name only", |part| {
        matches!(part.field, "empty_hides" | "by_place") && part.all_keys(has_one_name)
    }),
    ("only key ids are recorded, whichever secret is taken", |part| {
        part.field == "by_place" && part.all_keys(|keys| keys.id.len() <= 1 && !keys.empty_is_set)
    }),
    ("the place in the environment says which name counts", |part| {
        (part.field == "empty_hides" || (matches!(part.field, "id" | "secret") && part.is_order()))
            && part.all_keys(|keys| keys.by_place)
    }),
    ("it does without a region, wherever one might come from", |part| {
        matches!(part.path, "sts.region_from_profile" | "sts.region_from_metadata")
            && part.chain.sts.region_optional
    }),
    ("it does without a region", |part| part.field == "region_too" && does_without_region(part.chain)),
    ("what moves the service moves it for the region, too", |part| {
        part.field == "region_too" && part.all_metadata(is_moved_for_both)
    }),
    ("empty values count as set, and so do blanks", |part| {
        matches!(part.field, "trimmed" | "empty_hides") && part.all_keys(|keys| keys.empty_is_set)
    }),
    ("it reads no credentials file", |part| {
        part.field == "completed_by_file" && part.chain.profiles.credentials.is_none()
    }),
    ("the config file needs no switch", |part| {
        matches!(part.field, "credentials_moved_with" | "with_config")
            && part.chain.profiles.config_with.is_none()
    }),
    ("it reads one of the two files", |part| {
        matches!(part.path, "profiles.config_first" | "profiles.pairs_by_file" | "profiles.config_instead")
            && reads_one_file(part.chain)
    }),
    ("a heading that comes twice is a fault", |part| {
        part.path == "profiles.sections" && part.chain.profiles.one_heading_each
    }),
    ("one profile has one spelling only", |part| {
        part.path == "profiles.spelling" && spells_one_way(part.chain)
    }),
    ("what several sections come to, the spelling says", |part| {
        part.path == "profiles.sections" && part.chain.profiles.spelling == Spelling::One
    }),
    ("a profile that is missing is passed over", |part| {
        part.path == "profiles.default_must_exist" && missing_profile_is_nothing(part.chain)
    }),
    ("a profile that holds nothing is passed over", |part| {
        part.field == "whole" && part.all_links(is_patient)
    }),
    ("it looks into one file", |part| part.field == "one_file" && part.all_profiles(looks_into_one_file)),
    ("kinds that cannot stand side by side", |part| part.all_profiles(|profile| part.swaps_apart(profile))),
    ("nothing moves its metadata service", |part| {
        matches!(part.field, "slash" | "empty_endpoint_counts") && part.all_metadata(is_where_it_is)
    }),
    ("it never goes without a session token of its own accord", |part| {
        matches!(part.field, "v1_switch" | "v1_property")
            && part.all_metadata(|metadata| metadata.v2 && metadata.v1_on.is_empty())
    }),
    ("no value of the variable turns it off", |part| {
        part.field == "off_by_property" && part.all_metadata(|metadata| metadata.off == Switch::Ignored)
    }),
    ("a missing token file is passed over, or none is read", |part| {
        part.field == "token_file_first" && part.all_links(does_not_mind_token_file)
    }),
    ("it sends no token", |part| part.field == "line_break" && part.all_links(sends_no_token)),
    ("every fault that it can have is listed", |part| {
        part.field == "otherwise"
            && part.all_links(|link| faults(link).iter().all(|fault| lists(link, *fault)))
    }),
    ("at the end, stopping and having nothing are recorded as one", |part| part.is_at_the_end()),
];

/// Why this change decides nothing, whatever the environment.
pub(super) fn why(chain: &Chain, path: &str, what: Option<&str>) -> Option<&'static str> {
    let field = path.rsplit('.').next().unwrap_or_default();
    let inner = path.strip_prefix("links.");
    let here = |link: &&Link| {
        inner.and_then(|inner| inner.strip_prefix(link.name)).is_some_and(|rest| rest.starts_with('.'))
    };
    let part = Part { chain, path, what, field, links: chain.links.iter().filter(here).collect() };
    RULES.iter().find(|(_, holds)| holds(&part)).map(|(reason, _)| *reason)
}

impl Part<'_> {
    fn is_in(&self, part: &str) -> bool {
        self.path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    fn is_order(&self) -> bool {
        self.what.is_some_and(|what| what.contains(" before "))
    }

    fn all_links(&self, holds: fn(&Link) -> bool) -> bool {
        !self.links.is_empty() && self.links.iter().all(|link| holds(link))
    }

    fn all_keys(&self, holds: fn(&Keys) -> bool) -> bool {
        let keys = |link: &&Link| matches!(&link.provider, Provider::Keys(keys) if holds(keys));
        !self.links.is_empty() && self.links.iter().all(keys)
    }

    fn all_metadata(&self, holds: fn(&Metadata) -> bool) -> bool {
        let metadata = |link: &&Link| matches!(&link.provider, Provider::Metadata(found) if holds(found));
        !self.links.is_empty() && self.links.iter().all(metadata)
    }

    fn all_profiles(&self, holds: impl Fn(&Profile) -> bool) -> bool {
        let found = |link: &&Link| profile(&link.provider).is_some_and(&holds);
        !self.links.is_empty() && self.links.iter().all(found)
    }

    fn has_one_exempting_name(&self) -> bool {
        self.chain.proxies.exempt.names.len() <= 1
    }

    fn assumes_roles(&self) -> bool {
        self.links.iter().filter_map(|link| profile(&link.provider)).any(assumes_roles)
    }

    /// Two kinds change places, of which no profile holds both, nor either with what lies between.
    fn swaps_apart(&self, profile: &Profile) -> bool {
        let kinds = match self.field {
            "kinds" => profile.kinds,
            "base" => profile.base,
            _ => return false,
        };
        let Some((second, first)) = self.what.and_then(|what| what.split_once(" before ")) else {
            return false;
        };
        let at = |name: &str| kinds.iter().position(|kind| word(*kind) == name);
        let (Some(first), Some(second)) = (at(first), at(second)) else { return false };
        swaps_freely(&kinds[first..=second], |one, other| {
            are_apart(profile, one, other) || kinds[..first].iter().any(|kind| covers(*kind, one, other))
        })
    }

    /// Two variables change places, and whichever of them is set, the same proxy is asked by the same rules.
    fn swaps_any_proxies(&self) -> bool {
        let proxies = &self.chain.proxies;
        let names = match self.field {
            "plain" => proxies.plain,
            "sts" => proxies.sts,
            _ => return true,
        };
        let swapped = self.what.and_then(|what| what.split_once(" before "));
        let at = |name: &str| names.iter().position(|listed| *listed == name);
        let places = swapped.and_then(|(second, first)| Some((at(first)?, at(second)?)));
        let is_beneath =
            |name: &str| proxies.beneath.is_some_and(|beneath| beneath.variables.contains(&name));
        places.is_some_and(|(first, second)| {
            swaps_freely(&names[first..=second], |one, other| {
                !(proxies.empty_hides && one.eq_ignore_ascii_case(other))
                    && is_beneath(one) == is_beneath(other)
            })
        })
    }

    /// A fault of the last link, of which nothing but stopping or going on comes either way.
    fn is_at_the_end(&self) -> bool {
        let Some(left_out) = self.what.and_then(|what| what.strip_suffix(" left out")) else { return false };
        let (Some(link), End::Nothing) = (self.chain.links.last(), self.chain.end) else { return false };
        let ends = |then: Then| matches!(then, Then::Next | Then::Stop);
        let listed = link.on.iter().find(|(fault, _)| format!("{fault:?}") == left_out);
        self.path == format!("links.{}.on", link.name)
            && ends(link.otherwise)
            && listed.is_some_and(|(fault, then)| ends(*then) && ends(Link { on: &[], ..*link }.then(*fault)))
    }
}

/// The ends of a list change places, and with none that they pass does the order say anything.
fn swaps_freely<T: Copy>(entries: &[T], free: impl Fn(T, T) -> bool) -> bool {
    let last = entries.len() - 1;
    (1..=last).all(|index| free(entries[0], entries[index]))
        && (0..last).all(|index| free(entries[index], entries[last]))
}

fn word(kind: Kind) -> String {
    format!("{kind:?}").split('(').next().unwrap_or_default().to_owned()
}

/// No profile holds both, or they come to the same.
fn are_apart(profile: &Profile, one: Kind, other: Kind) -> bool {
    let pair = |holds: fn(Kind, Kind) -> bool| holds(one, other) || holds(other, one);
    let one_kind_each =
        |kind: Kind| matches!(kind, Kind::RoleFromProfile | Kind::WebIdentity | Kind::Process);
    let is_exclusive = [profile.kinds, profile.base].iter().all(|kinds| kinds.contains(&Kind::Several));
    pair(is_role_or_web_identity)
        || pair(is_role_or_none)
        || pair(is_the_same_role)
        || (is_exclusive && one_kind_each(one) && one_kind_each(other))
}

/// A token file in a profile makes its role one for web identity.
fn is_role_or_web_identity(one: Kind, other: Kind) -> bool {
    let (Kind::Role(role) | Kind::RoleWithoutKeys(role)) = one else { return false };
    let yields = !matches!(role, Sourceless::Blocks | Sourceless::Ignored);
    yields && matches!(other, Kind::WebIdentity | Kind::WebIdentityToken)
}

/// Without `role_arn` it is no role.
fn is_role_or_none(one: Kind, other: Kind) -> bool {
    one == Kind::SourceAlone && matches!(other, Kind::Role(_) | Kind::RoleWithoutKeys(_))
}

fn is_the_same_role(one: Kind, other: Kind) -> bool {
    one == Kind::RoleFromProfile && matches!(other, Kind::Role(_))
}

/// Where both could be taken, this one is, when it goes first.
fn covers(earlier: Kind, one: Kind, other: Kind) -> bool {
    let needs_role = |kind| matches!(kind, Kind::Role(_) | Kind::RoleFromProfile | Kind::WebIdentity);
    earlier == Kind::RoleOverKeys
        && ((needs_role(one) && other == Kind::Static) || (needs_role(other) && one == Kind::Static))
}
