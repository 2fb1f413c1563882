//! Settings: every one is a flag and, in the same words, a key of one YAML file. Flags win over the file,
//! the file over the defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use policyctl_policies::document::{Format, Limits, parse};
use policyctl_serving::accept;
use policyctl_serving::clients::Demands;
use serde::Deserialize;

/// What may be set, as flags and as the keys of the file; what is not given keeps its default.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Given {
    /// Address of the admission endpoints [default: 0.0.0.0:10250]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Address of health and metrics, plain HTTP [default: 0.0.0.0:9090]
    #[arg(long, value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// Where the serving certificate comes from [default: files]
    #[arg(long, value_enum)]
    pub tls: Option<TlsMode>,
    /// The certificate chain, PEM, with `--tls files`
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The private key, PEM, with `--tls files`
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// DNS names of a self-signed certificate [default: localhost]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub tls_names: Option<Vec<String>>,
    /// Accept TLS 1.3 only
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub tls13_only: Option<bool>,
    /// Callers must present a certificate of this CA, PEM
    #[arg(long, value_name = "FILE")]
    pub client_ca: Option<PathBuf>,
    /// Names that a caller's certificate may carry [default: any of the CA]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub client_names: Option<Vec<String>>,
    /// The policy file; without one, the `baseline` bundle
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Seconds between looks at the policy and certificate files [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub reload_interval: Option<u64>,
    /// How to reach the API server from outside a cluster
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Decide without an API server: service accounts and policies stay unknown
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub no_cluster: Option<bool>,
    /// Read the names of keys in Secrets and ConfigMaps that pods take in bulk
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub read_object_keys: Option<bool>,
    /// Milliseconds for the one read on a cache miss [default: 200]
    #[arg(long, value_name = "MS")]
    pub lookup_budget: Option<u64>,
    /// Groups that may lower a namespace's mode, besides system:masters
    #[arg(long, value_name = "GROUP", value_delimiter = ',')]
    pub guard_groups: Option<Vec<String>>,
    /// What to do with pod templates of workload kinds [default: warn]
    #[arg(long, value_enum)]
    pub workloads: Option<Templates>,
    /// Requests examined at a time; more are shed at once with 503 [default: 256]
    #[arg(long, value_name = "NUMBER")]
    pub max_requests: Option<usize>,
    /// Connections held at a time [default: 1024]
    #[arg(long, value_name = "NUMBER")]
    pub max_connections: Option<usize>,
    /// Seconds for a handshake, for headers and for a body [default: 5]
    #[arg(long, value_name = "SECONDS")]
    pub read_timeout: Option<u64>,
    /// Seconds after which a connection is closed in an orderly way [default: 300]
    #[arg(long, value_name = "SECONDS")]
    pub connection_age: Option<u64>,
    /// Seconds of serving on after SIGTERM, while readiness says no [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub shutdown_delay: Option<u64>,
    /// Seconds for requests in flight after that [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub drain: Option<u64>,
    /// Worker threads [default: one per core of the cgroup]
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<usize>,
}

/// Where the serving certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// From `--tls-cert` and `--tls-key`, read again when they change.
    Files,
    /// Made at start; for trials outside a cluster.
    SelfSigned,
}

/// What to do with pod templates of workload kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Templates {
    /// Not looked at.
    Off,
    /// A warning at apply time; the pod is what is denied.
    Warn,
    /// Denied where a pod would be.
    Deny,
}

/// Settings in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address of the admission endpoints.
    pub listen: SocketAddr,
    /// Address of health and metrics.
    pub metrics_listen: SocketAddr,
    /// Where the serving certificate comes from.
    pub tls: Tls,
    /// The policy file.
    pub policy: Option<PathBuf>,
    /// Time between looks at files.
    pub reload_interval: Duration,
    /// How to reach the API server.
    pub cluster: ClusterAccess,
    /// Read the names of keys in Secrets and ConfigMaps.
    pub read_object_keys: bool,
    /// For the one read on a cache miss.
    pub lookup_budget: Duration,
    /// Groups that may lower a namespace's mode.
    pub guard_groups: Vec<String>,
    /// Pod templates of workload kinds.
    pub workloads: Templates,
    /// Bounds on callers.
    pub bounds: Bounds,
    /// Serving on after SIGTERM.
    pub shutdown_delay: Duration,
    /// For requests in flight after that.
    pub drain: Duration,
}

/// Bounds on what callers may use up.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Requests examined at a time.
    pub requests: usize,
    /// Connections held at a time.
    pub connections: usize,
    /// For a handshake, for headers, for a body.
    pub read_timeout: Duration,
    /// Age at which a connection is closed.
    pub connection_age: Duration,
    /// Bytes of a body: an object and its predecessor of 3 MiB each, and their envelope.
    pub body: usize,
}

impl Bounds {
    /// Those on connections.
    pub fn connections(&self, drain: Duration) -> accept::Bounds {
        let Self { connections, read_timeout: read, connection_age: age, .. } = *self;
        accept::Bounds { connections, read, age, drain }
    }
}

/// TLS settings in force.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The serving certificate.
    pub certificate: CertificateSource,
    /// TLS 1.3 only.
    pub tls13_only: bool,
    /// The CA of callers, when they must present a certificate.
    pub client_ca: Option<PathBuf>,
    /// Names that a caller's certificate may carry; empty allows any.
    pub client_names: Vec<String>,
}

impl Tls {
    /// What is demanded of callers' connections.
    pub fn demands(&self) -> Demands {
        Demands {
            tls13_only: self.tls13_only,
            client_ca: self.client_ca.clone(),
            protocols: &["h2", "http/1.1"],
        }
    }
}

