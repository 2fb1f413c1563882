//! Every entry of a chain is there because a recording needs it: two providers swapped, or one name left
//! out, must make some recording disagree. What nobody proves is listed in the chain's data.

use std::collections::BTreeSet;

use policyctl_policies::trace::chain::{Chain, Keys, Link, Profiles, Provider};
use policyctl_policies::trace::chains::CHAINS;
use policyctl_policies::trace::unproven;

use super::{Recording, differences, environments, files, folders, keys, recorded};

type Names = &'static [&'static str];

/// A chain with one thing changed, and what was changed.
struct Mutant {
    chain: &'static Chain,
    what: String,
}

#[expect(clippy::large_types_passed_by_value, reason = "it is moved into its box")]
fn leaked(chain: Chain) -> &'static Chain {
    Box::leak(Box::new(chain))
}

fn with_links(chain: &Chain, links: Vec<Link>, what: String) -> Mutant {
    Mutant { chain: leaked(Chain { links: links.leak(), ..*chain }), what }
}

/// Neighbours swapped.
fn swaps(chain: &Chain) -> Vec<Mutant> {
    let swap = |index: usize| {
        let mut links = chain.links.to_vec();
        links.swap(index, index + 1);
        let what = format!("{} before {}", chain.links[index].name, chain.links[index + 1].name);
        with_links(chain, links, what)
    };
    (0..chain.links.len().saturating_sub(1)).map(swap).collect()
}

/// Lists with one of several names left out.
fn shorter(names: Names) -> Vec<(Names, &'static str)> {
    let without = |index: usize| {
        let mut left = names.to_vec();
        let name = left.remove(index);
        (&*left.leak(), name)
    };
    if names.len() < 2 { Vec::new() } else { (0..names.len()).map(without).collect() }
}

/// Key variables left out.
fn key_names(chain: &Chain) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (index, link) in chain.links.iter().enumerate() {
        let Provider::Keys(keys) = link.provider else { continue };
        let mut add = |keys: Keys, name: &str| {
            let mut links = chain.links.to_vec();
            links[index].provider = Provider::Keys(keys);
            mutants.push(with_links(chain, links, format!("{} {name}", link.name)));
        };
        for (id, name) in shorter(keys.id) {
            add(Keys { id, ..keys }, name);
        }
        for (secret, name) in shorter(keys.secret) {
            add(Keys { secret, ..keys }, name);
        }
    }
    mutants
}

/// Names of the profile and of the region left out.
fn other_names(chain: &Chain) -> Vec<Mutant> {
    let profiles = shorter(chain.profiles.names).into_iter().map(|(names, name)| {
        let profiles = Profiles { names, ..chain.profiles };
        Mutant { chain: leaked(Chain { profiles, ..*chain }), what: format!("profile {name}") }
    });
    let regions = shorter(chain.sts.regions).into_iter().map(|(regions, name)| {
        let mut sts = chain.sts;
        sts.regions = regions;
        Mutant { chain: leaked(Chain { sts, ..*chain }), what: format!("region {name}") }
    });
    profiles.chain(regions).collect()
}

#[test]
fn every_entry_of_a_chain_is_proven_or_listed_as_unproven() {
    let (environments, key_ids) = (environments(), keys());
    let all: Vec<Recording> = folders()
        .iter()
        .flat_map(|folder| files(folder, "jsonl"))
        .filter_map(|path| recorded(&path))
        .collect();
    let mut wrong = Vec::new();
    for chain in CHAINS {
        let own: Vec<_> = all
            .iter()
            .filter(|recording| recording.chain().is_some_and(|found| found.sdk == chain.sdk))
            .collect();
        if own.is_empty() {
            continue;
        }
        let survives = |mutant: &Mutant| {
            own.iter()
                .all(|recording| differences(mutant.chain, recording, &environments, &key_ids).is_empty())
        };
        let mutants: Vec<_> =
            [swaps(chain), key_names(chain), other_names(chain)].into_iter().flatten().collect();
        let survivors: BTreeSet<_> =
            mutants.iter().filter(|mutant| survives(mutant)).map(|mutant| mutant.what.clone()).collect();
        let listed: BTreeSet<_> = unproven(chain.sdk).map(str::to_owned).collect();
        wrong.extend(
            survivors
                .symmetric_difference(&listed)
                .map(|what| format!("    (\"{}\", \"{what}\"),", chain.sdk)),
        );
    }
    assert!(wrong.is_empty(), "listed and proven, or unproven and not listed:\n{}", wrong.join("\n"));
}
