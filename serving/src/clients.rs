//! Who may call: anyone, or holders of a certificate of one CA and, if set, of certain names.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::X509Certificate;

use crate::certificate::Serving;
use crate::reload::Reloaded;

/// What a server demands of its callers' connections.
#[derive(Debug, Clone, Default)]
pub struct Demands {
    /// TLS 1.3 only.
    pub tls13_only: bool,
    /// The CA of callers, when they must present a certificate.
    pub client_ca: Option<PathBuf>,
    /// Protocols above TLS, the favourite first.
    pub protocols: &'static [&'static str],
}

/// The TLS configuration, made anew when the file of the callers' CA changes. Sessions that are open stay.
pub fn server_config(demands: Demands, serving: Arc<Serving>) -> Result<Reloaded<ServerConfig>> {
    let files = demands.client_ca.iter().cloned().collect();
    Reloaded::from_files("client CA", files, move || made(&demands, &serving))
}

/// TLS 1.2 and 1.3, or 1.3 alone.
fn made(demands: &Demands, serving: &Arc<Serving>) -> Result<ServerConfig> {
    let versions: &[_] = if demands.tls13_only { &[&rustls::version::TLS13] } else { rustls::ALL_VERSIONS };
    let builder = ServerConfig::builder_with_protocol_versions(versions);
    let builder = match &demands.client_ca {
        Some(path) => {
            let pem = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            builder
                .with_client_cert_verifier(verifier(&pem).with_context(|| format!("in {}", path.display()))?)
        }
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::clone(serving) as Arc<_>);
    config.alpn_protocols = demands.protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    Ok(config)
}

fn verifier(pem: &[u8]) -> Result<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        roots.add(certificate.context("the client CA is not PEM")?)?;
    }
    WebPkiClientVerifier::builder(Arc::new(roots)).build().context("the client CA cannot be used")
}

/// Whether a caller's certificate carries one of the names: its common name or a DNS name.
pub fn is_named(certificate: Option<&CertificateDer<'_>>, names: &[String]) -> bool {
    names.is_empty() || names_of(certificate).iter().any(|name| names.contains(name))
}

/// A certificate's common names and DNS names, in this order.
pub fn names_of(certificate: Option<&CertificateDer<'_>>) -> Vec<String> {
    let parsed = certificate.and_then(|der| x509_parser::parse_x509_certificate(der).ok());
    parsed.map(|(_, certificate)| names(&certificate)).unwrap_or_default()
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let dns = alternative.iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(*name),
        _ => None,
    });
    common.chain(dns).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: &str) -> CertificateDer<'static> {
        rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap().cert.der().clone()
    }

    #[test]
    fn a_name_of_the_list_is_let_in_and_another_is_not() {
        let names = vec!["kube-apiserver".to_owned()];
        assert!(is_named(Some(&certificate("kube-apiserver")), &names));
        assert!(!is_named(Some(&certificate("kubelet")), &names));
        assert!(!is_named(None, &names));
    }

    #[test]
    fn without_a_list_any_certificate_of_the_ca_will_do() {
        assert!(is_named(Some(&certificate("kubelet")), &[]));
    }
}
