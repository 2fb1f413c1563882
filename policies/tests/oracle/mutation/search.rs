//! Which environments would tell survivors from the chains they were made from, if they were recorded.
//!
//! `oracle/search.py` draws environments and has them judged here: `ORACLE_CANDIDATES` names a file with one
//! environment a line, in JSON; what each tells apart is written to the file that `ORACLE_VERDICTS` names.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::sync::Arc;

use policyctl_policies::document::{Format, Limits, parse};
use policyctl_policies::trace::walk;

use super::super::{Environment, environment_of, traced};
use super::{Mutant, Oracle, of_every_chain};

fn candidates(text: &str) -> Vec<Environment> {
    let name = Arc::from("candidates");
    let read = |line: &str| {
        let documents = parse(&name, line.as_bytes(), Format::Json, Limits::default());
        let document = documents.into_iter().next().expect("a document").expect("JSON");
        environment_of(&document).1
    };
    text.lines().map(read).collect()
}

impl Oracle {
    /// The candidates are told apart by their words, as recordings are.
    fn tells(&self, candidate: &Environment, mutants: &[Mutant], own: &[String]) -> Vec<usize> {
        let differs = |mutant: &Mutant| {
            let said = traced(&walk(mutant.chain, &candidate.offer, &[]), candidate, &self.keys);
            !said.iter().any(|said| own.contains(said))
        };
        (0..mutants.len()).filter(|index| differs(&mutants[*index])).collect()
    }
}

#[test]
#[ignore = "a search for environments that are worth recording, not a check"]
fn candidates_are_judged_by_what_they_tell_apart() {
    let (Ok(from), Ok(to)) = (env::var("ORACLE_CANDIDATES"), env::var("ORACLE_VERDICTS")) else { return };
    let oracle = Oracle::read();
    let candidates = candidates(&fs::read_to_string(from).expect("readable"));
    let verdicts = of_every_chain(|chain| {
        let mutants = oracle.survivors(chain, &oracle.rows(chain));
        let mut verdicts = BTreeSet::new();
        for (number, candidate) in candidates.iter().enumerate() {
            let own = traced(&walk(chain, &candidate.offer, &[]), candidate, &oracle.keys);
            let told = oracle.tells(candidate, &mutants, &own);
            verdicts.extend(told.into_iter().map(|index| (mutants[index].line(), Some(number))));
        }
        verdicts.extend(mutants.iter().map(|mutant| (mutant.line(), None)));
        verdicts.into_iter().collect()
    });
    let lines = verdicts.iter().map(|(line, number)| match number {
        Some(number) => format!("{number}\t{line}\n"),
        None => format!("-\t{line}\n"),
    });
    fs::write(to, lines.collect::<String>()).expect("writable");
}
