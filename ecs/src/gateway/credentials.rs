//! The gateway's own credentials, kept for a while: their source may be a network away.

use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use tokio::sync::Mutex;

/// How long credentials that never expire are kept: a file may change.
const KEPT: Duration = Duration::from_mins(5);

/// How long before they expire others are asked for.
const AHEAD: Duration = Duration::from_mins(1);

/// A source and what it last gave.
pub(super) struct Own {
    source: SharedCredentialsProvider,
    last: Mutex<Option<(Credentials, Instant)>>,
}

impl Own {
    pub(super) fn new(source: SharedCredentialsProvider) -> Self {
        Self { source, last: Mutex::default() }
    }

    /// Credentials that are good for a minute at least. Whoever comes while they are asked for waits.
    pub(super) async fn get(&self) -> Result<Credentials, CredentialsError> {
        let mut last = self.last.lock().await;
        if let Some((credentials, _)) = last.as_ref().filter(|(known, since)| is_fresh(known, *since)) {
            return Ok(credentials.clone());
        }
        let credentials = self.source.provide_credentials().await?;
        *last = Some((credentials.clone(), Instant::now()));
        Ok(credentials)
    }
}

fn is_fresh(credentials: &Credentials, since: Instant) -> bool {
    let ahead = SystemTime::now() + AHEAD;
    since.elapsed() < KEPT && credentials.expiry().is_none_or(|expiry| expiry > ahead)
}
