//! What an offer promises of every chain, so that rules need not walk them, holds in every recorded environment.

use std::collections::{BTreeMap, BTreeSet};

use policyctl_policies::trace::chain::Chain;
use policyctl_policies::trace::chains::CHAINS;
use policyctl_policies::trace::offer::MetadataAnswer;
use policyctl_policies::trace::{Bare, Offer, Source, State, walk};

use super::{Environment, environments};

/// The recorded environments whose offer is at least so bare.
fn at_least(bare: Bare) -> BTreeMap<String, Environment> {
    environments().into_iter().filter(|(_, environment)| environment.offer.bareness() >= bare).collect()
}

#[test]
fn where_an_offer_is_bare_of_files_no_chain_looks_into_one() {
    let without = at_least(Bare::OfFiles);
    assert!(without.len() > 100, "{} environments are no proof", without.len());
    for (name, environment) in &without {
        for chain in CHAINS {
            let links = walk(chain, &environment.offer, &[]).chain;
            let found = links
                .iter()
                .find(|link| link.state != State::Absent && link.source.as_ref().is_some_and(is_from_file));
            assert!(found.is_none(), "{name}: {} in {found:?}", chain.sdk);
        }
    }
}

#[test]
fn where_an_offer_is_bare_of_keys_no_chain_ends_with_one() {
    let is_role = |source: &Source| {
        matches!(source, Source::WebIdentity | Source::ContainerRelative | Source::ContainerFull)
            || matches!(source, Source::PodIdentity | Source::Metadata | Source::MetadataAlternative)
    };
    let without = at_least(Bare::OfKeys);
    assert!(without.len() > 100, "{} environments are no proof", without.len());
    for (name, environment) in &without {
        for chain in CHAINS {
            let source = walk(chain, &environment.offer, &[]).outcome.source;
            assert!(source.as_ref().is_none_or(is_role), "{name}: {} ends with {source:?}", chain.sdk);
        }
    }
}

#[test]
fn where_an_offer_is_bare_of_choice_all_chains_end_in_one_place() {
    let without = at_least(Bare::OfChoice);
    assert!(without.len() > 30, "{} environments are no proof", without.len());
    for (name, environment) in &without {
        let ends = CHAINS.iter().filter_map(|chain| walk(chain, &environment.offer, &[]).outcome.source);
        let places: BTreeSet<String> = ends.map(|source| source.to_string()).collect();
        assert!(places.len() <= 1, "{name}: {places:?}");
    }
}

#[test]
fn where_the_metadata_service_refuses_or_is_not_known_no_chain_ends_as_the_instance() {
    for answer in [MetadataAnswer::Refused, MetadataAnswer::Unknown] {
        for (name, mut environment) in environments() {
            environment.offer.endpoints.metadata = answer;
            for chain in CHAINS {
                let source = walk(chain, &environment.offer, &[]).outcome.source;
                assert_ne!(source, Some(Source::Metadata), "{name}: {} with {answer:?}", chain.sdk);
            }
        }
    }
}

#[test]
fn every_variable_that_names_a_file_or_a_profile_speaks_of_files() {
    let variables = |chain: &Chain| {
        let profiles = &chain.profiles;
        let files = [profiles.credentials, profiles.config].into_iter().flatten();
        files.chain([profiles.names, profiles.names_with_config]).flatten().copied().collect::<Vec<_>>()
    };
    let names: BTreeSet<&str> = CHAINS.iter().flat_map(|chain| variables(chain)).collect();
    assert!(names.contains("AWS_CONFIG_FILE"));
    for name in names {
        let mut offer = Offer::default();
        offer.variables.text(name, "/etc/aws");
        assert_eq!(offer.bareness(), Bare::OfNothing, "{name}");
    }
}

/// The credentials come from a file of profiles or keys, directly or in the end.
fn is_from_file(source: &Source) -> bool {
    match source {
        Source::File(_)
        | Source::Config(_)
        | Source::BotoConfig
        | Source::WebIdentityProfile
        | Source::Process
        | Source::Sso => true,
        Source::AssumeRole(from) => is_from_file(from),
        _ => false,
    }
}
