//! What to do next: a pure answer to what is in the Secret, since when it is published, and the time.

use std::time::Duration;

use super::authority::BACKDATED;
use super::keyring::{Certificate, Keyring};
use super::published::Published;
use crate::settings::Managed;

/// Retired authorities that are kept at most, however often someone asks for new ones.
pub const MOST_RETIRED: usize = 8;

/// One step of whoever holds the Lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is nothing that could be served: make an authority and a leaf.
    Found,
    /// Make everything anew, and trust nothing old: a key has leaked.
    Discard,
    /// Make the next authority, and publish it before it signs.
    Announce,
    /// The next authority has been published for long enough: it signs from now on, first a leaf.
    Promote,
    /// Make a new leaf.
    Renew,
    /// Trust no longer the authorities whose last leaf has ended.
    Prune,
    /// All is well.
    Rest,
}

impl Step {
    /// As logs and metrics spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Discard => "discard",
            Self::Announce => "announce",
            Self::Promote => "promote",
            Self::Renew => "renew",
            Self::Prune => "prune",
            Self::Rest => "rest",
        }
    }
}

/// What someone asks for by the Secret's annotation `policyctl.dev/rotate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// A new authority.
    Authority,
    /// A new leaf.
    Leaf,
    /// Everything anew, and nothing old trusted.
    Discard,
}

impl Demand {
    /// `leaf` asks for a leaf, `discard` for everything anew, any other word for an authority.
    pub fn parse(text: &str) -> Self {
        match text {
            "leaf" => Self::Leaf,
            "discard" => Self::Discard,
            _ => Self::Authority,
        }
    }
}

/// How long things live, in seconds, and the names that leaves are for.
#[derive(Debug, Clone)]
pub struct Terms {
    /// A leaf.
    pub leaf: i64,
    /// An authority.
    pub authority: i64,
    /// Between publishing and serving.
    pub settle: i64,
    /// DNS names and addresses.
    pub names: Vec<String>,
}

impl Terms {
    /// The same, for the names by which webhooks are called too: a replica of an older release may hold the Lease while
    /// the configurations of the newer one are in force already.
    #[must_use]
    pub fn covering(&self, published: &Published) -> Self {
        let mut terms = self.clone();
        let more =
            published.servers().into_iter().filter(|name| !self.names.iter().any(|known| known == name));
        terms.names.extend(more.map(str::to_owned));
        terms
    }
}

impl From<&Managed> for Terms {
    fn from(managed: &Managed) -> Self {
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Self {
            leaf: seconds(managed.leaf_life),
            authority: seconds(managed.authority_life),
            settle: seconds(managed.settle),
            names: managed.names.clone(),
        }
    }
}

/// What the holder of the Lease sees.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// What is in the Secret; `None` when there is none, or nothing of use in it.
    pub keyring: Option<&'a Keyring>,
    /// What the Secret's annotation asks for.
    pub demand: Option<Demand>,
    /// Since when the next authority is in every `caBundle`, in seconds since 1970.
    pub next_published: Option<i64>,
    /// Seconds since 1970.
    pub now: i64,
}

/// What to do next.
pub fn next(seen: Seen<'_>, terms: &Terms) -> Step {
    let Some(keyring) = seen.keyring.filter(|keyring| keyring.authority.certificate.ends > seen.now) else {
        return Step::Found;
    };
    let settled = seen.next_published.is_some_and(|since| seen.now - since >= terms.settle);
    if seen.demand == Some(Demand::Discard) {
        Step::Discard
    } else if keyring.next.is_some() && settled {
        Step::Promote
    } else if wants_leaf(keyring, seen, terms) {
        Step::Renew
    } else if keyring.next.is_none() && wants_authority(keyring, seen, terms) {
        Step::Announce
    } else if outlived(keyring, seen.now, terms) < keyring.retired.len() {
        Step::Prune
    } else {
        Step::Rest
    }
}

