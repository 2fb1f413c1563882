//! `policyctl ecs check` and `policyctl ecs audit`: what an account holds, examined like files.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use policyctl_ecs::account::{self, Account, Described, Holdings, Pace, Running};
use policyctl_ecs::surroundings;
use policyctl_policies::credential::safe_name;
use policyctl_policies::finding::{Located, LocatedEvidence};
use policyctl_policies::policy::Door;
use policyctl_policies::verdict::Judge;
use rayon::prelude::*;
use tokio::runtime::Builder;

use crate::arguments::{Audit, Examination, Named, Registered, Verbosity};
use crate::command::Error;
use crate::command::check::{Ending, conclude};
use crate::gather::{Input, Inputs, Progress, Source};
use crate::policy::today;
use crate::report::{Run, Sources};
use crate::run::{self, NotRead, Outcome};
use crate::status::Status;

/// How many of what runs a definition are named in a finding about it.
const RUNNERS: usize = 3;

pub(super) fn check(named: &Named, verbosity: Verbosity) -> Result<Status, Error> {
    let region =
        named.how.place.region.clone().map_or_else(|| region_of(&named.names), |given| Ok(Some(given)))?;
    let read = Read { how: &named.how, region, verbosity };
    read.examine(async |account| account.named(&named.names).await)
}

pub(super) fn audit(audit: &Audit, verbosity: Verbosity) -> Result<Status, Error> {
    let read = Read { how: &audit.how, region: audit.how.place.region.clone(), verbosity };
    if audit.all_clusters || !audit.cluster.is_empty() {
        let asked = Running { clusters: audit.cluster.clone(), family_prefix: audit.family_prefix.clone() };
        return read.examine(async |account| account.running(&asked).await);
    }
    let asked = account::Registered {
        family_prefix: audit.family_prefix.clone(),
        status: audit.status.into(),
        every_revision: audit.every_revision,
        daemons: audit.daemons,
    };
    read.examine(async |account| account.registered(&asked).await)
}

impl From<Registered> for account::Status {
    fn from(status: Registered) -> Self {
        match status {
            Registered::Active => Self::Active,
            Registered::Inactive => Self::Inactive,
            Registered::DeleteInProgress => Self::DeleteInProgress,
        }
    }
}

/// The region that ARNs among the names say: `arn:aws:ecs:REGION:...`.
fn region_of(names: &[String]) -> Result<Option<String>, Error> {
    let said = names.iter().filter(|name| name.starts_with("arn:")).filter_map(|arn| arn.split(':').nth(3));
    let said: BTreeSet<_> = said.filter(|region| !region.is_empty()).collect();
    if said.len() > 1 {
        return Err(Error::Usage("the ARNs are of several regions: check one region at a time".to_owned()));
    }
    Ok(said.first().map(|region| (*region).to_owned()))
}

/// An account being read.
struct Read<'a> {
    how: &'a Examination,
    region: Option<String>,
    verbosity: Verbosity,
}

impl Read<'_> {
    fn examine(self, ask: impl AsyncFnOnce(&Account) -> Holdings) -> Result<Status, Error> {
        let started = Instant::now();
        let mut chosen = super::chosen(self.how.policy.as_deref(), &[])?;
        // What an account holds is never all that there is.
        chosen.policy.surroundings.complete = false;
        let holdings = self.holdings(ask)?;
        let judge =
            Judge { policy: &chosen.policy, door: Door::Cli, day: self.how.today.unwrap_or_else(today) };
        let (inputs, outcome) = judged(&holdings, &judge);
        let run = Run {
            outcome: &outcome,
            policy: &chosen.policy,
            sources: &Sources::new(&inputs, chosen.file.as_deref()),
            elapsed: started.elapsed(),
            verbosity: self.verbosity,
        };
        let ending = Ending {
            format: self.how.format,
            reports: &self.how.report,
            fail_on: self.how.fail_on,
            nothing: "nothing to check: there is no such task definition",
        };
        let status = conclude(&run, &ending)?;
        let refused = holdings.described.is_empty() && !holdings.lost.is_empty();
        Ok(if refused { Status::Refused } else { status })
    }

    fn holdings(&self, ask: impl AsyncFnOnce(&Account) -> Holdings) -> Result<Holdings, Error> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
        let pace = Pace { per_second: self.how.rate, ..Pace::default() };
        let (region, endpoint) = (self.region.clone(), self.how.place.endpoint_url.clone());
        runtime.block_on(async {
            let surroundings = surroundings(region, endpoint).await;
            let account = Account::new(&surroundings, pace);
            let account =
                if self.how.read_roles { account.with_roles(super::roles(&surroundings)?) } else { account };
            let tally = account.tally();
            let line = move || format!("read {} of {} task definitions", tally.described(), tally.listed());
            let _progress = Progress::showing(line);
            Ok(ask(&account).await)
        })
    }
}

