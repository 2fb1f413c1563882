//! `AdmissionReview` v1 on the wire: what the API server sends, and what we answer.
//!
//! A review is read once, by the engine's own reader; the object in it is a part of what was read. Only what a
//! decision needs is looked at, and a member of the envelope that is written twice is refused. Answers are
//! written by hand because `kube` serialises a patch as a list of numbers where the API server wants base64.
//! Source: Kubernetes API reference, `admission.k8s.io/v1`.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64_simd::STANDARD;
use policyctl_policies::document::{Document, Format, Limits, Node, Position, Style, Unreadable, parse};
use serde::{Deserialize, Serialize};

/// Bounds of one review: what an object and its predecessor of etcd's largest size can have, and more nodes than
/// any two pods.
const LIMITS: Limits = Limits { bytes: 8 << 20, depth: 130, nodes: 500_000 };

/// The mappings of the envelope, in which no member may be written twice.
const ENVELOPE: [&str; 4] = ["", "/request", "/request/kind", "/request/userInfo"];

/// Reads a body, once for all that is asked of it.
pub fn read(body: &[u8]) -> Result<Document, Unreadable> {
    let mut stream = parse(&Arc::from("review"), body, Format::Json, LIMITS);
    let last = stream.pop();
    let not_one = |reason: &str| Unreadable { reason: reason.to_owned(), position: Position::default() };
    match last {
        None => Err(not_one("it is empty")),
        Some(Ok(_)) if !stream.is_empty() => Err(not_one("several values stand where one is expected")),
        Some(one) => one,
    }
}

/// Whose review a body is, where [`read`] gave up: the API server takes no answer without it.
pub fn uid_of_unreadable(body: &[u8]) -> String {
    #[derive(Default, Deserialize)]
    struct Named {
        uid: String,
    }
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(default)]
        request: Named,
    }
    serde_json::from_slice::<Envelope>(body).map(|envelope| envelope.request.uid).unwrap_or_default()
}

/// What the API server sends.
pub struct Review<'d> {
    /// `admission.k8s.io/v1`.
    pub api_version: &'d str,
    /// The request.
    pub request: Request<'d>,
}

