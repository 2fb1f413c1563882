//! Settings: every one is a flag and, in the same words, a key of one YAML file. Flags win over the file,
//! the file over the defaults.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::{Deserialize, Serialize};

/// What may be set, as flags and as the keys of the file; what is not given keeps its default.
#[derive(Debug, Clone, Default, Args, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Given {
    /// Address of the endpoint; without --callers or --client-ca, one of this machine alone [default: 127.0.0.1:8970]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Address of health and metrics, plain HTTP; without it there are none
    #[arg(long, value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// Regions that are served; without it, the one that AWS's tools find
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub region: Option<Vec<String>>,
    /// Profiles of AWS's files whose credentials sign for a partition's regions, such as `aws-cn=china`
    #[arg(long, value_name = "PARTITION=PROFILE", value_delimiter = ',')]
    pub partition_profile: Option<Vec<String>>,
    /// Where requests go instead of the regions' own endpoints; `{region}` stands for the region
    #[arg(long, value_name = "URL")]
    pub upstream: Option<String>,
    /// The policy file; without one, the nearest policyctl.yaml upwards from here, or the `baseline` bundle for a service
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Keys that callers must sign with: lines of an id and a secret
    #[arg(long, value_name = "FILE")]
    pub callers: Option<PathBuf>,
    /// The certificate chain, PEM; with it the endpoint speaks TLS alone
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The private key, PEM
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Accept TLS 1.3 only
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub tls13_only: Option<bool>,
    /// Callers must present a certificate of this CA, PEM
    #[arg(long, value_name = "FILE")]
    pub client_ca: Option<PathBuf>,
    /// Names that a caller's certificate may carry [default: any of the CA]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub client_names: Option<Vec<String>>,
    /// Ask IAM whether ECS tasks can assume the roles of task definitions; it needs iam:GetRole [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub read_roles: Option<bool>,
    /// Seconds between looks at the files of policy, callers and certificate [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub reload_interval: Option<u64>,
    /// Milliseconds for a look at a definition that a request names; 0 never looks [default: 2000]
    #[arg(long, value_name = "MS")]
    pub describe_timeout: Option<u64>,
    /// Seconds for the API to begin its answer [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub upstream_timeout: Option<u64>,
    /// Requests at a time; more are told to wait [default: 256]
    #[arg(long, value_name = "NUMBER")]
    pub max_requests: Option<usize>,
    /// Connections held at a time [default: 512]
    #[arg(long, value_name = "NUMBER")]
    pub max_connections: Option<usize>,
    /// KiB of a request's body [default: 1024]
    #[arg(long, value_name = "KIB")]
    pub max_body: Option<usize>,
    /// Seconds for a handshake, for headers and for a body [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub read_timeout: Option<u64>,
    /// Seconds after which a connection is closed in an orderly way [default: 300]
    #[arg(long, value_name = "SECONDS")]
    pub connection_age: Option<u64>,
    /// Seconds of serving on after SIGTERM, while readiness says no [default: 10 with --metrics-listen, else 0]
    #[arg(long, value_name = "SECONDS")]
    pub shutdown_delay: Option<u64>,
    /// Seconds for requests in flight after that [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub drain: Option<u64>,
    /// Worker threads [default: one per core of the cgroup]
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<usize>,
}

/// Settings in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address of the endpoint.
    pub listen: SocketAddr,
    /// Address of health and metrics.
    pub metrics_listen: Option<SocketAddr>,
    /// Regions; empty for the one that AWS's tools find.
    pub regions: Vec<String>,
    /// Profiles of AWS's files by the partition that they sign for.
    pub partition_profiles: BTreeMap<String, String>,
    /// Where requests go instead of the regions' own endpoints.
    pub upstream: Option<String>,
    /// The policy file.
    pub policy: Option<PathBuf>,
    /// Keys that callers must sign with.
    pub callers: Option<PathBuf>,
    /// The certificate chain and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// TLS 1.3 only.
    pub tls13_only: bool,
    /// The CA of callers.
    pub client_ca: Option<PathBuf>,
    /// Names that callers' certificates may carry; empty allows any.
    pub client_names: Vec<String>,
    /// IAM is asked about roles.
    pub read_roles: bool,
    /// IAM's endpoint in the place of its own.
    pub iam: Option<String>,
    /// Time between looks at files.
    pub reload_interval: Duration,
    /// Bounds on callers and on the upstream.
    pub bounds: Bounds,
    /// Serving on after SIGTERM.
    pub shutdown_delay: Duration,
    /// Worker threads; without a number, one per core.
    pub threads: Option<usize>,
}

/// Bounds on callers and on the upstream.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of a request's body. The API takes task definitions of up to 64 KiB.
    pub body: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Requests at a time.
    pub requests: usize,
    /// For a handshake, for a request's head, and again for its body.
    pub read: Duration,
    /// Age at which a connection is closed.
    pub age: Duration,
    /// For the head of the upstream's answer.
    pub upstream: Duration,
    /// For a look at a definition; zero never looks.
    pub describe: Duration,
    /// For requests under way once told to end.
    pub drain: Duration,
}

