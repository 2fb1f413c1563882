//! Requests that go out without an SDK: as whom, signed, and how.

mod credentials;
mod sign;

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

pub(crate) use credentials::{Purse, profile};
pub(crate) use sign::{Target, post};

/// What sends requests.
pub(crate) type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// A client that trusts the authorities of this machine; it reads them, so it is made where it is needed.
pub(crate) fn client() -> std::io::Result<HttpClient> {
    let mut plain = HttpConnector::new();
    plain.enforce_http(false);
    // Else the last part of a large body waits until what went before is acknowledged.
    plain.set_nodelay(true);
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())?
        .https_or_http()
        .enable_http1()
        .wrap_connector(plain);
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}
