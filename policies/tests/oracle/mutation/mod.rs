//! Every entry of a chain is there because a recording needs it: whatever is taken out of one, put in
//! another's place or replaced, some recording must disagree. What none tells apart is listed in
//! `policies/src/trace/unproven.txt`, and `trace` shows it.
//!
//! `ORACLE_UNPROVEN=write` in the environment writes that list anew.

mod change;
mod model;
mod moot;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::thread;

use policyctl_policies::trace::chain::Chain;
use policyctl_policies::trace::chains::CHAINS;
use policyctl_policies::trace::{SdkTrace, unproven, walk};

use self::change::{Change as _, Changed};
use super::{
    Environment, Recording, agrees, corrected, environments, files, folders, keys, recorded, traced,
};

/// What is said of a value that no other value was refuted for.
const NOT_TOLD_APART: &str = "told from no other value";

/// One environment, what the real SDK did in it, and the walk of the chain as it is.
struct Row<'e> {
    environment: &'e Environment,
    recorded: String,
    traced: SdkTrace,
}

/// Everything that was recorded.
struct Oracle {
    environments: BTreeMap<String, Environment>,
    keys: BTreeMap<String, String>,
    recordings: Vec<Recording>,
}

impl Oracle {
    fn read() -> Self {
        let paths = folders().into_iter().flat_map(|folder| files(&folder, "jsonl"));
        let recordings = paths.filter_map(|path| recorded(&path)).collect();
        Self { environments: environments(), keys: keys(), recordings }
    }

    /// The recordings of one chain's SDK.
    fn rows(&self, chain: &'static Chain) -> Vec<Row<'_>> {
        let own = self
            .recordings
            .iter()
            .filter(|recording| recording.chain().is_some_and(|found| found.sdk == chain.sdk));
        let row = |(name, recorded): &(String, String)| {
            let environment = self.environments.get(name)?;
            let traced = walk(chain, &environment.offer, &[]);
            Some(Row { environment, recorded: corrected(recorded, environment), traced })
        };
        own.flat_map(|recording| &recording.rows).filter_map(row).collect()
    }

    fn is_refuted_by(&self, mutant: &'static Chain, row: &Row<'_>) -> bool {
        let now = walk(mutant, &row.environment.offer, &[]);
        let place = |trace: &SdkTrace| trace.winner().and_then(|link| link.at);
        let is_same = now.outcome.kind == row.traced.outcome.kind
            && now.outcome.source == row.traced.outcome.source
            && place(&now) == place(&row.traced);
        !is_same && !agrees(&row.recorded, &traced(&now, row.environment, &self.keys))
    }

    /// What can be changed in a chain with every recording of its SDK still agreeing, by part.
    fn survivors(&self, chain: &'static Chain) -> BTreeSet<(String, String)> {
        let rows = self.rows(chain);
        let mut found = BTreeSet::new();
        let mut values: BTreeMap<String, bool> = BTreeMap::new();
        let mut last = 0;
        let changes = if rows.is_empty() { Vec::new() } else { chain.changes() };
        for Changed { path, what, value } in
            changes.into_iter().filter(|change| !moot::is(chain, &change.path))
        {
            let mutant: &'static Chain = Box::leak(Box::new(value));
            // Similar changes are refuted by the same recording.
            let mut order = (last..rows.len()).chain(0..last);
            let refuted = order.find(|index| self.is_refuted_by(mutant, &rows[*index]));
            last = refuted.unwrap_or(last);
            let part = path.strip_prefix("links.").map_or(path.clone(), str::to_owned);
            match what {
                None => *values.entry(part).or_default() |= refuted.is_some(),
                Some(what) if refuted.is_none() => _ = found.insert((part, what)),
                Some(_) => (),
            }
        }
        let alike = values.into_iter().filter(|(_, refuted)| !refuted);
        found.extend(alike.map(|(part, _)| (part, NOT_TOLD_APART.to_owned())));
        found
    }
}

/// The survivors of every chain, in lines as the list has them; half of the chains on each of two threads.
fn survey() -> Vec<String> {
    let oracle = Oracle::read();
    let lines = |chains: &[&'static Chain]| {
        let of_one = |chain: &&'static Chain| {
            let survivors = oracle.survivors(chain).into_iter();
            survivors.map(|(part, what)| format!("{} {part} {what}", chain.sdk)).collect::<Vec<_>>()
        };
        chains.iter().flat_map(of_one).collect::<Vec<_>>()
    };
    let (first, second) = CHAINS.split_at(CHAINS.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| lines(second));
        let mut all = lines(first);
        all.extend(other.join().expect("the other half"));
        all
    })
}

fn list() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/trace/unproven.txt")
}

#[test]
fn every_entry_of_a_chain_is_proven_or_listed_as_unproven() {
    let found = survey();
    if std::env::var_os("ORACLE_UNPROVEN").is_some_and(|word| word == "write") {
        fs::write(list(), found.join("\n") + "\n").expect("writable");
    }
    let said = fs::read_to_string(list()).expect("readable");
    let (found, said): (BTreeSet<_>, BTreeSet<_>) =
        (found.iter().map(String::as_str).collect(), said.lines().collect());
    let unlisted: Vec<_> = found.difference(&said).collect();
    let proven: Vec<_> = said.difference(&found).collect();
    assert!(unlisted.is_empty(), "no recording tells these apart, and they are not listed: {unlisted:#?}");
    assert!(proven.is_empty(), "a recording proves these, and they are listed as unproven: {proven:#?}");
}

#[test]
fn what_is_listed_as_unproven_belongs_to_a_part_of_its_chain() {
    for chain in CHAINS {
        for gap in unproven(chain.sdk) {
            let parts = ["gates", "links", "profiles", "sts", "proxies", "end"];
            let provider = chain.links.iter().any(|link| gap.concerns(link.name));
            let head = gap.part.split('.').next().unwrap_or_default();
            assert!(provider || parts.contains(&head), "{}: {} {}", chain.sdk, gap.part, gap.what);
        }
    }
}
