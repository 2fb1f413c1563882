//! Credentials of one's own by partition, kept for a while: their source may be a network away.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use aws_config::Region;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use tokio::sync::Mutex;

/// How long credentials that never expire are kept: a file may change.
const LASTS: Duration = Duration::from_mins(5);

/// How long before they expire others are asked for.
const AHEAD: Duration = Duration::from_mins(1);

/// Credentials for each partition that has some of its own, and for the others.
pub(crate) struct Purse {
    usual: Kept,
    by_partition: BTreeMap<String, Kept>,
}

impl Purse {
    /// The same for every partition.
    pub(crate) fn new(usual: SharedCredentialsProvider) -> Self {
        Self { usual: Kept::new(usual), by_partition: BTreeMap::new() }
    }

    /// Others for one partition.
    pub(crate) fn put(&mut self, partition: String, source: SharedCredentialsProvider) {
        self.by_partition.insert(partition, Kept::new(source));
    }

    /// Credentials that are good for a minute at least. Whoever comes while they are asked for waits.
    pub(crate) async fn get(&self, partition: &str) -> Result<Credentials, CredentialsError> {
        self.by_partition.get(partition).unwrap_or(&self.usual).get().await
    }
}

/// The credentials of a profile in AWS's files, which asks for others in this region where it must.
pub(crate) fn profile(name: &str, region: &str) -> SharedCredentialsProvider {
    let home = ProviderConfig::without_region().with_region(Some(Region::new(region.to_owned())));
    let source = ProfileFileCredentialsProvider::builder().configure(&home).profile_name(name).build();
    SharedCredentialsProvider::new(source)
}

/// A source and what it last gave.
struct Kept {
    source: SharedCredentialsProvider,
    last: Mutex<Option<(Credentials, Instant)>>,
}

impl Kept {
    fn new(source: SharedCredentialsProvider) -> Self {
        Self { source, last: Mutex::default() }
    }

    async fn get(&self) -> Result<Credentials, CredentialsError> {
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
    since.elapsed() < LASTS && credentials.expiry().is_none_or(|expiry| expiry > ahead)
}
