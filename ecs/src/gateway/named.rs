//! Definitions that a request names: described upstream, and examined as they would run.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use policyctl_policies::credential::safe_name;
use policyctl_policies::verdict::{Decision, Judge, Verdict};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::place::Place;
use super::upstream::{Unanswered, Upstream};
use crate::examine;
use crate::message::Named;
use crate::overrides;
use crate::roles::Roles;
use crate::shelf::Shelf;

/// A description of 64 KiB has some ARNs and dates besides.
const LARGEST: usize = 1 << 20;

/// How long a revision is kept: it never changes but for its tags.
const REVISION: Duration = Duration::from_mins(5);

/// How long the newest revision of a family counts as the newest.
const FAMILY: Duration = Duration::from_secs(2);

/// What came of a look at a definition.
pub(super) enum Seen {
    /// It would be registered today.
    Fit,
    /// It would be refused today.
    Unfit(Verdict),
    /// Nobody could look.
    Unseen(Unseen),
}

/// Why a definition was not examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unseen {
    /// The API will say so itself.
    #[error("ECS knows no such definition")]
    Unknown,
    /// The gateway's role lacks a permission.
    #[error("ECS refuses to describe it to the gateway")]
    Refused,
    /// It was throttled, or failed.
    #[error("ECS could not describe it now")]
    Failed,
    /// No answer came.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// IAM did not say whether tasks can assume its role.
    #[error("whether ECS tasks can assume its role is not known")]
    Role,
    /// The answer holds none.
    #[error("the description cannot be read")]
    Unreadable,
}

/// A definition as a request names it, for people.
pub(super) struct Called<'n>(pub(super) &'n Named);

impl fmt::Display for Called<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reference = self.0.reference.as_str();
        let name =
            reference.rsplit('/').next().filter(|_| reference.starts_with("arn:")).unwrap_or(reference);
        write!(f, "task definition {}", safe_name(name))
    }
}

type Definition = Map<String, Value>;

/// Looks definitions up.
pub(super) struct Definitions {
    shelf: Shelf<(Place, bool, String), Definition>,
    patience: Duration,
}

impl Definitions {
    pub(super) fn new(patience: Duration) -> Self {
        Self { shelf: Shelf::new(), patience }
    }

    /// Examines a definition with what the request lays over it.
    pub(super) async fn look(
        &self,
        judge: &Judge<'_>,
        upstream: &Upstream,
        roles: Option<&Roles>,
        place: &Place,
        named: &Named,
    ) -> Seen {
        let definition = match self.find(upstream, place, named).await {
            Ok(definition) => definition,
            Err(why) => return Seen::Unseen(why),
        };
        let mut running = Definition::clone(&definition);
        overrides::lay(&mut running, &named.overrides);
        let (refusing, unknown) = match (roles, examine::own_role(&running)) {
            (Some(roles), Some(role)) => roles.refusing(&[role], &place.region).await,
            _ => Default::default(),
        };
        match examine::registered(judge, "definition", &Value::Object(running).to_string(), &refusing) {
            Ok(verdict) if verdict.decision() == Decision::Deny => Seen::Unfit(verdict),
            Ok(_) if unknown.is_empty() => Seen::Fit,
            Ok(_) => Seen::Unseen(Unseen::Role),
            Err(_) => Seen::Unseen(Unseen::Unreadable),
        }
    }

    async fn find(
        &self,
        upstream: &Upstream,
        place: &Place,
        named: &Named,
    ) -> Result<Arc<Definition>, Unseen> {
        let key = (place.clone(), named.daemon, named.reference.clone());
        if let Some(known) = self.shelf.get(&key, Instant::now()) {
            return Ok(known);
        }
        let (headers, body) = question(named);
        let response = upstream.send(place, headers, body, self.patience).await?;
        let definition = Arc::new(described(named, self.read(response).await?).ok_or(Unseen::Unreadable)?);
        self.shelf.put(key, Arc::clone(&definition), age(&named.reference), Instant::now());
        Ok(definition)
    }

    async fn read(&self, response: Response<Incoming>) -> Result<Value, Unseen> {
        let (head, body) = response.into_parts();
        let body = timeout(self.patience, Limited::new(body, LARGEST).collect()).await;
        let body = body.map_err(|_| Unanswered::Late)?.map_err(|_| Unseen::Unreadable)?.to_bytes();
        let answer: Value = serde_json::from_slice(&body).map_err(|_| Unseen::Unreadable)?;
        if head.status == StatusCode::OK { Ok(answer) } else { Err(why(head.status, &answer)) }
    }
}

/// DescribeTaskDefinition, or its like for daemons.
fn question(named: &Named) -> (HeaderMap, Bytes) {
    let (target, body) = if named.daemon {
        ("DescribeDaemonTaskDefinition", json!({"daemonTaskDefinition": named.reference}))
    } else {
        ("DescribeTaskDefinition", json!({"taskDefinition": named.reference, "include": ["TAGS"]}))
    };
    let target = HeaderValue::from_str(&format!("{}.{target}", crate::message::SERVICE));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("policyctl/", env!("CARGO_PKG_VERSION"))));
    headers.extend(target.ok().map(|target| (HeaderName::from_static("x-amz-target"), target)));
    (headers, body.to_string().into())
}

/// The definition of an answer, with the tags that stand beside it.
fn described(named: &Named, mut answer: Value) -> Option<Definition> {
    let key = if named.daemon { "daemonTaskDefinition" } else { "taskDefinition" };
    let Value::Object(mut definition) = answer.get_mut(key)?.take() else { return None };
    if let Some(tags) = answer.get_mut("tags") {
        definition.insert("tags".to_owned(), tags.take());
    }
    Some(definition)
}

fn why(status: StatusCode, answer: &Value) -> Unseen {
    let kind = answer.get("__type").and_then(Value::as_str).unwrap_or_default();
    match kind.rsplit('#').next().unwrap_or_default() {
        "ClientException" | "InvalidParameterException" if status == StatusCode::BAD_REQUEST => {
            Unseen::Unknown
        }
        kind if kind.starts_with("AccessDenied") || kind.starts_with("NotAuthorized") => Unseen::Refused,
        _ => Unseen::Failed,
    }
}

fn age(reference: &str) -> Duration {
    if is_revision(reference) { REVISION } else { FAMILY }
}

/// Whether a reference ends in a revision: `checkout:7`, or an ARN that does.
fn is_revision(reference: &str) -> bool {
    let name = reference.rsplit('/').next().unwrap_or_default();
    let revision = name.split_once(':').map(|(_, revision)| revision);
    revision.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_told_from_a_family() {
        for (reference, expected) in [
            ("checkout:7", true),
            ("arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:7", true),
            ("checkout", false),
            ("checkout:", false),
            ("checkout:latest", false),
            ("arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout", false),
            ("", false),
        ] {
            assert_eq!(is_revision(reference), expected, "{reference}");
        }
    }
}