/// A new leaf is wanted at two thirds of the old one's life, unless it could not end later than that.
fn wants_leaf(keyring: &Keyring, seen: Seen<'_>, terms: &Terms) -> bool {
    let leaf = &keyring.leaf.certificate;
    let names = leaf.names();
    let due = seen.now >= two_thirds(leaf) && keyring.authority.certificate.ends > leaf.ends;
    due || seen.demand == Some(Demand::Leaf) || !terms.names.iter().all(|name| names.contains(name))
}

/// A new authority is wanted at two thirds of the old one's life, and while a whole life of a leaf fits into the rest.
fn wants_authority(keyring: &Keyring, seen: Seen<'_>, terms: &Terms) -> bool {
    let authority = &keyring.authority.certificate;
    let due = two_thirds(authority).min(authority.ends - terms.leaf);
    seen.now >= due || seen.demand == Some(Demand::Authority)
}

fn two_thirds(certificate: &Certificate) -> i64 {
    certificate.begins + (certificate.ends - certificate.begins) / 3 * 2
}

/// How many of the retired authorities must still be trusted: those whose last leaf, made before the successor
/// signed, has not ended.
pub fn outlived(keyring: &Keyring, now: i64, terms: &Terms) -> usize {
    let successors = std::iter::once(&keyring.authority.certificate).chain(&keyring.retired);
    let kept =
        keyring.retired.iter().zip(successors).take(MOST_RETIRED).take_while(|(retired, successor)| {
            let last_leaf_ends = successor.begins + 2 * BACKDATED + terms.settle + terms.leaf;
            now < retired.ends.min(last_leaf_ends)
        });
    kept.count()
}

/// Whether to serve a leaf from the Secret instead of the one in use.
///
/// `in_use_is_trusted` is `None` while nothing is served: then anything is better. What is trusted is kept until
/// the API servers have had time to learn that the other is trusted too.
pub fn adopts(
    in_use_is_trusted: Option<bool>,
    offered_published: Option<i64>,
    now: i64,
    terms: &Terms,
) -> bool {
    in_use_is_trusted != Some(true) || offered_published.is_some_and(|since| now - since >= terms.settle)
}

#[cfg(test)]
mod tests {
    use super::super::authority;
    use super::*;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;
    const START: i64 = 1_000 * DAY;

    fn terms() -> Terms {
        Terms { leaf: 90 * DAY, authority: 365 * DAY, settle: 30, names: vec!["a.example".to_owned()] }
    }

    fn keyring(now: i64) -> Keyring {
        let authority = authority::new(now, terms().authority).unwrap();
        let leaf = authority::leaf(&authority, &terms().names, now, terms().leaf).unwrap();
        Keyring { authority, leaf, next: None, retired: Vec::new() }
    }

