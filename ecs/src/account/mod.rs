//! What an account holds: task definitions as they are registered, and as its tasks run them.
//!
//! ```text
//! families, revisions ──────────────┐
//! services, daemons, tasks ─────────┴─▶ revisions, each once ──describe──▶ descriptions
//!          └── overrides of tasks ──────────────────────────────┴─apply──▶ what those tasks run
//! ```
//!
//! What cannot be read is told beside what can.

mod daemons;
mod describe;
mod list;
mod overrides;
mod pace;
mod running;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::config::Builder;
use aws_sdk_ecs::config::retry::RetryConfig;
use aws_sdk_ecs::config::timeout::TimeoutConfig;
use futures::StreamExt as _;
use policyctl_policies::facts::RefusingRoles;

pub use list::{Registered, Status};
pub use pace::Pace;
pub use running::Running;

use pace::Bucket;

use crate::examine;
use crate::roles::Roles;

/// Descriptions under way at a time: enough to use the pace up when each takes a second.
const AT_A_TIME: usize = 8;

/// How long one attempt of a call may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// An account in a region, read at a bounded pace.
pub struct Account {
    client: Client,
    bucket: Bucket,
    tally: Arc<Tally>,
    roles: Option<Roles>,
    region: String,
}

/// How far a reading is.
#[derive(Debug, Default)]
pub struct Tally {
    listed: AtomicUsize,
    described: AtomicUsize,
}

impl Tally {
    /// Task definitions found so far.
    pub fn listed(&self) -> usize {
        self.listed.load(Ordering::Relaxed)
    }

    /// Task definitions read so far.
    pub fn described(&self) -> usize {
        self.described.load(Ordering::Relaxed)
    }
}

/// What was read, and what could not be.
#[derive(Debug, Default)]
pub struct Holdings {
    /// Each revision once, in the order of its ARN; then what tasks with overrides run.
    pub described: Vec<Described>,
    /// What could not be read.
    pub lost: Vec<Lost>,
    /// Roles of theirs that no task can assume, where IAM was asked.
    pub refusing: RefusingRoles,
}

/// A task definition as the API describes it, or as a task runs it.
#[derive(Clone, PartialEq, Eq)]
pub struct Described {
    /// The revision's ARN; the task's where its overrides are applied.
    pub arn: String,
    /// JSON, as DescribeTaskDefinition answers.
    pub text: String,
    /// What runs it, each in a few words.
    pub runs: Vec<String>,
    /// The revision that a task's overrides change.
    pub overrides: Option<String>,
}

impl Described {
    /// The role of its tasks.
    fn role(&self) -> Option<String> {
        examine::role_described(&self.text)
    }
}

impl fmt::Debug for Described {
    /// Never the text: it may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Described({}, {} bytes)", self.arn, self.text.len())
    }
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What it is: an ARN, a name, or what was to be listed.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl Lost {
    fn new(what: impl Into<String>, reason: &impl ToString) -> Self {
        Self { what: what.into(), reason: reason.to_string() }
    }
}

impl Account {
    /// The account that the credentials belong to.
    pub fn new(surroundings: &SdkConfig, pace: Pace) -> Self {
        let retries =
            RetryConfig::standard().with_max_attempts(pace.attempts).with_initial_backoff(pace.backoff);
        let patience = TimeoutConfig::builder().operation_attempt_timeout(PATIENCE).build();
        let settings = Builder::from(surroundings).retry_config(retries).timeout_config(patience).build();
        Self {
            client: Client::from_conf(settings),
            bucket: Bucket::new(pace),
            tally: Arc::default(),
            roles: None,
            region: surroundings.region().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// Asks IAM about the roles of what is read, too.
    #[must_use]
    pub fn with_roles(self, roles: Roles) -> Self {
        Self { roles: Some(roles), ..self }
    }

    /// How far it is, for whoever watches.
    pub fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
    }

    /// The task definitions of these names: ARNs, families, or families with a revision.
    pub async fn named(&self, names: &[String]) -> Holdings {
        let holdings = self.described(names.iter().cloned()).await;
        self.with_refusing(holdings).await
    }

    /// The task definitions that are registered.
    pub async fn registered(&self, asked: &Registered) -> Holdings {
        let mut lost = Vec::new();
        let names = self.revisions(asked, &mut lost).await;
        let mut holdings = self.described(names).await;
        holdings.lost.splice(0..0, lost);
        self.with_refusing(holdings).await
    }

    /// Adds what IAM says of the roles, each asked for once.
    async fn with_refusing(&self, mut holdings: Holdings) -> Holdings {
        let Some(roles) = &self.roles else { return holdings };
        let named: BTreeSet<_> = holdings.described.iter().filter_map(Described::role).collect();
        for role in named {
            self.bucket.turn().await;
            let (refusing, unknown) = roles.refusing(&[role], &self.region).await;
            holdings.refusing.extend(refusing);
            holdings.lost.extend(unknown.into_iter().map(|(role, why)| Lost::new(role, &why)));
        }
        holdings
    }

    /// Describes what is named, each once.
    async fn described(&self, names: impl IntoIterator<Item = String>) -> Holdings {
        let names: BTreeSet<_> = names.into_iter().collect();
        self.tally.listed.fetch_add(names.len(), Ordering::Relaxed);
        let describe = |name: String| async move {
            let described = self.describe(&name).await.map_err(|error| Lost::new(name, &error));
            self.tally.described.fetch_add(1, Ordering::Relaxed);
            described
        };
        let mut holdings = Holdings::default();
        let mut answers = futures::stream::iter(names).map(describe).buffered(AT_A_TIME);
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(described) => holdings.described.push(described),
                Err(lost) => holdings.lost.push(lost),
            }
        }
        holdings.described.sort_by(|a, b| key(&a.arn).cmp(&key(&b.arn)));
        holdings.described.dedup_by(|a, b| a.arn == b.arn);
        holdings
    }
}

/// Revisions of a family in their order: the tenth after the ninth.
fn key(arn: &str) -> (&str, u64) {
    let (family, revision) = arn.rsplit_once(':').unwrap_or((arn, ""));
    (family, revision.parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_in_the_order_of_their_numbers() {
        let mut arns =
            ["arn:task-definition/web:10", "arn:task-definition/web:9", "arn:task-definition/api:11"];
        arns.sort_by_key(|arn| key(arn));
        assert_eq!(
            arns,
            ["arn:task-definition/api:11", "arn:task-definition/web:9", "arn:task-definition/web:10"]
        );
    }

    #[test]
    fn a_description_is_never_written_out() {
        let described =
            Described { arn: "a".into(), text: "a secret".into(), runs: Vec::new(), overrides: None };
        assert_eq!(format!("{described:?}"), "Described(a, 8 bytes)");
    }
}
