//! Where the admission server's certificate comes from.

use anyhow::{Context, Result, bail};
use policyctl_serving::certificate::from_files;
pub use policyctl_serving::certificate::{Serving, from_pem, not_after};
use rustls::sign::CertifiedKey;

use crate::settings::CertificateSource;

/// Reads or makes the certificate.
pub fn load(source: &CertificateSource) -> Result<CertifiedKey> {
    match source {
        CertificateSource::Files { cert, key } => from_files(cert, key),
        CertificateSource::SelfSigned(names) => self_signed(names),
        CertificateSource::Managed(_) => bail!("managed certificates come from the cluster"),
    }
}

fn self_signed(names: &[String]) -> Result<CertifiedKey> {
    let made = rcgen::generate_simple_self_signed(names.to_vec()).context("cannot make a certificate")?;
    from_pem(made.cert.pem().as_bytes(), made.signing_key.serialize_pem().as_bytes())
}
