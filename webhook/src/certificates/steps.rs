//! What the keyring becomes by a step.

use anyhow::{Result, bail};

use super::authority::{self, is_ours};
use super::keyring::{Certificate, Keyring, Pair};
use super::plan::{MOST_RETIRED, Step, Terms, outlived};
use super::published::Published;

/// The keyring after a step. [`Step::Found`] and [`Step::Discard`] can do without one before.
pub(super) fn taken(
    step: Step,
    before: Option<&Keyring>,
    published: &Published,
    now: i64,
    terms: &Terms,
) -> Result<Keyring> {
    match (step, before.cloned()) {
        (Step::Found, _) => found(published, now, terms),
        (Step::Discard, _) => found(&Published::default(), now, terms),
        (Step::Announce, Some(keyring)) => {
            Ok(Keyring { next: Some(authority::new(now, terms.authority)?), ..keyring })
        }
        (Step::Promote, Some(keyring)) => promoted(keyring, now, terms),
        (Step::Renew, Some(keyring)) => {
            Ok(Keyring { leaf: leaf(&keyring.authority, now, terms)?, ..keyring })
        }
        (Step::Prune, Some(mut keyring)) => {
            let kept = outlived(&keyring, now, terms);
            keyring.retired.truncate(kept);
            Ok(keyring)
        }
        (Step::Rest, Some(keyring)) => Ok(keyring),
        (step, None) => bail!("there is nothing to {}", step.name()),
    }
}

/// Everything anew. Replicas may still serve what they had, so our authorities that are published stay trusted.
fn found(published: &Published, now: i64, terms: &Terms) -> Result<Keyring> {
    let authority = authority::new(now, terms.authority)?;
    let leaf = leaf(&authority, now, terms)?;
    let still = |certificate: &Certificate| certificate.ends > now && is_ours(certificate);
    let retired = published.anywhere().into_iter().filter(still).take(MOST_RETIRED).collect();
    Ok(Keyring { authority, leaf, next: None, retired })
}

fn promoted(keyring: Keyring, now: i64, terms: &Terms) -> Result<Keyring> {
    let Keyring { authority: old, next, retired, leaf: served } = keyring;
    let Some(authority) = next else { return Ok(Keyring { authority: old, next, retired, leaf: served }) };
    let leaf = leaf(&authority, now, terms)?;
    let retired = std::iter::once(old.certificate).chain(retired).take(MOST_RETIRED).collect();
    Ok(Keyring { authority, leaf, next: None, retired })
}

