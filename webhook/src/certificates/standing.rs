//! Whether API servers trust what is served, for readiness.
//!
//! With managed certificates a replica becomes ready only once they do. One that was trusted before stays ready for a
//! minute while an emptied `caBundle` is being healed: to leave the Service then would turn a moment into an outage.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use kube::Client;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::debug;

use super::configurations;
use super::published::Published;
use crate::cluster::{read, write};
use crate::server::accept::Phase;
use crate::server::certificate::Serving;

/// For how long a replica that was trusted before stays ready without being trusted.
const GRACE: Duration = Duration::from_mins(1);

/// Time between looks, and for one.
const PULSE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct State {
    problems: Vec<String>,
    /// When it was last trusted.
    trusted: Option<Instant>,
}

/// Whether API servers trust what is served.
#[derive(Debug)]
pub struct Standing {
    required: bool,
    state: RwLock<State>,
}

impl Standing {
    /// Trust is a condition of readiness, or only said.
    pub fn new(required: bool) -> Self {
        let problems = if required { vec!["certificate not seen yet".to_owned()] } else { Vec::new() };
        Self { required, state: RwLock::new(State { problems, trusted: None }) }
    }

    /// Takes in why what is served is not trusted; nothing when it is.
    pub fn look(&self, problems: Vec<String>) {
        let mut state = write(&self.state);
        if problems.is_empty() {
            state.trusted = Some(Instant::now());
        }
        state.problems = problems;
    }

    /// Nothing stands against being ready.
    pub fn is_ready(&self) -> bool {
        let state = read(&self.state);
        let lately = state.trusted.is_some_and(|at| at.elapsed() < GRACE);
        !self.required || state.problems.is_empty() || lately
    }

    /// Why what is served is not trusted.
    pub fn problems(&self) -> Vec<String> {
        read(&self.state).problems.clone()
    }
}

/// Looks at the webhook configurations for readiness' detail alone, until the server is leaving: whoever issued the
/// certificate publishes its CA. Without permission to see them nothing is said.
pub async fn observe(
    client: Client,
    names: Vec<String>,
    serving: Arc<Serving>,
    standing: Arc<Standing>,
    mut phase: watch::Receiver<Phase>,
) {
    loop {
        match timeout(PULSE, configurations::read(&client, &names)).await {
            Ok(Ok(published)) => standing.look(detail(&published, &serving)),
            Ok(Err(error)) => debug!(%error, "the webhook configurations cannot be read"),
            Err(_) => debug!("the API server does not answer"),
        }
        tokio::select! {
            () = reached(&mut phase, |phase| *phase >= Phase::Leaving) => return,
            () = sleep(PULSE) => {}
        }
    }
}

/// Without a configuration there is nothing to say: this may be a trial.
fn detail(published: &Published, serving: &Serving) -> Vec<String> {
    if published.0.is_empty() { Vec::new() } else { published.refusals(&serving.chain(), now()) }
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Waits until a watched value is what is wanted, or nobody can change it any more.
pub(super) async fn reached<T>(value: &mut watch::Receiver<T>, wanted: impl FnMut(&T) -> bool) {
    drop(value.wait_for(wanted).await);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem() -> Vec<String> {
        vec!["its caBundle is empty".to_owned()]
    }

    #[tokio::test(start_paused = true)]
    async fn a_replica_is_ready_once_it_is_trusted_and_stays_so_for_a_minute_without() {
        let standing = Standing::new(true);
        assert!(!standing.is_ready());
        standing.look(problem());
        assert!(!standing.is_ready());
        standing.look(Vec::new());
        assert!(standing.is_ready());
        standing.look(problem());
        tokio::time::advance(GRACE / 2).await;
        assert!(standing.is_ready(), "while it may be healed");
        tokio::time::advance(GRACE / 2).await;
        assert!(!standing.is_ready());
        assert_eq!(standing.problems(), problem());
    }

    #[tokio::test]
    async fn where_someone_else_publishes_distrust_is_said_and_no_reason() {
        let standing = Standing::new(false);
        standing.look(problem());
        assert!(standing.is_ready());
        assert_eq!(standing.problems(), problem());
    }
}
