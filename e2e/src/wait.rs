//! Waiting for what takes a moment: asking again and again, within bounds.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::sleep;

/// How often anything here is looked for: a minute and a half on an idle machine, far more than it takes. Where others
/// compete for the processors, each look takes longer, and so does this patience: a machine under load is no failure.
const LOOKS: u32 = 900;

/// How long clients that are written in Go may wait for a sign of life on a connection: they give it up after 15 s.
///
/// Source: `k8s.io/apimachinery`, `pkg/util/net`, which reads this variable.
pub(crate) const GO_PATIENCE: (&str, &str) = ("HTTP2_PING_TIMEOUT_SECONDS", "90");

const PAUSE: Duration = Duration::from_millis(100);

/// Asks until the answer is yes.
pub(crate) async fn until(what: &str, mut ask: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    for _ in 0..LOOKS {
        if ask().await? {
            return Ok(());
        }
        sleep(PAUSE).await;
    }
    bail!("looked {LOOKS} times in vain: {what}")
}
