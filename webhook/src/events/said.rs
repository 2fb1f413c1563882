//! What was said to whom, so that it is not said again all the time.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::Notice;

/// For how long a notice is not repeated. Controllers try a denied pod again every few minutes at most.
const QUIET: Duration = Duration::from_mins(10);

/// Notices remembered at a time; when full, those whose time is over are forgotten, and all if that is not enough.
const MOST: usize = 4096;

/// The controller's uid, the rules, and whether the pod was denied.
type Key = (String, String, bool);

#[derive(Debug, Default)]
pub(super) struct Said(HashMap<Key, Instant>);

impl Said {
    /// Whether this was not said in a while. It counts as said from now on.
    pub(super) fn is_news(&mut self, notice: &Notice, now: Instant) -> bool {
        let key = (notice.controller.uid.clone(), notice.rules.clone(), notice.denied);
        if self.0.get(&key).is_some_and(|at| now.duration_since(*at) < QUIET) {
            return false;
        }
        self.make_room(now);
        self.0.insert(key, now);
        true
    }

    fn make_room(&mut self, now: Instant) {
        if self.0.len() < MOST {
            return;
        }
        self.0.retain(|_, at| now.duration_since(*at) < QUIET);
        if self.0.len() >= MOST {
            self.0.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::notice;
    use super::*;

    #[test]
    fn the_same_is_news_again_after_ten_minutes() {
        let (mut said, start) = (Said::default(), Instant::now());
        assert!(said.is_news(&notice(1), start));
        assert!(!said.is_news(&notice(1), start + QUIET / 2));
        assert!(said.is_news(&notice(1), start + QUIET));
    }

    #[test]
    fn another_owner_another_rule_and_a_denial_after_a_warning_are_news() {
        let (mut said, now) = (Said::default(), Instant::now());
        assert!(said.is_news(&Notice { denied: false, ..notice(1) }, now));
        assert!(said.is_news(&notice(1), now));
        assert!(said.is_news(&notice(2), now));
        assert!(said.is_news(&Notice { rules: "role-shadowed".into(), ..notice(1) }, now));
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let (mut said, now) = (Said::default(), Instant::now());
        (0..3 * MOST).for_each(|owner| assert!(said.is_news(&notice(owner), now)));
        assert!(said.0.len() <= MOST);
    }
}