/// What is to be admitted.
pub struct Request<'d> {
    /// Echoed in the answer.
    pub uid: &'d str,
    /// The object's API group; empty for the core group.
    pub group: &'d str,
    /// The object's kind.
    pub kind: &'d str,
    /// The subresource, such as `ephemeralcontainers`; empty for the object itself.
    pub sub_resource: &'d str,
    /// The object's name; empty with `generateName`.
    pub name: &'d str,
    /// The namespace, empty for what has none; the object's own may be empty.
    pub namespace: &'d str,
    /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`.
    pub operation: &'d str,
    /// The name of who asks.
    pub user: &'d str,
    /// Nothing will be stored, so nothing may be written elsewhere.
    pub dry_run: bool,
    /// The object.
    pub object: Option<Node<'d>>,
    /// The object as it was, on `UPDATE`.
    pub old_object: Option<Node<'d>>,
    groups: Option<Node<'d>>,
}

impl<'d> Review<'d> {
    /// Looks at what was read; says what it lacks.
    pub fn of(document: &'d Document) -> Result<Self, String> {
        if let Some(twice) = twice(document) {
            return Err(format!("{twice} is written twice"));
        }
        let root = document.root();
        let request = root.get("request").ok_or("request is missing")?;
        Ok(Self { api_version: required(root, "apiVersion")?, request: Request::of(request)? })
    }
}

impl<'d> Request<'d> {
    fn of(request: Node<'d>) -> Result<Self, String> {
        let kind = request.get("kind").ok_or("kind is missing")?;
        let user = request.get("userInfo");
        let of_user = |key| user.map_or(Ok(""), |user| optional(user, key));
        Ok(Self {
            uid: required(request, "uid")?,
            group: optional(kind, "group")?,
            kind: required(kind, "kind")?,
            sub_resource: optional(request, "subResource")?,
            name: optional(request, "name")?,
            namespace: optional(request, "namespace")?,
            operation: required(request, "operation")?,
            user: of_user("username")?,
            dry_run: request.get("dryRun").and_then(Node::boolean).unwrap_or(false),
            object: request.get("object"),
            old_object: request.get("oldObject"),
            groups: user.and_then(|user| user.get("groups")),
        })
    }

    /// The groups of who asks.
    pub fn groups(&self) -> impl Iterator<Item = &'d str> {
        self.groups.into_iter().flat_map(Node::items).filter_map(Node::text)
    }
}

/// The place of a member of the envelope that is written twice.
fn twice(document: &Document) -> Option<String> {
    let places = document.duplicates().iter().map(|twice| document.pointer(twice.second));
    let is_envelopes =
        |place: &String| place.rsplit_once('/').is_some_and(|(mapping, _)| ENVELOPE.contains(&mapping));
    places.into_iter().find(is_envelopes)
}

fn required<'d>(node: Node<'d>, key: &str) -> Result<&'d str, String> {
    let value = node.get(key).ok_or_else(|| format!("{key} is missing"))?;
    string(value).ok_or_else(|| format!("{key} is no string"))
}

fn optional<'d>(node: Node<'d>, key: &str) -> Result<&'d str, String> {
    let Some(value) = node.get(key) else { return Ok("") };
    string(value).ok_or_else(|| format!("{key} is no string"))
}

fn string(node: Node<'_>) -> Option<&str> {
    node.text().filter(|_| node.style() == Some(Style::Quoted))
}

/// What we answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<'a> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'a>,
}

impl<'a> Answer<'a> {
    /// Wraps a response.
    pub fn new(response: Response<'a>) -> Self {
        Self { api_version: "admission.k8s.io/v1", kind: "AdmissionReview", response }
    }

    /// As it goes over the wire. The patch is put in last: in base64 nothing is left to be escaped.
    pub fn to_bytes(&self) -> Vec<u8> {
        let patch = self.response.patch.as_deref();
        let room = ANSWER + patch.map_or(0, |patch| STANDARD.encoded_length(patch.len()));
        let mut bytes = Vec::with_capacity(room);
        if serde_json::to_writer(&mut bytes, self).is_err() {
            return Vec::new();
        }
        if let Some(patch) = patch {
            bytes.truncate(bytes.len() - CLOSING.len());
            bytes.extend_from_slice(br#","patchType":"JSONPatch","patch":""#);
            STANDARD.encode_append(patch, &mut bytes);
            bytes.push(b'"');
            bytes.extend_from_slice(CLOSING);
        }
        bytes
    }
}

/// Room for most answers, without their patch.
const ANSWER: usize = 4 << 10;

/// What ends the response, and the answer around it.
const CLOSING: &[u8] = b"}}";

/// A decision, in three forms: allowed, denied, and not understood (a denial with code 400).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response<'a> {
    /// The request's.
    pub uid: &'a str,
    /// Whether it may be stored.
    pub allowed: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// One line each, printed by clients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What the API server's audit log keeps.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub audit_annotations: BTreeMap<&'static str, String>,
    /// RFC 6902 operations; base64 text in the answer, absent when there are none.
    #[serde(skip)]
    pub patch: Option<Vec<u8>>,
}

/// The status of a denial. `Forbidden` makes kubectl name the webhook and our message.
#[derive(Debug, Serialize)]
pub struct Status {
    /// 403 or 400.
    pub code: u16,
    /// `Forbidden` or `BadRequest`.
    pub reason: &'static str,
    /// The first line stands alone.
    pub message: String,
    /// One cause per finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
}

/// The causes of a denial.
#[derive(Debug, Serialize)]
pub struct Details {
    /// One per finding.
    pub causes: Vec<Cause>,
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct Cause {
    /// The rule's name.
    pub reason: &'static str,
    /// Where: `spec.containers[0].env[3]`.
    pub field: String,
    /// What.
    pub message: String,
}

impl<'a> Response<'a> {
    /// Lets it pass.
    pub fn allowed(uid: &'a str) -> Self {
        Self {
            uid,
            allowed: true,
            status: None,
            warnings: Vec::new(),
            audit_annotations: BTreeMap::new(),
            patch: None,
        }
    }

    /// Refuses it.
    pub fn denied(uid: &'a str, message: String, causes: Vec<Cause>) -> Self {
        let status = Status { code: 403, reason: "Forbidden", message, details: Some(Details { causes }) };
        Self { allowed: false, status: Some(status), ..Self::allowed(uid) }
    }

    /// Could not understand it.
    pub fn invalid(uid: &'a str, message: String) -> Self {
        let status = Status { code: 400, reason: "BadRequest", message, details: None };
        Self { allowed: false, status: Some(status), ..Self::allowed(uid) }
    }

    /// Changes it.
    #[must_use]
    pub fn patched(mut self, operations: Vec<u8>) -> Self {
        self.patch = Some(operations);
        self
    }

    /// Adds an audit annotation; the API server prefixes the webhook's name.
    #[must_use]
    pub fn annotated(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.audit_annotations.insert(key, value.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_base64_text_and_brings_its_type() {
        let response = Response::allowed("u1").patched(b"[]".to_vec());
        let answer: serde_json::Value = serde_json::from_slice(&Answer::new(response).to_bytes()).unwrap();
        let response =
            serde_json::json!({"uid": "u1", "allowed": true, "patch": "W10=", "patchType": "JSONPatch"});
        assert_eq!(answer["response"], response);
    }

    #[test]
    fn an_answer_without_a_patch_has_no_patch_type() {
        let answer = Answer::new(Response::allowed("u1")).to_bytes();
        assert_eq!(
            String::from_utf8_lossy(&answer),
            r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u1","allowed":true}}"#
        );
    }

    #[test]
    fn a_member_of_the_envelope_written_twice_is_refused_and_one_of_the_object_is_not() {
        let review = |uid: &str, object: &str| {
            format!(
                r#"{{"apiVersion":"admission.k8s.io/v1","request":{{{uid},"kind":{{"kind":"Pod"}},"operation":"CREATE","object":{object}}}}}"#
            )
        };
        for (uid, object, is_read) in [
            (r#""uid":"a""#, "{}", true),
            (r#""uid":"a","uid":"b""#, "{}", false),
            (r#""uid":"a","object":{}"#, "{}", false),
            (r#""uid":"a""#, r#"{"uid":"x","uid":"y"}"#, true),
        ] {
            let document = read(review(uid, object).as_bytes()).unwrap();
            assert_eq!(Review::of(&document).is_ok(), is_read, "{uid} {object}");
        }
    }

    #[test]
    fn strings_with_escapes_are_read_too() {
        let text = r#"{"apiVersion":"admission.k8s.io/v1","request":{"uid":"a","kind":{"kind":"Pod"},"operation":"CREATE","userInfo":{"username":"\u00e4\n","groups":["x"]}}}"#;
        let document = read(text.as_bytes()).unwrap();
        let request = Review::of(&document).unwrap().request;
        assert_eq!((request.user, request.groups().collect::<Vec<_>>()), ("ä\n", vec!["x"]));
    }

    #[test]
    fn what_the_reader_gives_up_is_answered_under_its_own_uid() {
        let deep = "[".repeat(1_000) + &"]".repeat(1_000);
        let text = format!(r#"{{"request":{{"object":{deep},"uid":"a"}}}}"#);
        assert!(read(text.as_bytes()).is_err());
        assert_eq!(uid_of_unreadable(text.as_bytes()), "a");
        assert_eq!(uid_of_unreadable(b"not json"), "");
        assert!(read(b"").is_err() && read(b"{} {}").is_err() && read(b"{} x").is_err());
    }
}
