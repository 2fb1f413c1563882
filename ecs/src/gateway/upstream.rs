//! The upstream: requests signed anew, answers as they come.
//!
//! A caller's signature covers the host that it called and is of no use there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, Response};
use hyper::body::Incoming;
use tokio::time::timeout;
use tracing::warn;

use super::Error;
use super::loops::Mark;
use super::place::Place;
use crate::outgoing::{self, HttpClient, Purse, Target};

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
    client: HttpClient,
    purse: Arc<Purse>,
    mark: Mark,
}

impl Upstream {
    pub(super) fn new(purse: Arc<Purse>) -> Result<Self, Error> {
        let client = outgoing::client().map_err(|error| Error::Upstream(error.to_string()))?;
        Ok(Self { client, purse, mark: Mark::new() })
    }

    /// Whether a request is one of its own that came back.
    pub(super) fn has_sent(&self, headers: &HeaderMap) -> bool {
        self.mark.is_on(headers)
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
        let credentials = self.purse.get(place.partition).await;
        let credentials = credentials.map_err(|error| failed(Unanswered::Credentials, &error))?;
        let target = Target { uri: &place.uri, region: &place.region, service: "ecs" };
        let mut headers = cleaned(headers);
        self.mark.put_on(&mut headers);
        let request = outgoing::post(target, headers, body, credentials)
            .map_err(|error| failed(Unanswered::Signature, &error))?;
        self.client.request(request).await.map_err(|error| failed(Unanswered::Connection, &error))
    }
}

/// Headers without those of the caller's connection and signature.
fn cleaned(mut headers: HeaderMap) -> HeaderMap {
    leave_out(&mut headers, &HOP);
    leave_out(&mut headers, &ANEW);
    headers
}

fn leave_out(headers: &mut HeaderMap, names: &[HeaderName]) {
    for name in names {
        headers.remove(name);
    }
}
