//! How often the API is called.
//!
//! The API counts an account's calls together: what is not used here is left to deployments.
//! Source: Amazon ECS developer guide, "Request throttling for the Amazon ECS API": the API's reads refill by 20
//! a second, and hold 50 at least.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How often the API is called, and how often again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Calls in a second, over time; at least 1.
    pub per_second: u32,
    /// Calls at once.
    pub burst: u32,
    /// Attempts of one call.
    pub attempts: u32,
    /// The wait before the second attempt, at most; it doubles with every other.
    pub backoff: Duration,
}

impl Default for Pace {
    /// Half of what the API allows.
    fn default() -> Self {
        Self { per_second: 10, burst: 20, attempts: 6, backoff: Duration::from_secs(1) }
    }
}

/// Lets calls through at their pace, in the order in which they came.
#[derive(Debug)]
pub(super) struct Bucket {
    between: Duration,
    saved: Duration,
    /// When the bucket is full again, were nobody to call.
    next: Mutex<Instant>,
}

impl Bucket {
    pub(super) fn new(pace: Pace) -> Self {
        let between = Duration::from_secs(1) / pace.per_second.max(1);
        let saved = between * pace.burst.saturating_sub(1);
        Self { between, saved, next: Mutex::new(Instant::now()) }
    }

    /// Waits for a call's turn.
    pub(super) async fn turn(&self) {
        let mut next = self.next.lock().await;
        let turn = (*next).max(Instant::now());
        *next = turn + self.between;
        drop(next);
        if let Some(turn) = turn.checked_sub(self.saved) {
            sleep_until(turn).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_at_its_pace() {
        let bucket = Bucket::new(Pace { per_second: 10, burst: 5, ..Pace::default() });
        let start = Instant::now();
        for _ in 0..5 {
            bucket.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..20 {
            bucket.turn().await;
        }
        let expected = Duration::from_secs(2);
        assert!(start.elapsed() >= expected && start.elapsed() < expected + Duration::from_millis(50));
    }
}
