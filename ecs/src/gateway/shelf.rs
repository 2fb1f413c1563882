//! Definitions that were described not long ago, so that running one a hundred times asks once.
//!
//! A revision never changes but for its tags; a family without one may get a newer revision at any time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many are kept: each is of 64 KiB at most.
const ROOM: usize = 128;

/// How long a revision is kept: its tags may change.
const REVISION: Duration = Duration::from_mins(5);

/// How long the newest revision of a family counts as the newest.
const FAMILY: Duration = Duration::from_secs(2);

/// What is kept, by how it was asked for.
pub(super) struct Shelf<K, V>(Mutex<HashMap<K, Kept<V>>>);

struct Kept<V> {
    until: Instant,
    value: Arc<V>,
}

impl<K: Eq + Hash + Clone, V> Shelf<K, V> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// What is kept under a key and is not too old.
    pub(super) fn get(&self, key: &K, now: Instant) -> Option<Arc<V>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|kept| kept.until > now).map(|kept| Arc::clone(&kept.value))
    }

    /// Keeps what a reference stands for, in the place of what ends first where there is no room.
    pub(super) fn put(&self, key: K, reference: &str, value: Arc<V>, now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ROOM && !kept.contains_key(&key) {
            let first = kept.iter().min_by_key(|(_, kept)| kept.until).map(|(key, _)| key.clone());
            first.map(|first| kept.remove(&first));
        }
        let age = if is_revision(reference) { REVISION } else { FAMILY };
        kept.insert(key, Kept { until: now + age, value });
    }
}

/// Whether a reference ends in a revision: `checkout:7`, or an ARN that does.
fn is_revision(reference: &str) -> bool {
    let name = reference.rsplit('/').next().unwrap_or_default();
    let revision = name.split_once(':').map(|(_, revision)| revision);
    revision.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_told_from_a_family() {
        for (reference, expected) in [
            ("checkout:7", true),
            ("arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:7", true),
            ("checkout", false),
            ("checkout:", false),
            ("checkout:latest", false),
            ("arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout", false),
            ("", false),
        ] {
            assert_eq!(is_revision(reference), expected, "{reference}");
        }
    }

    #[test]
    fn a_family_is_forgotten_within_seconds_and_a_revision_within_minutes() {
        let (shelf, now) = (Shelf::new(), Instant::now());
        for reference in ["checkout", "checkout:7"] {
            shelf.put(reference, reference, Arc::new(()), now);
        }
        let soon = now + Duration::from_secs(3);
        assert!(shelf.get(&"checkout", now).is_some() && shelf.get(&"checkout", soon).is_none());
        assert!(shelf.get(&"checkout:7", soon).is_some());
        assert!(shelf.get(&"checkout:7", now + Duration::from_mins(6)).is_none());
    }

    #[test]
    fn it_never_grows_beyond_its_room() {
        let (shelf, now) = (Shelf::new(), Instant::now());
        for number in 0..3 * ROOM {
            shelf.put(
                number,
                "a:1",
                Arc::new(()),
                now + Duration::from_millis(u64::try_from(number).unwrap()),
            );
        }
        assert_eq!(shelf.0.lock().unwrap().len(), ROOM);
        assert!(shelf.get(&0, now).is_none() && shelf.get(&(3 * ROOM - 1), now).is_some());
    }
}