    fn seen(keyring: &Keyring, now: i64) -> Seen<'_> {
        Seen { keyring: Some(keyring), demand: None, next_published: None, now }
    }

    #[test]
    fn where_there_is_nothing_all_is_made() {
        let seen = Seen { keyring: None, demand: None, next_published: None, now: START };
        assert_eq!(next(seen, &terms()), Step::Found);
        let old = keyring(START);
        assert_eq!(
            next(super::Seen { keyring: Some(&old), now: START + 366 * DAY, ..seen }, &terms()),
            Step::Found
        );
    }

    #[test]
    fn a_leaf_is_renewed_after_two_thirds_of_its_life_and_not_before() {
        let keyring = keyring(START);
        assert_eq!(next(seen(&keyring, START + 59 * DAY), &terms()), Step::Rest);
        assert_eq!(next(seen(&keyring, START + 60 * DAY), &terms()), Step::Renew);
    }

    #[test]
    fn a_leaf_that_ends_with_its_authority_is_not_renewed_again_and_again() {
        let mut keyring = keyring(START);
        let names = &terms().names;
        keyring.leaf = authority::leaf(&keyring.authority, names, START + 360 * DAY, terms().leaf).unwrap();
        keyring.next = Some(authority::new(START + 360 * DAY, terms().authority).unwrap());
        assert_eq!(next(seen(&keyring, START + 364 * DAY), &terms()), Step::Rest);
    }

    #[test]
    fn a_leaf_for_other_names_is_replaced() {
        let wanted = Terms { names: vec!["b.example".to_owned()], ..terms() };
        assert_eq!(next(seen(&keyring(START), START), &wanted), Step::Renew);
    }

    #[test]
    fn an_authority_is_replaced_while_a_whole_life_of_a_leaf_is_left() {
        let mut keyring = keyring(START);
        let late = START + 250 * DAY;
        keyring.leaf = authority::leaf(&keyring.authority, &terms().names, late, terms().leaf).unwrap();
        assert_eq!(next(seen(&keyring, late), &terms()), Step::Announce);
        assert!(keyring.authority.certificate.ends - late > terms().leaf);
        let long_leaves = Terms { leaf: 180 * DAY, ..terms() };
        assert_eq!(next(seen(&keyring, START + 190 * DAY), &long_leaves), Step::Announce);
    }

    #[test]
    fn an_authority_signs_only_once_it_has_been_published_for_the_settling_time() {
        let mut keyring = keyring(START);
        keyring.next = Some(authority::new(START, terms().authority).unwrap());
        let published = |since| Seen { next_published: since, ..seen(&keyring, START + 100) };
        assert_eq!(next(published(None), &terms()), Step::Rest);
        assert_eq!(next(published(Some(START + 71)), &terms()), Step::Rest);
        assert_eq!(next(published(Some(START + 70)), &terms()), Step::Promote);
    }

    #[test]
    fn a_demand_is_met_at_once_and_one_authority_at_a_time() {
        let mut keyring = keyring(START);
        let ask = |keyring: &Keyring, demand| next(Seen { demand, ..seen(keyring, START) }, &terms());
        assert_eq!(ask(&keyring, Some(Demand::Leaf)), Step::Renew);
        assert_eq!(ask(&keyring, Some(Demand::Authority)), Step::Announce);
        assert_eq!(ask(&keyring, Some(Demand::Discard)), Step::Discard);
        keyring.next = Some(authority::new(START, terms().authority).unwrap());
        assert_eq!(ask(&keyring, Some(Demand::Authority)), Step::Rest);
    }

    #[test]
    fn a_retired_authority_is_trusted_until_its_last_leaf_has_ended() {
        let mut keyring = keyring(START + 100 * DAY);
        keyring.retired = vec![authority::new(START, terms().authority).unwrap().certificate];
        let last_leaf_ends = START + 190 * DAY;
        assert_eq!(outlived(&keyring, last_leaf_ends, &terms()), 1);
        assert_eq!(outlived(&keyring, last_leaf_ends + 2 * HOUR, &terms()), 0);
        keyring.leaf = authority::leaf(&keyring.authority, &terms().names, last_leaf_ends, 90 * DAY).unwrap();
        assert_eq!(next(seen(&keyring, last_leaf_ends + 2 * HOUR), &terms()), Step::Prune);
    }

    #[test]
    fn the_bundle_stays_bounded_however_many_are_asked_for() {
        let mut keyring = keyring(START);
        let old = authority::new(START, terms().authority).unwrap().certificate;
        keyring.retired = vec![old; 20];
        assert_eq!(outlived(&keyring, START, &terms()), MOST_RETIRED);
    }

    #[test]
    fn what_is_trusted_is_served_on_until_the_other_has_been_trusted_for_a_while() {
        let at = |in_use, since| adopts(in_use, since, START, &terms());
        assert!(at(None, None), "nothing is served yet");
        assert!(at(Some(false), None), "what is served is refused anyway");
        assert!(!at(Some(true), None));
        assert!(!at(Some(true), Some(START - 29)));
        assert!(at(Some(true), Some(START - 30)));
    }
}
