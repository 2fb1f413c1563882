//! Answers: the upstream's as it came, and the gateway's own in the API's words.
//!
//! SDKs print the message of an error with status 400 and do not ask again; a status of 5xx they do.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::verdict::Verdict;
use serde_json::{Value, json};

use crate::examine::shown;

/// What a caller gets.
pub(super) enum Answer {
    /// What the upstream said.
    Passed(Response<Incoming>),
    /// What the gateway says.
    Own(StatusCode, Value),
}

/// A request that does not go on.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

impl Refusal {
    /// The request is wrong.
    pub(super) fn client(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: "ClientException", message: message.into() }
    }

    /// The caller may not.
    pub(super) fn access(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: "AccessDeniedException", message: message.into() }
    }

    /// It may go better the next time.
    pub(super) fn server(message: impl Into<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, kind: "ServerException", message: message.into() }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let message = format!("policyctl: {}", refusal.message);
        Self::Own(refusal.status, json!({"__type": refusal.kind, "message": message}))
    }
}

/// Too many requests at a time: SDKs wait and ask again.
pub(super) fn busy() -> Answer {
    let message = "too many requests at a time";
    Refusal { kind: "ThrottlingException", ..Refusal::client(message) }.into()
}

/// The first denial as the message, every one in the details.
pub(super) fn denied(verdict: &Verdict) -> Answer {
    let denials: Vec<_> = verdict.findings.iter().filter(|finding| finding.level == Level::Deny).collect();
    let more = if denials.len() > 1 { format!(" (+{} more)", denials.len() - 1) } else { String::new() };
    let (rule, first) = denials.first().map_or(("", ""), |finding| (finding.rule, &*finding.message));
    let body = json!({
        "__type": "AccessDeniedException",
        "message": format!("policyctl: {first}{more} [{rule}]"),
        "details": denials.into_iter().map(detail).collect::<Vec<_>>(),
    });
    Answer::Own(StatusCode::BAD_REQUEST, body)
}

fn detail(finding: &Located) -> Value {
    json!({
        "rule": finding.rule,
        "pointer": shown(&finding.place.pointer),
        "message": finding.message,
        "remedy": finding.fix.as_ref().map(|fix| &fix.title),
    })
}

impl Answer {
    /// As it goes out.
    pub(super) fn into_http(self) -> Response<Either<Incoming, Full<Bytes>>> {
        let (status, body) = match self {
            Self::Passed(response) => return response.map(Either::Left),
            Self::Own(status, body) => (status, body.to_string()),
        };
        let mut response = Response::new(Either::Right(Full::from(body)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        if let Ok(id) = HeaderValue::from_str(&request_id()) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}

/// Tells the gateway's own answers from the API's.
fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("policyctl-{:x}-{:x}", since.as_millis(), COUNT.fetch_add(1, Ordering::Relaxed))
}
