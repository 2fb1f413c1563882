//! `AdmissionReview` v1 on the wire, borrowed from the request's body.
//!
//! Only what a decision needs is read; the object stays raw text until someone asks for more. A member
//! written twice is refused by the parser. Written by hand because `kube` serialises a patch as a list
//! of numbers where the API server wants base64. Source: Kubernetes API reference, `admission.k8s.io/v1`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// A string that borrows from the body unless it holds escapes. The newtype makes serde borrow inside `Option` and `Vec`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Text<'_> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the API server sends.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review<'a> {
    /// `admission.k8s.io/v1`.
    #[serde(borrow)]
    pub api_version: Text<'a>,
    /// The request.
    #[serde(borrow)]
    pub request: Request<'a>,
}

/// What is to be admitted.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    /// Echoed in the answer.
    #[serde(borrow)]
    pub uid: Text<'a>,
    /// What the object is.
    #[serde(borrow)]
    pub kind: Kind<'a>,
    /// The subresource, such as `ephemeralcontainers`.
    #[serde(borrow, default)]
    pub sub_resource: Option<Text<'a>>,
    /// The object's name; empty with `generateName`.
    #[serde(borrow, default)]
    pub name: Option<Text<'a>>,
    /// The namespace; the object's own may be empty.
    #[serde(borrow, default)]
    pub namespace: Option<Text<'a>>,
    /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`.
    #[serde(borrow)]
    pub operation: Text<'a>,
    /// Who asks.
    #[serde(borrow, default)]
    pub user_info: User<'a>,
    /// Nothing will be stored.
    #[serde(default)]
    pub dry_run: Option<bool>,
    /// The object, as text.
    #[serde(borrow, default)]
    pub object: Option<&'a RawValue>,
    /// The object as it was, on `UPDATE`.
    #[serde(borrow, default)]
    pub old_object: Option<&'a RawValue>,
}

/// A group, version and kind.
#[derive(Debug, Deserialize)]
pub struct Kind<'a> {
    /// The API group; empty for the core group.
    #[serde(borrow, default)]
    pub group: Text<'a>,
    /// The kind.
    #[serde(borrow)]
    pub kind: Text<'a>,
}

/// Who asks.
#[derive(Debug, Default, Deserialize)]
pub struct User<'a> {
    /// The user's name.
    #[serde(borrow, default)]
    pub username: Text<'a>,
    /// The user's groups.
    #[serde(borrow, default)]
    pub groups: Vec<Text<'a>>,
}

impl Request<'_> {
    /// The namespace, empty for what has none.
    pub fn namespace(&self) -> &str {
        self.namespace.as_ref().map_or("", Text::as_str)
    }

    /// The subresource, empty for the object itself.
    pub fn sub_resource(&self) -> &str {
        self.sub_resource.as_ref().map_or("", Text::as_str)
    }

    /// The name as logs show it.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", Text::as_str)
    }

    /// Nothing will be stored, so nothing may be written elsewhere.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }
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
}

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
    /// RFC 6902 operations; serialised as base64 text, absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_base64")]
    pub patch: Option<Vec<u8>>,
    /// `JSONPatch`, exactly when there is a patch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch_type: Option<&'static str>,
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
            patch_type: None,
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
        self.patch_type = Some("JSONPatch");
        self
    }

    /// Adds an audit annotation; the API server prefixes the webhook's name.
    #[must_use]
    pub fn annotated(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.audit_annotations.insert(key, value.into());
        self
    }
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
fn as_base64<S: Serializer>(patch: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    match patch {
        Some(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_base64_text_and_brings_its_type() {
        let response = Response::allowed("u1").patched(b"[]".to_vec());
        let text = serde_json::to_string(&Answer::new(response)).unwrap();
        assert!(text.contains(r#""patch":"W10=""#) && text.contains(r#""patchType":"JSONPatch""#), "{text}");
    }

    #[test]
    fn an_answer_without_a_patch_has_no_patch_type() {
        let text = serde_json::to_string(&Answer::new(Response::allowed("u1"))).unwrap();
        assert_eq!(
            text,
            r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u1","allowed":true}}"#
        );
    }

    #[test]
    fn a_member_written_twice_is_refused() {
        let text = r#"{"apiVersion":"admission.k8s.io/v1","request":{"uid":"a","uid":"b","kind":{"kind":"Pod"},"operation":"CREATE"}}"#;
        assert!(serde_json::from_str::<Review<'_>>(text).is_err());
    }

    #[test]
    fn strings_with_escapes_are_read_too() {
        let text = r#"{"apiVersion":"admission.k8s.io/v1","request":{"uid":"a","kind":{"kind":"Pod"},"operation":"CREATE","userInfo":{"username":"ä\n"}}}"#;
        let review: Review<'_> = serde_json::from_str(text).unwrap();
        assert_eq!(review.request.user_info.username.as_str(), "ä\n");
    }
}
