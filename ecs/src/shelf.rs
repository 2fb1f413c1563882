//! What was asked for not long ago, so that a hundred requests ask once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many are kept: the largest, descriptions, are of 64 KiB at most.
const ROOM: usize = 128;

/// What is kept, by how it was asked for.
pub(crate) struct Shelf<K, V>(Mutex<HashMap<K, Kept<V>>>);

struct Kept<V> {
    until: Instant,
    value: Arc<V>,
}

impl<K: Eq + Hash + Clone, V> Shelf<K, V> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// What is kept under a key and is not too old.
    pub(crate) fn get(&self, key: &K, now: Instant) -> Option<Arc<V>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|kept| kept.until > now).map(|kept| Arc::clone(&kept.value))
    }

    /// Keeps a value for a while, in the place of what ends first where there is no room.
    pub(crate) fn put(&self, key: K, value: Arc<V>, age: Duration, now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ROOM && !kept.contains_key(&key) {
            let first = kept.iter().min_by_key(|(_, kept)| kept.until).map(|(key, _)| key.clone());
            first.map(|first| kept.remove(&first));
        }
        kept.insert(key, Kept { until: now + age, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_forgotten_at_its_age() {
        let (shelf, now) = (Shelf::new(), Instant::now());
        shelf.put("a", Arc::new(()), Duration::from_secs(2), now);
        assert!(shelf.get(&"a", now + Duration::from_secs(1)).is_some());
        assert!(shelf.get(&"a", now + Duration::from_secs(3)).is_none());
    }

    #[test]
    fn it_never_grows_beyond_its_room() {
        let (shelf, now) = (Shelf::new(), Instant::now());
        for number in 0..3 * ROOM {
            let age = Duration::from_mins(5) + Duration::from_millis(u64::try_from(number).unwrap());
            shelf.put(number, Arc::new(()), age, now);
        }
        assert_eq!(shelf.0.lock().unwrap().len(), ROOM);
        assert!(shelf.get(&0, now).is_none() && shelf.get(&(3 * ROOM - 1), now).is_some());
    }
}
