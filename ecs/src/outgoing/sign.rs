//! Signing a request anew.
//!
//! Source: AWS general reference, "Signature Version 4 signing process".

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use http_body_util::Full;

/// Where a request goes, and what it is signed for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'t> {
    /// The endpoint, with `/` as its path.
    pub(crate) uri: &'t Uri,
    /// The region of the signature.
    pub(crate) region: &'t str,
    /// The service of the signature.
    pub(crate) service: &'static str,
}

/// Why a request could not be signed; nothing in it is shown.
type Unsigned = Box<dyn std::error::Error + Send + Sync>;

/// A request with these headers and this body, signed. `Host` is the target's.
pub(crate) fn post(
    target: Target<'_>,
    mut headers: HeaderMap,
    body: Bytes,
    credentials: Credentials,
) -> Result<Request<Full<Bytes>>, Unsigned> {
    let host = target.uri.authority().map(ToString::to_string).unwrap_or_default();
    headers.insert(HOST, HeaderValue::from_str(&host)?);
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(target.region)
        .name(target.service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let covered = headers.iter().filter(|(name, _)| is_covered(name));
    let covered = covered.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let signable = SignableRequest::new("POST", target.uri.to_string(), covered, SignableBody::Bytes(&body))?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let mut request = Request::post(target.uri.clone()).body(Full::from(body))?;
    *request.headers_mut() = headers;
    instructions.apply_to_request_http1x(&mut request);
    Ok(request)
}

/// What AWS's SDKs cover: others on the way may change the rest.
fn is_covered(name: &HeaderName) -> bool {
    *name == HOST || *name == CONTENT_TYPE || name.as_str().starts_with("x-amz-")
}
