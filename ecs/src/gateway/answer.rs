//! Answers: the upstream's as it came, and the gateway's own in the API's words.
//!
//! SDKs print the message of an error with status 400 and do not ask again; a status of 5xx they do.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::verdict::Verdict;
use serde_json::{Value, json};

use super::upstream::Unanswered;
use crate::examine::shown;

/// What the gateway has to say of a request that the upstream answers.
const WARNING: HeaderName = HeaderName::from_static("x-policyctl-warning");

/// The longest warning, in bytes: SDKs take headers of 8 KiB and more.
const LONGEST: usize = 1024;

/// What a caller gets.
pub(super) type Body = Either<Incoming, Full<Bytes>>;

/// A request that does not go on.
#[derive(Debug)]
pub(super) struct Refusal {
    /// A word for metrics and logs.
    pub(super) why: &'static str,
    status: StatusCode,
    kind: &'static str,
    message: String,
    details: Option<Value>,
}

impl Refusal {
    /// The request is wrong.
    pub(super) fn client(why: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self { why, status, kind: "ClientException", message: message.into(), details: None }
    }

    /// The caller may not.
    pub(super) fn access(why: &'static str, message: impl Into<String>) -> Self {
        Self { kind: "AccessDeniedException", ..Self::client(why, message) }
    }

    /// It may go better the next time.
    pub(super) fn server(why: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self { kind: "ServerException", status, ..Self::client(why, message) }
    }

    /// Too many requests at a time: SDKs wait and ask again.
    pub(super) fn busy() -> Self {
        Self { kind: "ThrottlingException", ..Self::client("busy", "too many requests at a time") }
    }

    /// The first denial as the message, every one in the details. `what` begins the message, where it is not
    /// the request itself that is denied.
    pub(super) fn denied(what: &str, verdict: &Verdict) -> Self {
        let details = denials(verdict).map(detail).collect();
        Self { details: Some(details), ..Self::access("denied", format!("{what}{}", first(verdict))) }
    }

    /// As it goes out.
    pub(super) fn into_http(self) -> Response<Body> {
        let mut body = json!({"__type": self.kind, "message": format!("policyctl: {}", self.message)});
        if let Some(details) = self.details {
            body["details"] = details;
        }
        let mut response = Response::new(Either::Right(Full::from(body.to_string())));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        if let Ok(id) = HeaderValue::from_str(&request_id()) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}

impl From<Unanswered> for Refusal {
    fn from(why: Unanswered) -> Self {
        Self::server("upstream", why.to_string())
    }
}

fn denials(verdict: &Verdict) -> impl Iterator<Item = &Located> {
    verdict.findings.iter().filter(|finding| finding.level == Level::Deny)
}

/// The first denial and how many more there are.
pub(super) fn first(verdict: &Verdict) -> String {
    let count = denials(verdict).count();
    let more = if count > 1 { format!(" (+{} more)", count - 1) } else { String::new() };
    let (rule, first) = denials(verdict).next().map_or(("", ""), |finding| (finding.rule, &*finding.message));
    format!("{first}{more} [{rule}]")
}

fn detail(finding: &Located) -> Value {
    json!({
        "rule": finding.rule,
        "pointer": shown(&finding.place.pointer),
        "message": finding.message,
        "remedy": finding.fix.as_ref().map(|fix| &fix.title),
    })
}

/// Adds a warning to the upstream's answer, on one line of visible ASCII.
pub(super) fn warn(response: &mut Response<Body>, text: &str) {
    let visible = text.chars().map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' });
    let line: String = visible.take(LONGEST).collect();
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(WARNING, value);
    }
}

/// Tells the gateway's own answers from the API's.
fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("policyctl-{:x}-{:x}", since.as_millis(), COUNT.fetch_add(1, Ordering::Relaxed))
}