/// Each on its own: what else an account holds says nothing about a task definition.
fn judged(holdings: &Holdings, judge: &Judge<'_>) -> (Inputs, Outcome) {
    let inputs = Inputs::of(holdings.described.iter().map(input).collect());
    let outcomes: Vec<_> =
        inputs.found.par_iter().map(|input| run::alone(input, &holdings.refusing, judge)).collect();
    let mut all = Outcome::default();
    all.unreadable.extend(holdings.lost.iter().map(|lost| NotRead {
        file: safe_name(&lost.what).into(),
        position: None,
        reason: lost.reason.clone(),
    }));
    let mut known = BTreeMap::new();
    for (described, mut outcome) in holdings.described.iter().zip(outcomes) {
        if let Some(known) = described.overrides.as_deref().and_then(|definition| known.get(definition)) {
            leave_out(&mut outcome, known);
        }
        known.insert(described.arn.as_str(), fingerprints(&outcome));
        tell_runners(&mut outcome, &described.runs);
        all.absorb(outcome);
    }
    (inputs, all)
}

fn input(described: &Described) -> Input {
    let source = Source::Bytes(described.text.as_bytes().into());
    Input { name: described.arn.as_str().into(), source, named: true }
}

fn fingerprints(outcome: &Outcome) -> BTreeSet<String> {
    let verdict = &outcome.verdict;
    let excepted = verdict.excepted.iter().map(|excepted| &excepted.finding);
    verdict.findings.iter().chain(&verdict.notes).chain(excepted).map(Located::fingerprint).collect()
}

/// A task with overrides is told for what they bring; the rest is its definition's, and told there. It counts as
/// a workload, so that task definitions are counted once.
fn leave_out(outcome: &mut Outcome, known: &BTreeSet<String>) {
    let new = |finding: &Located| !known.contains(&finding.fingerprint());
    let verdict = &mut outcome.verdict;
    verdict.findings.retain(&new);
    verdict.notes.retain(&new);
    verdict.excepted.retain(|excepted| new(&excepted.finding));
    outcome.counts.workloads += std::mem::take(&mut outcome.counts.task_definitions);
}

/// Says in each finding what it concerns that runs.
fn tell_runners(outcome: &mut Outcome, runs: &[String]) {
    if runs.is_empty() {
        return;
    }
    let more = runs.len().saturating_sub(RUNNERS);
    let and = if more > 0 { format!(" and {more} more") } else { String::new() };
    let says = format!("it runs as {}{and}", runs[..runs.len() - more].join(", "));
    for finding in outcome.verdict.findings.iter_mut().chain(&mut outcome.verdict.notes) {
        finding.evidence.push(LocatedEvidence { place: None, says: says.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn arns_say_the_region_where_they_agree() {
        let (west, east) = ("arn:aws:ecs:eu-west-1:1:task-definition/a:1", "arn:aws:ecs:us-east-1:1:x");
        assert_eq!(region_of(&names(&[west, "web:3"])).unwrap().as_deref(), Some("eu-west-1"));
        assert_eq!(region_of(&names(&["web"])).unwrap(), None);
        assert!(region_of(&names(&[west, east])).is_err());
    }
}