fn leaf(authority: &Pair, now: i64, terms: &Terms) -> Result<Pair> {
    authority::leaf(authority, &terms.names, now, terms.leaf)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::plan::{Demand, Seen, next};
    use super::super::published::{Entry, Kind, Named};
    use super::*;

    const DAY: i64 = 86_400;
    const START: i64 = 20_000 * DAY;

    fn terms() -> Terms {
        Terms { leaf: 90 * DAY, authority: 365 * DAY, settle: 30, names: vec!["a.example".to_owned()] }
    }

    fn publishing(bundle: &str) -> Published {
        let named = Named { kind: Kind::Mutating, name: "policyctl".to_owned() };
        let entry = Entry {
            webhook: "mutate.policyctl.dev".to_owned(),
            server: "a.example".to_owned(),
            bundle: bundle.as_bytes().to_vec(),
        };
        Published(BTreeMap::from([(named, vec![entry])]))
    }

    /// A holder of the Lease, API servers that see what it publishes, and a replica that hears of it last.
    struct Trial {
        keyring: Option<Keyring>,
        published: Published,
        published_since: i64,
        served: Option<Keyring>,
        now: i64,
    }

    impl Trial {
        fn new() -> Self {
            Self { keyring: None, published: publishing(""), published_since: 0, served: None, now: START }
        }

        fn turn(&mut self, demand: Option<Demand>) -> Step {
            let since = Some(self.published_since).filter(|_| self.next_is_published());
            let seen = Seen { keyring: self.keyring.as_ref(), demand, next_published: since, now: self.now };
            let step = next(seen, &terms());
            let after = taken(step, self.keyring.as_ref(), &self.published, self.now, &terms()).unwrap();
            self.keyring = Some(after);
            step
        }

        fn next_is_published(&self) -> bool {
            let next = self.keyring.as_ref().and_then(|keyring| keyring.next.as_ref());
            next.is_some_and(|next| self.published.everywhere().contains(&next.certificate))
        }

        fn publish(&mut self) {
            let bundle = self.keyring.as_ref().unwrap().bundle();
            let fresh = publishing(&bundle);
            if fresh != self.published {
                (self.published, self.published_since) = (fresh, self.now);
            }
        }

        fn serve(&mut self) {
            self.served = self.keyring.clone();
        }

        /// Neither what is served nor what the Secret offers would be refused.
        fn holds(&self) {
            for keyring in [&self.served, &self.keyring].into_iter().flatten() {
                let chain = [keyring.leaf.certificate.der.clone()];
                assert_eq!(self.published.refusals(&chain, self.now), [] as [String; 0]);
            }
        }
    }

    #[test]
    fn a_replica_that_hears_of_nothing_is_trusted_through_three_rotations() {
        let mut trial = Trial::new();
        trial.turn(None);
        trial.publish();
        trial.serve();
        for _ in 0..3 {
            assert_eq!(trial.turn(Some(Demand::Authority)), Step::Announce);
            trial.holds();
            trial.publish();
            trial.holds();
            trial.now += 30;
            assert_eq!(trial.turn(None), Step::Promote);
            trial.holds();
            trial.publish();
            trial.holds();
        }
        assert_eq!(trial.keyring.unwrap().retired.len(), 3);
    }

    #[test]
    fn a_replica_is_trusted_also_after_the_secret_was_deleted() {
        let mut trial = Trial::new();
        trial.turn(None);
        trial.publish();
        trial.serve();
        trial.keyring = None;
        assert_eq!(trial.turn(None), Step::Found);
        trial.publish();
        trial.holds();
    }

    #[test]
    fn a_webhook_that_is_called_by_another_name_gets_a_leaf_for_it_too() {
        let mut trial = Trial::new();
        trial.turn(None);
        trial.publish();
        let mut renamed = trial.published.clone();
        renamed.0.values_mut().flatten().for_each(|entry| entry.server = "b.example".to_owned());
        let wanted = terms().covering(&renamed);
        let seen = Seen { keyring: trial.keyring.as_ref(), demand: None, next_published: None, now: START };
        assert_eq!(next(seen, &wanted), Step::Renew);
        let after = taken(Step::Renew, trial.keyring.as_ref(), &renamed, START, &wanted).unwrap();
        assert_eq!(after.leaf.certificate.names(), ["a.example", "b.example"]);
    }

    #[test]
    fn nothing_old_is_trusted_after_a_leak() {
        let mut trial = Trial::new();
        trial.turn(None);
        trial.publish();
        trial.serve();
        assert_eq!(trial.turn(Some(Demand::Discard)), Step::Discard);
        trial.publish();
        let old = trial.served.unwrap().authority.certificate;
        assert!(!trial.published.anywhere().contains(&old));
    }

    #[test]
    fn ten_years_pass_without_a_moment_of_distrust() {
        let mut trial = Trial::new();
        let mut steps = BTreeMap::new();
        for _ in 0..(10 * 365) {
            *steps.entry(trial.turn(None).name()).or_insert(0) += 1;
            trial.publish();
            trial.holds();
            trial.serve();
            trial.now += DAY;
        }
        let count = |name| steps.get(name).copied().unwrap_or(0);
        assert_eq!(count("found"), 1, "{steps:?}");
        assert!(count("promote") >= 13 && count("announce") >= count("promote"), "{steps:?}");
        assert!(count("prune") >= 12 && trial.keyring.unwrap().retired.len() <= 1, "{steps:?}");
    }

    #[test]
    fn a_step_that_needs_a_keyring_is_refused_without_one() {
        assert!(taken(Step::Renew, None, &Published::default(), START, &terms()).is_err());
    }
}
