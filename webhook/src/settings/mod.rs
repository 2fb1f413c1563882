//! Settings: every one is a flag and, in the same words, a key of one YAML file. Flags win over the file,
//! the file over the defaults.

mod given;
mod settle;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use policyctl_serving::accept;

pub use given::{Given, Templates, TlsMode};
pub use settle::usual_configurations;
pub use tls::{CertificateSource, Managed, Tls};

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
    /// Tell of denials by Events.
    pub events: bool,
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
