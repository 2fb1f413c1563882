//! From what is given to what is in force.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{Bounds, CertificateSource, ClusterAccess, Given, Managed, Settings, Templates, Tls, TlsMode};

/// Where kubelet puts the name of the pod's namespace.
const SERVICE_ACCOUNT_NAMESPACE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

impl Given {
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
            events: self.events.unwrap_or(true),
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
            configurations: self.tls_configurations.clone().unwrap_or_else(usual_configurations),
            tls13_only: self.tls13_only.unwrap_or(false),
            client_ca: self.client_ca.clone(),
            client_names: self.client_names.clone().unwrap_or_default(),
        })
    }

    fn certificate_source(&self) -> Result<CertificateSource> {
        let has_files = self.tls_cert.is_some() || self.tls_key.is_some();
        let usual = if has_files { TlsMode::Files } else { TlsMode::Managed };
        match self.tls.unwrap_or(usual) {
            TlsMode::Files => self.files(),
            TlsMode::SelfSigned => {
                let names = self.tls_names.clone().unwrap_or_else(|| vec!["localhost".to_owned()]);
                Ok(CertificateSource::SelfSigned(names))
            }
            TlsMode::Managed => self.managed().map(CertificateSource::Managed),
        }
    }

    fn files(&self) -> Result<CertificateSource> {
        match (self.tls_cert.clone(), self.tls_key.clone()) {
            (Some(cert), Some(key)) => Ok(CertificateSource::Files { cert, key }),
            _ => bail!("give --tls-cert and --tls-key, or --tls managed, or --tls self-signed"),
        }
    }

    fn managed(&self) -> Result<Managed> {
        ensure!(
            self.no_cluster != Some(true),
            "--tls managed needs the API server: leave --no-cluster out, or give --tls self-signed"
        );
        let names = self.tls_names.clone().unwrap_or_default();
        ensure!(
            !names.is_empty(),
            "--tls managed needs --tls-names, such as policyctl.policyctl.svc; or give --tls-cert and --tls-key, or --tls self-signed"
        );
        let (leaf, authority) = (self.tls_leaf_hours.unwrap_or(2160), self.tls_ca_hours.unwrap_or(8760));
        ensure!(leaf > 0, "--tls-leaf-hours must be more than 0");
        ensure!(authority / 2 >= leaf, "--tls-ca-hours must be at least twice --tls-leaf-hours");
        Ok(Managed {
            namespace: self.own_namespace().context("--tls managed needs --namespace")?,
            secret: self.tls_secret.clone().unwrap_or_else(|| "policyctl-tls".to_owned()),
            lease: self.tls_lease.clone().unwrap_or_else(|| "policyctl".to_owned()),
            names,
            leaf_life: hours(leaf),
            authority_life: hours(authority),
            settle: seconds(self.tls_settle, 30),
        })
    }

    /// Inside a pod the namespace is known. Source: Kubernetes documentation, "Accessing the Kubernetes API from a Pod".
    fn own_namespace(&self) -> Option<String> {
        let mounted = || std::fs::read_to_string(SERVICE_ACCOUNT_NAMESPACE).ok();
        let name = self.namespace.clone().or_else(mounted)?.trim().to_owned();
        (!name.is_empty()).then_some(name)
    }
}

/// What our webhook configurations are called unless someone says otherwise.
pub fn usual_configurations() -> Vec<String> {
    vec!["policyctl".to_owned()]
}

fn any_address(port: u16) -> SocketAddr {
    SocketAddr::from(([0, 0, 0, 0], port))
}

fn hours(number: u32) -> Duration {
    Duration::from_hours(u64::from(number))
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
        let settings = policyctl_serving::settings::over(&flags, &file).unwrap().settle().unwrap();
        assert_eq!(settings.drain, Duration::from_secs(1));
        assert_eq!(settings.shutdown_delay, Duration::from_secs(3));
        assert_eq!(settings.listen.port(), 10250);
    }

    #[test]
    fn certificates_are_managed_unless_files_are_given() {
        let given = Given { tls: None, ..managed() };
        assert!(matches!(given.settle().unwrap().tls.certificate, CertificateSource::Managed(_)));
        let files =
            Given { tls_cert: Some("a.pem".into()), tls_key: Some("a.key".into()), ..Given::default() };
        assert!(matches!(files.settle().unwrap().tls.certificate, CertificateSource::Files { .. }));
        assert!(Given::default().settle().unwrap_err().to_string().contains("--tls self-signed"));
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        let given = Given { tls_cert: Some("a.pem".into()), ..Given::default() };
        assert!(given.settle().unwrap_err().to_string().contains("--tls-key"));
    }

    fn managed() -> Given {
        Given {
            tls: Some(TlsMode::Managed),
            tls_names: Some(vec!["policyctl.policyctl.svc".into()]),
            namespace: Some("policyctl".into()),
            ..Given::default()
        }
    }

    #[test]
    fn managed_certificates_need_names_and_an_api_server() {
        assert!(managed().settle().is_ok());
        let nameless = Given { tls_names: None, ..managed() };
        assert!(nameless.settle().unwrap_err().to_string().contains("--tls-names"));
        let alone = Given { no_cluster: Some(true), ..managed() };
        assert!(alone.settle().unwrap_err().to_string().contains("--no-cluster"));
    }

    #[test]
    fn an_authority_outlives_two_certificates() {
        let short = Given { tls_leaf_hours: Some(10), tls_ca_hours: Some(19), ..managed() };
        assert!(short.settle().unwrap_err().to_string().contains("--tls-ca-hours"));
    }
}
