//! Who may call: anyone, or holders of a certificate of one CA and, if set, of certain names.

use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::X509Certificate;

use super::certificate::Serving;
use crate::settings::Tls;

/// The TLS configuration: HTTP/2 and HTTP/1.1, TLS 1.2 and 1.3 (or 1.3 alone).
pub fn server_config(tls: &Tls, serving: &Arc<Serving>) -> Result<ServerConfig> {
    let versions: &[_] = if tls.tls13_only { &[&rustls::version::TLS13] } else { rustls::ALL_VERSIONS };
    let builder = ServerConfig::builder_with_protocol_versions(versions);
    let builder = match &tls.client_ca {
        Some(path) => builder.with_client_cert_verifier(verifier(&std::fs::read(path)?)?),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::clone(serving) as Arc<_>);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
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
    if names.is_empty() {
        return true;
    }
    let parsed = certificate.and_then(|der| x509_parser::parse_x509_certificate(der).ok());
    parsed.is_some_and(|(_, certificate)| {
        names_of(&certificate).iter().any(|name| names.iter().any(|allowed| allowed == name))
    })
}

fn names_of(certificate: &X509Certificate<'_>) -> Vec<String> {
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
