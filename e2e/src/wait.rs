//! Waiting for what takes a moment: asking again and again, within bounds.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// The longest that anything here is waited for. Far more than it takes; a machine under load is no failure.
const PATIENCE: Duration = Duration::from_secs(90);

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