/// Why settings do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    /// One of a certificate and its key is missing.
    #[error("give both --tls-cert and --tls-key, or neither")]
    HalfCertificate,
    /// Certificates of callers are a part of TLS.
    #[error("--client-ca asks for TLS: give --tls-cert and --tls-key too")]
    NoTls,
    /// Names of certificates that nobody asks for.
    #[error("--client-names asks for --client-ca")]
    NoCa,
    /// A profile of no partition.
    #[error("--partition-profile takes PARTITION=PROFILE, such as aws-cn=china, each partition once")]
    Profile,
}

impl Default for Settings {
    fn default() -> Self {
        Self::from(Given::default())
    }
}

impl From<Given> for Settings {
    fn from(given: Given) -> Self {
        Self {
            bounds: given.bounds(),
            listen: given.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8970))),
            shutdown_delay: seconds(
                given.shutdown_delay,
                if given.metrics_listen.is_some() { 10 } else { 0 },
            ),
            metrics_listen: given.metrics_listen,
            regions: given.region.unwrap_or_default(),
            partition_profiles: pairs(given.partition_profile.as_deref()).flatten().collect(),
            upstream: given.upstream,
            policy: given.policy,
            callers: given.callers,
            certificate: given.tls_cert.zip(given.tls_key),
            tls13_only: given.tls13_only.unwrap_or(false),
            client_ca: given.client_ca,
            client_names: given.client_names.unwrap_or_default(),
            read_roles: given.read_roles.unwrap_or(false),
            iam: None,
            reload_interval: seconds(given.reload_interval, 10),
            threads: given.threads,
        }
    }
}

impl Given {
    /// Settings in force: what is given, the defaults for the rest.
    pub fn settle(self) -> Result<Settings, Unsettled> {
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return Err(Unsettled::HalfCertificate);
        }
        if self.client_ca.is_some() && self.tls_cert.is_none() {
            return Err(Unsettled::NoTls);
        }
        if self.client_names.is_some() && self.client_ca.is_none() {
            return Err(Unsettled::NoCa);
        }
        let profiles: Vec<_> = pairs(self.partition_profile.as_deref()).collect();
        let partitions: BTreeSet<_> = profiles.iter().flatten().map(|(partition, _)| partition).collect();
        if partitions.len() < profiles.len() {
            return Err(Unsettled::Profile);
        }
        Ok(self.into())
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            body: self.max_body.unwrap_or(1024).saturating_mul(1024),
            connections: self.max_connections.unwrap_or(512).max(1),
            requests: self.max_requests.unwrap_or(256).max(1),
            read: seconds(self.read_timeout, 10),
            age: seconds(self.connection_age, 300),
            upstream: seconds(self.upstream_timeout, 60),
            describe: Duration::from_millis(self.describe_timeout.unwrap_or(2000)),
            drain: seconds(self.drain, 10),
        }
    }
}

/// `PARTITION=PROFILE`, item by item; `None` for what is no such pair.
fn pairs(given: Option<&[String]>) -> impl Iterator<Item = Option<(String, String)>> {
    given.unwrap_or_default().iter().map(|item| {
        let (partition, profile) = item.split_once('=')?;
        let fits = partition.starts_with("aws") && !profile.is_empty();
        fits.then(|| (partition.to_owned(), profile.to_owned()))
    })
}

fn seconds(given: Option<u64>, default: u64) -> Duration {
    Duration::from_secs(given.unwrap_or(default))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_the_defaults() {
        let flags = Given { drain: Some(1), ..Given::default() };
        let file = Given { drain: Some(2), shutdown_delay: Some(3), ..Given::default() };
        let settings = policyctl_serving::settings::over(&flags, &file).unwrap().settle().unwrap();
        assert_eq!(settings.bounds.drain, Duration::from_secs(1));
        assert_eq!(settings.shutdown_delay, Duration::from_secs(3));
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8970");
    }

    #[test]
    fn who_asks_whether_it_is_ready_is_given_time_to_see_that_it_is_not() {
        let listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        let watched = Given { metrics_listen: listen, ..Given::default() }.settle().unwrap();
        assert_eq!(watched.shutdown_delay, Duration::from_secs(10));
        assert_eq!(Given::default().settle().unwrap().shutdown_delay, Duration::ZERO);
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        let some = || Some(PathBuf::from("x"));
        for (given, why) in [
            (Given { tls_cert: some(), ..Given::default() }, Unsettled::HalfCertificate),
            (Given { client_ca: some(), ..Given::default() }, Unsettled::NoTls),
            (Given { partition_profile: Some(vec!["china".into()]), ..Given::default() }, Unsettled::Profile),
            (Given { client_names: Some(vec!["ci".into()]), ..Given::default() }, Unsettled::NoCa),
        ] {
            assert_eq!(given.settle().unwrap_err(), why);
        }
    }
}