/// The serving certificate.
#[derive(Debug, Clone)]
pub enum CertificateSource {
    /// PEM files.
    Files {
        /// The chain.
        cert: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// Made at start, for these names.
    SelfSigned(Vec<String>),
}

/// How to reach the API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterAccess {
    /// With the pod's service account, or the default kubeconfig.
    Default,
    /// With this kubeconfig.
    Kubeconfig(PathBuf),
    /// Not at all.
    None,
}

impl Given {
    /// Reads the configuration file.
    pub fn from_file(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name: Arc<str> = path.display().to_string().into();
        let document = parse(&name, &bytes, Format::Yaml, Limits::default()).into_iter().next();
        let Some(document) = document else { return Ok(Self::default()) };
        let document = document
            .map_err(|e| anyhow::anyhow!("{name}:{}:{}: {}", e.position.line, e.position.column, e.reason))?;
        serde_json::from_value(document.to_value()).with_context(|| format!("in {name}"))
    }

    /// What is given here, else what the other gives.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            metrics_listen: self.metrics_listen.or(other.metrics_listen),
            tls: self.tls.or(other.tls),
            tls_cert: self.tls_cert.or(other.tls_cert),
            tls_key: self.tls_key.or(other.tls_key),
            tls_names: self.tls_names.or(other.tls_names),
            tls13_only: self.tls13_only.or(other.tls13_only),
            client_ca: self.client_ca.or(other.client_ca),
            client_names: self.client_names.or(other.client_names),
            policy: self.policy.or(other.policy),
            reload_interval: self.reload_interval.or(other.reload_interval),
            kubeconfig: self.kubeconfig.or(other.kubeconfig),
            no_cluster: self.no_cluster.or(other.no_cluster),
            read_object_keys: self.read_object_keys.or(other.read_object_keys),
            lookup_budget: self.lookup_budget.or(other.lookup_budget),
            guard_groups: self.guard_groups.or(other.guard_groups),
            workloads: self.workloads.or(other.workloads),
            max_requests: self.max_requests.or(other.max_requests),
            max_connections: self.max_connections.or(other.max_connections),
            read_timeout: self.read_timeout.or(other.read_timeout),
            connection_age: self.connection_age.or(other.connection_age),
            shutdown_delay: self.shutdown_delay.or(other.shutdown_delay),
            drain: self.drain.or(other.drain),
            threads: self.threads.or(other.threads),
        }
    }

    /// Settings in force: what is given, the defaults for the rest.
    pub fn settle(self) -> Result<Settings> {
        Ok(Settings {
            listen: self.listen.unwrap_or_else(|| any_address(10250)),
            metrics_listen: self.metrics_listen.unwrap_or_else(|| any_address(9090)),
            tls: self.tls_settings()?,
            cluster: self.cluster_access(),
            bounds: self.bounds(),
            policy: self.policy,
            reload_interval: seconds(self.reload_interval, 10),
            read_object_keys: self.read_object_keys.unwrap_or(false),
            lookup_budget: Duration::from_millis(self.lookup_budget.unwrap_or(200)),
            guard_groups: self.guard_groups.unwrap_or_default(),
            workloads: self.workloads.unwrap_or(Templates::Warn),
            shutdown_delay: seconds(self.shutdown_delay, 10),
            drain: seconds(self.drain, 10),
        })
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            requests: self.max_requests.unwrap_or(256).max(1),
            connections: self.max_connections.unwrap_or(1024).max(1),
            read_timeout: seconds(self.read_timeout, 5),
            connection_age: seconds(self.connection_age, 300),
            body: 7 << 20,
        }
    }

    fn cluster_access(&self) -> ClusterAccess {
        match (&self.kubeconfig, self.no_cluster) {
            (_, Some(true)) => ClusterAccess::None,
            (Some(path), _) => ClusterAccess::Kubeconfig(path.clone()),
            (None, _) => ClusterAccess::Default,
        }
    }

    fn tls_settings(&self) -> Result<Tls> {
        Ok(Tls {
            certificate: self.certificate_source()?,
            tls13_only: self.tls13_only.unwrap_or(false),
            client_ca: self.client_ca.clone(),
            client_names: self.client_names.clone().unwrap_or_default(),
        })
    }

    fn certificate_source(&self) -> Result<CertificateSource> {
        if self.tls == Some(TlsMode::SelfSigned) {
            let names = self.tls_names.clone().unwrap_or_else(|| vec!["localhost".to_owned()]);
            return Ok(CertificateSource::SelfSigned(names));
        }
        match (self.tls_cert.clone(), self.tls_key.clone()) {
            (Some(cert), Some(key)) => Ok(CertificateSource::Files { cert, key }),
            _ => bail!("give --tls-cert and --tls-key, or --tls self-signed"),
        }
    }
}

fn any_address(port: u16) -> SocketAddr {
    SocketAddr::from(([0, 0, 0, 0], port))
}

fn seconds(given: Option<u64>, default: u64) -> Duration {
    Duration::from_secs(given.unwrap_or(default))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_the_defaults() {
        let flags = Given { tls: Some(TlsMode::SelfSigned), drain: Some(1), ..Given::default() };
        let file = Given { drain: Some(2), shutdown_delay: Some(3), ..Given::default() };
        let settings = flags.or(file).settle().unwrap();
        assert_eq!(settings.drain, Duration::from_secs(1));
        assert_eq!(settings.shutdown_delay, Duration::from_secs(3));
        assert_eq!(settings.listen.port(), 10250);
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        let given = Given { tls_cert: Some("a.pem".into()), ..Given::default() };
        assert!(given.settle().unwrap_err().to_string().contains("--tls-key"));
    }
}
