//! What an operator may set: each a flag and, in the same words, a key of the file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// What may be set, as flags and as the keys of the file; what is not given keeps its default.
#[derive(Debug, Clone, Default, Args, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Given {
    /// Address of the admission endpoints [default: 0.0.0.0:10250]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Address of health and metrics, plain HTTP [default: 0.0.0.0:9090]
    #[arg(long, value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// Where the serving certificate comes from [default: managed, or files with `--tls-cert`]
    #[arg(long, value_enum)]
    pub tls: Option<TlsMode>,
    /// The certificate chain, PEM, with `--tls files`
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The private key, PEM, with `--tls files`
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// DNS names of a made certificate, such as those of the Service; with `--tls self-signed` [default: localhost]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub tls_names: Option<Vec<String>>,
    /// The Secret that replicas share their certificates through, with `--tls managed` [default: policyctl-tls]
    #[arg(long, value_name = "NAME")]
    pub tls_secret: Option<String>,
    /// The Lease whose holder makes certificates, with `--tls managed` [default: policyctl]
    #[arg(long, value_name = "NAME")]
    pub tls_lease: Option<String>,
    /// The webhook configurations of either kind that must trust the served certificate; `--tls managed` writes their `caBundle` [default: policyctl]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub tls_configurations: Option<Vec<String>>,
    /// Hours that a managed certificate lives; it is renewed after two thirds [default: 2160]
    #[arg(long, value_name = "HOURS")]
    pub tls_leaf_hours: Option<u32>,
    /// Hours that a managed authority lives, at least twice as long [default: 8760]
    #[arg(long, value_name = "HOURS")]
    pub tls_ca_hours: Option<u32>,
    /// Seconds between publishing an authority and serving under it [default: 30]
    #[arg(long, value_name = "SECONDS")]
    pub tls_settle: Option<u64>,
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
    /// The webhook's own namespace [default: that of its service account]
    #[arg(long, value_name = "NAME", env = "POD_NAMESPACE")]
    pub namespace: Option<String>,
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
    /// Tell of denials by an Event on the controller of the pod [default: true]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub events: Option<bool>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// From `--tls-cert` and `--tls-key`, read again when they change.
    Files,
    /// Made at start; for trials outside a cluster.
    SelfSigned,
    /// Made, renewed and published by the replicas themselves.
    Managed,
}

/// What to do with pod templates of workload kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Templates {
    /// Not looked at.
    Off,
    /// A warning at apply time; the pod is what is denied.
    Warn,
    /// Denied where a pod would be.
    Deny,
}

impl Given {
    /// Reads the configuration file.
    pub fn from_file(path: &Path) -> Result<Self> {
        policyctl_serving::settings::read(path)
    }
}
