//! Forwarding: the request as it came, signed anew; the answer as it comes.
//!
//! A caller's signature covers the host that it called and is of no use upstream.
//! Source: AWS general reference, "Signature Version 4 signing process".

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_ecs::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;
use tracing::warn;

use super::Error;
use super::answer::{Answer, Refusal};
use super::credentials::Own;
use super::request::Received;

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

/// Where requests go, and as whom.
pub(super) struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    region: String,
    own: Own,
    patience: Duration,
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.uri)
    }
}

impl Upstream {
    pub(super) async fn new(
        surroundings: &SdkConfig,
        url: Option<&str>,
        patience: Duration,
    ) -> Result<Self, Error> {
        let region = surroundings.region().ok_or(Error::NoRegion)?.to_string();
        let url = match url {
            Some(url) => url.to_owned(),
            None => endpoint(surroundings, &region).await?,
        };
        let source = surroundings.credentials_provider().ok_or(Error::NoCredentials)?;
        let wrong = |error: &dyn fmt::Display| Error::Upstream(error.to_string());
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|error| wrong(&error))?
            .https_or_http()
            .enable_http1()
            .build();
        let uri = whole(&url)
            .ok_or_else(|| wrong(&format!("`{url}` is not an http or https URL without a path")))?;
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, uri, region, own: Own::new(source), patience })
    }

    /// The region it signs for.
    pub(super) fn region(&self) -> &str {
        &self.region
    }

    /// Sends a request on; a [`Refusal`] where no answer came.
    pub(super) async fn forward(&self, received: Received) -> Result<Answer, Refusal> {
        let operation = received.operation.name.clone();
        let failed = |what: &str, error: &dyn fmt::Display| {
            warn!(operation, %error, "{what}");
            Refusal::server(what)
        };
        let credentials =
            self.own.get().await.map_err(|error| failed("no credentials for the upstream", &error))?;
        let request = self
            .signed(received, credentials)
            .map_err(|error| failed("the request cannot be signed", &error))?;
        match timeout(self.patience, self.client.request(request)).await {
            Ok(Ok(mut response)) => {
                leave_out(response.headers_mut(), &HOP);
                Ok(Answer::Passed(response))
            }
            Ok(Err(error)) => Err(failed("the upstream cannot be reached, or broke off", &error)),
            Err(late) => Err(failed("the upstream did not answer in time", &late)),
        }
    }

    fn signed(&self, received: Received, credentials: Credentials) -> Result<Request<Full<Bytes>>, Unsigned> {
        let mut headers = received.headers;
        leave_out(&mut headers, &HOP);
        leave_out(&mut headers, &ANEW);
        let host = self.uri.authority().map(ToString::to_string).unwrap_or_default();
        headers.insert(HOST, HeaderValue::from_str(&host)?);
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("ecs")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let covered = headers.iter().filter(|(name, _)| is_covered(name));
        let covered = covered.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let signable =
            SignableRequest::new("POST", self.uri.to_string(), covered, SignableBody::Bytes(&received.body))?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = Request::post(self.uri.clone()).body(Full::from(received.body))?;
        *request.headers_mut() = headers;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

/// Why a request could not be signed; nothing in it is shown.
type Unsigned = Box<dyn std::error::Error + Send + Sync>;

/// What AWS's SDKs cover: others on the way may change the rest.
fn is_covered(name: &HeaderName) -> bool {
    *name == HOST || *name == CONTENT_TYPE || name.as_str().starts_with("x-amz-")
}

fn leave_out(headers: &mut HeaderMap, names: &[HeaderName]) {
    for name in names {
        headers.remove(name);
    }
}

/// The endpoint of a region in its partition. What clients are told by AWS_ENDPOINT_URL_ECS is not asked: it
/// may well be this gateway.
async fn endpoint(surroundings: &SdkConfig, region: &str) -> Result<String, Error> {
    let parameters = Params::builder()
        .region(region)
        .use_fips(surroundings.use_fips().unwrap_or_default())
        .use_dual_stack(surroundings.use_dual_stack().unwrap_or_default())
        .build()
        .map_err(|error| Error::Upstream(error.to_string()))?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
    endpoint.map(|endpoint| endpoint.url().to_owned()).map_err(|error| Error::Upstream(error.to_string()))
}

/// A URL with `/` as its path.
fn whole(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    let bare = uri.path() == "/" && uri.query().is_none();
    let authority = uri.authority().filter(|_| known && bare)?;
    Uri::builder().scheme(uri.scheme_str()?).authority(authority.as_str()).path_and_query("/").build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_host() {
        assert_eq!(whole("http://127.0.0.1:5000").unwrap(), "http://127.0.0.1:5000/");
        for wrong in ["", "127.0.0.1", "ftp://a", "http://a/b", "http://a?b"] {
            assert_eq!(whole(wrong), None, "{wrong}");
        }
    }
}
