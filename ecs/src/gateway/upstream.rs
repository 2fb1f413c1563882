//! The upstream: requests signed anew, answers as they come.
//!
//! A caller's signature covers the host that it called and is of no use there.
//! Source: AWS general reference, "Signature Version 4 signing process".

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;
use tracing::warn;

use super::Error;
use super::credentials::Own;
use super::place::Place;

/// Headers that speak of one connection.
/// Source: RFC 9110, section 7.6.1.
const HOP: [HeaderName; 7] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Headers that are written anew: of the message's length and place, and of the caller's signature.
const ANEW: [HeaderName; 7] = [
    AUTHORIZATION,
    CONTENT_LENGTH,
    EXPECT,
    HOST,
    HeaderName::from_static("x-amz-content-sha256"),
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-security-token"),
];

/// Why no answer came. What led to it is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unanswered {
    #[error("no credentials for the upstream")]
    Credentials,
    #[error("the request cannot be signed")]
    Signature,
    #[error("the upstream cannot be reached, or broke off")]
    Connection,
    #[error("the upstream did not answer in time")]
    Late,
}

/// How requests go out, and as whom.
pub(super) struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    own: Own,
}

impl Upstream {
    pub(super) fn new(surroundings: &SdkConfig) -> Result<Self, Error> {
        let source = surroundings.credentials_provider().ok_or(Error::NoCredentials)?;
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|error| Error::Upstream(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, own: Own::new(source) })
    }

    /// Sends a request, and waits this long for the head of its answer.
    pub(super) async fn send(
        &self,
        place: &Place,
        headers: HeaderMap,
        body: Bytes,
        patience: Duration,
    ) -> Result<Response<Incoming>, Unanswered> {
        match timeout(patience, self.exchange(place, headers, body)).await {
            Ok(Ok(mut response)) => {
                leave_out(response.headers_mut(), &HOP);
                Ok(response)
            }
            Ok(Err(why)) => Err(why),
            Err(_) => {
                warn!(region = &*place.region, "{}", Unanswered::Late);
                Err(Unanswered::Late)
            }
        }
    }

    async fn exchange(
        &self,
        place: &Place,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Incoming>, Unanswered> {
        let failed = |why: Unanswered, error: &dyn fmt::Display| {
            warn!(region = &*place.region, %error, "{why}");
            why
        };
        let credentials = self.own.get().await.map_err(|error| failed(Unanswered::Credentials, &error))?;
        let request = signed(place, headers, body, credentials)
            .map_err(|error| failed(Unanswered::Signature, &error))?;
        self.client.request(request).await.map_err(|error| failed(Unanswered::Connection, &error))
    }
}

/// Why a request could not be signed; nothing in it is shown.
type Unsigned = Box<dyn std::error::Error + Send + Sync>;

fn signed(
    place: &Place,
    mut headers: HeaderMap,
    body: Bytes,
    credentials: Credentials,
) -> Result<Request<Full<Bytes>>, Unsigned> {
    leave_out(&mut headers, &HOP);
    leave_out(&mut headers, &ANEW);
    let host = place.uri.authority().map(ToString::to_string).unwrap_or_default();
    headers.insert(HOST, HeaderValue::from_str(&host)?);
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&place.region)
        .name("ecs")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let covered = headers.iter().filter(|(name, _)| is_covered(name));
    let covered = covered.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let signable = SignableRequest::new("POST", place.uri.to_string(), covered, SignableBody::Bytes(&body))?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let mut request = Request::post(place.uri.clone()).body(Full::from(body))?;
    *request.headers_mut() = headers;
    instructions.apply_to_request_http1x(&mut request);
    Ok(request)
}

/// What AWS's SDKs cover: others on the way may change the rest.
fn is_covered(name: &HeaderName) -> bool {
    *name == HOST || *name == CONTENT_TYPE || name.as_str().starts_with("x-amz-")
}

fn leave_out(headers: &mut HeaderMap, names: &[HeaderName]) {
    for name in names {
        headers.remove(name);
    }
}
