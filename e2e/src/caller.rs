//! Calls the webhook directly, as anyone on its network could.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::Request;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::certificates::Pair;

/// Whether the webhook answers a caller who shows this certificate, or none.
pub(crate) async fn is_answered(address: SocketAddr, authority: &Path, shown: Option<&Pair>) -> Result<bool> {
    let connector = TlsConnector::from(Arc::new(config(authority, shown)?));
    let stream = TcpStream::connect(address).await?;
    let Ok(stream) = connector.connect(ServerName::from(address.ip()), stream).await else {
        return Ok(false);
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::post("/validate")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Body::from("{}"))?;
    // With TLS 1.3 a client learns only now that its certificate was not accepted.
    let answered = sender.send_request(request).await.is_ok();
    connection.abort();
    Ok(answered)
}

/// The certificate that a server on an address serves.
pub(crate) async fn served(address: SocketAddr, authority: &Path) -> Result<CertificateDer<'static>> {
    let connector = TlsConnector::from(Arc::new(config(authority, None)?));
    let stream =
        connector.connect(ServerName::from(address.ip()), TcpStream::connect(address).await?).await?;
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
    Ok(chain.first().context("it shows no certificate")?.clone().into_owned())
}

fn config(authority: &Path, shown: Option<&Pair>) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority)?)?;
    let builder = ClientConfig::builder().with_root_certificates(roots);
    let Some(pair) = shown else { return Ok(builder.with_no_client_auth()) };
    let chain = vec![CertificateDer::from_pem_file(&pair.certificate)?];
    Ok(builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(&pair.key)?)?)
}
