//! Waiting for what takes a moment: asking again and again, within bounds.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// The longest that anything here is waited for. Far more than it takes; a machine under load is no failure.
const PATIENCE: Duration = Duration::from_secs(90);

/// How long clients that are written in Go may wait for a sign of life on a connection: they give it up after 15 s.
///
/// Source: `k8s.io/apimachinery`, `pkg/util/net`, which reads this variable.
pub(crate) const GO_PATIENCE: (&str, &str) = ("HTTP2_PING_TIMEOUT_SECONDS", "90");

const PAUSE: Duration = Duration::from_millis(100);

/// Asks until the answer is yes.
pub(crate) async fn until(what: &str, mut ask: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if ask().await? {
            return Ok(());
        }
        sleep(PAUSE).await;
    }
    bail!("waited {} s in vain: {what}", PATIENCE.as_secs())
}
