//! Where the admission server's certificate comes from.

use anyhow::{Context, Result};
pub use policyctl_serving::certificate::{Files, Serving, from_pem, not_after};
use rustls::sign::CertifiedKey;

use crate::settings::CertificateSource;

/// What is served first, and the files that it comes from, if it does. Managed certificates come later, from the cluster.
pub fn first(source: &CertificateSource) -> Result<(Serving, Option<Files>)> {
    match source {
        CertificateSource::Files { cert, key } => {
            let (files, certificate) = Files::read(cert.clone(), key.clone())?;
            Ok((Serving::new(certificate), Some(files)))
        }
        CertificateSource::SelfSigned(names) => Ok((Serving::new(self_signed(names)?), None)),
        CertificateSource::Managed(_) => Ok((Serving::default(), None)),
    }
}

fn self_signed(names: &[String]) -> Result<CertifiedKey> {
    let made = rcgen::generate_simple_self_signed(names.to_vec()).context("cannot make a certificate")?;
    from_pem(made.cert.pem().as_bytes(), made.signing_key.serialize_pem().as_bytes())
}
