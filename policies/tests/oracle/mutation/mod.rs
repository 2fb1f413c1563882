//! Every entry of a chain is there because a recording needs it: whatever is taken out of one, put in
//! another's place or replaced, some recording must disagree. What none tells apart is listed in
//! `policies/src/trace/unproven.txt`, and `trace` shows it.
//!
//! `ORACLE_UNPROVEN=write` in the environment writes that list anew.

mod change;
mod model;
mod moot;
mod search;
mod traits;

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

/// Reasons, as the list has them.
const NOT_RECORDED: &str = "not recorded where it matters";
const RECORDED_ALIKE: &str = "the recording fits both";
const NO_ENVIRONMENT: &str = "it matters in no environment that is known";

/// One environment, what the real SDK did in it if it was recorded, and the walk of the chain as it is.
struct Row<'e> {
    environment: &'e Environment,
    recorded: Option<String>,
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

    /// Every environment, those that this chain's SDK was recorded in first; none if it never was.
    fn rows(&self, chain: &'static Chain) -> Vec<Row<'_>> {
        let is_own = |recording: &&Recording| recording.chain().is_some_and(|found| found.sdk == chain.sdk);
        let own: BTreeMap<_, _> = self
            .recordings
            .iter()
            .filter(is_own)
            .flat_map(|recording| recording.rows.iter().cloned())
            .collect();
        let row = |(name, environment): (&String, _)| {
            let recorded = own.get(name).map(|recorded| corrected(recorded, environment));
            Row { environment, recorded, traced: walk(chain, &environment.offer, &[]) }
        };
        let mut rows: Vec<_> = self.environments.iter().map(row).collect();
        rows.sort_by_key(|row| row.recorded.is_none());
        if own.is_empty() { Vec::new() } else { rows }
    }

    /// The walk of a changed chain in the words of recordings, where it is not the same walk.
    fn differing(&self, mutant: &'static Chain, row: &Row<'_>) -> Option<Vec<String>> {
        let now = walk(mutant, &row.environment.offer, &[]);
        let place = |trace: &SdkTrace| trace.winner().and_then(|link| link.at);
        let is_same = now.outcome.kind == row.traced.outcome.kind
            && now.outcome.source == row.traced.outcome.source
            && place(&now) == place(&row.traced);
        (!is_same).then(|| traced(&now, row.environment, &self.keys))
    }

    fn is_refuted_by(&self, mutant: &'static Chain, row: &Row<'_>) -> bool {
        let Some(recorded) = &row.recorded else { return false };
        self.differing(mutant, row).is_some_and(|said| !agrees(recorded, &said))
    }

    /// Why nothing recorded refutes a change.
    fn reason(&self, mutant: &'static Chain, rows: &[Row<'_>]) -> &'static str {
        let tells = |row: &&Row<'_>| {
            let own = traced(&row.traced, row.environment, &self.keys);
            self.differing(mutant, row).is_some_and(|said| !said.iter().any(|said| own.contains(said)))
        };
        match rows.iter().rev().find(tells) {
            Some(Row { recorded: None, .. }) => NOT_RECORDED,
            Some(_) => RECORDED_ALIKE,
            None => NO_ENVIRONMENT,
        }
    }

    /// The changes of a chain that every recording of its SDK still agrees with.
    fn survivors(&self, chain: &'static Chain, rows: &[Row<'_>]) -> Vec<Mutant> {
        let recorded = rows.iter().take_while(|row| row.recorded.is_some()).count();
        let mut found = Vec::new();
        let mut told: BTreeSet<String> = BTreeSet::new();
        let mut last = 0;
        let changes = if rows.is_empty() { Vec::new() } else { chain.changes() };
        for mutant in changes.into_iter().map(Mutant::of).filter(|mutant| mutant.moot(chain).is_none()) {
            // Similar changes are refuted by the same recording.
            let mut order = (last..recorded).chain(0..last);
            let refuted = order.find(|index| self.is_refuted_by(mutant.chain, &rows[*index]));
            last = refuted.unwrap_or(last);
            match refuted {
                None => found.push(mutant),
                Some(_) if mutant.what.is_none() => _ = told.insert(mutant.path),
                Some(_) => (),
            }
        }
        found.retain(|mutant| mutant.what.is_some() || !told.contains(&mutant.path));
        found
    }
}

/// A chain with one thing changed, for as long as the test runs.
struct Mutant {
    path: String,
    what: Option<String>,
    chain: &'static Chain,
}

impl Mutant {
    fn of(change: Changed<Chain>) -> Self {
        let Changed { path, what, value } = change;
        Self { path, what, chain: Box::leak(Box::new(value)) }
    }

    fn moot(&self, chain: &Chain) -> Option<&'static str> {
        moot::why(chain, &self.path, self.what.as_deref())
    }

    /// As the list has it. Other values of one part have one line.
    fn line(&self) -> String {
        let part = self.path.strip_prefix("links.").unwrap_or(&self.path);
        format!("{} {part} {}", self.chain.sdk, self.what.as_deref().unwrap_or(NOT_TOLD_APART))
    }
}

/// What is done to every chain, half of them on each of two threads; what comes of it, in their order.
fn of_every_chain<T: Send>(done: impl Fn(&'static Chain) -> Vec<T> + Sync) -> Vec<T> {
    let (first, second) = CHAINS.split_at(CHAINS.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| second.iter().flat_map(|chain| done(chain)).collect::<Vec<_>>());
        let mut all: Vec<_> = first.iter().flat_map(|chain| done(chain)).collect();
        all.extend(other.join().expect("the other half"));
        all
    })
}

/// The survivors of every chain and why they do, in lines as the list has them.
fn survey() -> Vec<String> {
    let oracle = Oracle::read();
    of_every_chain(|chain| {
        let rows = oracle.rows(chain);
        let mut lines: BTreeMap<String, &str> = BTreeMap::new();
        for mutant in oracle.survivors(chain, &rows) {
            let reason = oracle.reason(mutant.chain, &rows);
            let said = lines.entry(mutant.line()).or_insert(reason);
            // Of several values the one that could be told most easily.
            if *said == NO_ENVIRONMENT {
                *said = reason;
            }
        }
        lines.into_iter().map(|(line, reason)| format!("{line}: {reason}")).collect()
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
