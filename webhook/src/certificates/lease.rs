//! Who may write: the holder of a Lease, renewed while it lives, taken over when it does not.
//!
//! Expiry is judged by our own clock: a Lease that did not change for its duration since we first saw it so is free,
//! whatever times are written in it. Source: Kubernetes documentation, "Leases"; client-go does it alike.

use std::time::Duration;

use anyhow::{Context, Result};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::Timestamp;
use kube::Api;
use kube::api::PostParams;
use tokio::time::Instant;

/// For how long a holder that is not heard of is believed to be alive.
pub const LIFE: Duration = Duration::from_secs(15);

/// How often the holder renews, and the others look.
pub const PAUSE: Duration = Duration::from_secs(3);

/// What to do about a Lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is ours: say so again.
    Renew,
    /// Nobody holds it: take it.
    Take,
    /// Someone else holds it.
    Leave,
}

/// What to do about a Lease that has not changed for some time.
pub fn claim(spec: &LeaseSpec, me: &str, unchanged: Duration) -> Claim {
    let holder = spec.holder_identity.as_deref().unwrap_or_default();
    let named = u64::try_from(spec.lease_duration_seconds.unwrap_or_default()).ok().filter(|life| *life > 0);
    let life = named.map_or(LIFE, Duration::from_secs);
    if holder == me {
        Claim::Renew
    } else if holder.is_empty() || unchanged >= life {
        Claim::Take
    } else {
        Claim::Leave
    }
}

/// Our hold on a Lease.
pub(super) struct Hold {
    api: Api<Lease>,
    name: String,
    me: String,
    /// The version last seen, and since when.
    seen: Option<(String, Instant)>,
    /// When we last wrote it.
    renewed: Option<Instant>,
}

impl Hold {
    pub(super) fn new(api: Api<Lease>, name: &str, me: String) -> Self {
        Self { api, name: name.to_owned(), me, seen: None, renewed: None }
    }

    /// We hold it, and nobody could have taken it over.
    pub(super) fn is_ours(&self) -> bool {
        self.renewed.is_some_and(|at| at.elapsed() < LIFE)
    }

    /// Looks at the Lease, and renews it or takes it where that is due.
    pub(super) async fn look(&mut self) -> Result<()> {
        let asked = Instant::now();
        let found = self.api.get_opt(&self.name).await.context("cannot read the Lease")?;
        let Some(mut lease) = found else { return self.create(asked).await };
        let version = lease.metadata.resource_version.clone().unwrap_or_default();
        let spec = lease.spec.get_or_insert_default();
        let unchanged = self.unchanged(version);
        match claim(spec, &self.me, unchanged) {
            Claim::Leave => {
                self.renewed = None;
                return Ok(());
            }
            Claim::Take => taken(spec, &self.me),
            Claim::Renew => {}
        }
        spec.renew_time = Some(MicroTime(Timestamp::now()));
        let written = self.api.replace(&self.name, &PostParams::default(), &lease).await;
        self.wrote(written, asked)
    }

    /// Lets the others have it at once.
    pub(super) async fn release(&mut self) -> Result<()> {
        if self.renewed.take().is_none() {
            return Ok(());
        }
        let mut lease = self.api.get(&self.name).await?;
        let spec = lease.spec.get_or_insert_default();
        if spec.holder_identity.as_deref() == Some(self.me.as_str()) {
            spec.holder_identity = None;
            self.api.replace(&self.name, &PostParams::default(), &lease).await?;
        }
        Ok(())
    }

    async fn create(&mut self, asked: Instant) -> Result<()> {
        let mut spec = LeaseSpec { renew_time: Some(MicroTime(Timestamp::now())), ..LeaseSpec::default() };
        taken(&mut spec, &self.me);
        let metadata = ObjectMeta { name: Some(self.name.clone()), ..ObjectMeta::default() };
        let lease = Lease { metadata, spec: Some(spec) };
        let written = self.api.create(&PostParams::default(), &lease).await;
        self.wrote(written, asked)
    }

    /// For how long the Lease has been at this version.
    fn unchanged(&mut self, version: String) -> Duration {
        match &self.seen {
            Some((seen, since)) if *seen == version => since.elapsed(),
            _ => {
                self.seen = Some((version, Instant::now()));
                Duration::ZERO
            }
        }
    }

    fn wrote(&mut self, written: kube::Result<Lease>, asked: Instant) -> Result<()> {
        match written {
            Ok(_) => {
                self.renewed = Some(asked);
                Ok(())
            }
            // Someone was faster.
            Err(kube::Error::Api(status)) if status.code == 409 => {
                self.renewed = None;
                Ok(())
            }
            Err(error) => Err(error).context("cannot write the Lease"),
        }
    }
}

fn taken(spec: &mut LeaseSpec, me: &str) {
    spec.holder_identity = Some(me.to_owned());
    spec.acquire_time = Some(MicroTime(Timestamp::now()));
    spec.lease_duration_seconds = i32::try_from(LIFE.as_secs()).ok();
    spec.lease_transitions = Some(spec.lease_transitions.unwrap_or_default().saturating_add(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(by: &str) -> LeaseSpec {
        LeaseSpec {
            holder_identity: Some(by.to_owned()),
            lease_duration_seconds: Some(15),
            ..LeaseSpec::default()
        }
    }

    #[test]
    fn a_lease_of_another_is_taken_only_after_its_duration() {
        assert_eq!(claim(&held("other"), "me", Duration::from_secs(14)), Claim::Leave);
        assert_eq!(claim(&held("other"), "me", Duration::from_secs(15)), Claim::Take);
    }

    #[test]
    fn a_lease_of_nobody_is_taken_at_once_also_one_that_a_chart_made_empty() {
        assert_eq!(claim(&held(""), "me", Duration::ZERO), Claim::Take);
        assert_eq!(claim(&LeaseSpec::default(), "me", Duration::ZERO), Claim::Take);
    }

    #[test]
    fn our_own_is_renewed_however_late_we_are() {
        assert_eq!(claim(&held("me"), "me", Duration::from_mins(10)), Claim::Renew);
    }
}
