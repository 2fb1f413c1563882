//! When a watch last told of something, and how often it failed: how far its view of the cluster may be behind.

use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::{read, write};

/// What is known of one watch itself.
#[derive(Debug, Default)]
pub struct Told {
    last: RwLock<Option<Instant>>,
    failures: AtomicU64,
}

impl Told {
    /// It told of something.
    pub fn now(&self) {
        *write(&self.last) = Some(Instant::now());
    }

    /// It failed, and begins again.
    pub fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Since when nothing was told; `None` before the first list.
    pub fn age(&self) -> Option<Duration> {
        read(&self.last).map(|last| last.elapsed())
    }

    /// How often it failed.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }
}

/// One for each kind.
#[derive(Debug, Default)]
pub struct TellingOf {
    /// ServiceAccounts.
    pub service_accounts: Told,
    /// Namespaces.
    pub namespaces: Told,
    /// NetworkPolicies.
    pub network_policies: Told,
}
