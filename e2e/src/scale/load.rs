//! Reviews by the hundred thousand, put by h2load as the API server puts them: HTTP/1.1 over TLS, kept alive.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use super::reviews::KINDS;

const CONNECTIONS: u64 = 32;

/// Puts so many reviews, and fails when one of them is not answered with success.
pub(crate) async fn put(address: SocketAddr, folder: &Path, requests: u64) -> Result<()> {
    for kind in &KINDS {
        let url = format!("https://{address}/{}", kind.path);
        leg(&url, &kind.write(folder)?, requests / 10 * kind.tenths).await?;
    }
    Ok(())
}

async fn leg(url: &str, body: &Path, requests: u64) -> Result<()> {
    let count = requests.to_string();
    let mut load = Command::new("h2load");
    load.args(["--h1", "-t1", "-c", &CONNECTIONS.min(requests).to_string(), "-n", &count]);
    load.args(["-H", "content-type: application/json", "-d"]).arg(body).arg(url);
    let output = load.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.context("cannot start h2load (Debian: nghttp2-client)")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(said.contains(&format!("{count} succeeded, 0 failed")), "requests failed:\n{said}");
    Ok(())
}
