//! ServiceAccounts, Secrets and ConfigMaps: what is kept of them as facts for pods.
//!
//! Of a value only what it turned out to be is kept.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::credential::Secret;
use crate::document::Node;
use crate::facts::{DataObject, DataValue, ServiceAccount};
use crate::read::fields::{secret as text_of, shown};
use crate::read::place;

/// Annotations longer than this are not kept: no annotation that names a role is.
const LONGEST_ANNOTATION: usize = 2048;

/// The namespace (`default` when none is written) and the name of an object.
pub(super) fn identity(object: Node<'_>) -> (String, String) {
    let metadata = object.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(shown);
    let namespace = field("namespace").filter(|namespace| !namespace.is_empty());
    (namespace.unwrap_or_else(|| "default".to_owned()), field("name").unwrap_or_default())
}

/// Reads a ServiceAccount.
pub(super) fn service_account(object: Node<'_>) -> ServiceAccount {
    let (namespace, name) = identity(object);
    let annotations = object.get("metadata").and_then(|metadata| metadata.get("annotations"));
    let kept = annotations.into_iter().flat_map(Node::entries).filter_map(|entry| {
        let value = entry.value.text().filter(|value| value.len() <= LONGEST_ANNOTATION)?;
        Some((shown(entry.key)?, value.to_owned()))
    });
    ServiceAccount { namespace, name, annotations: kept.collect(), place: Some(place(object)) }
}

/// Reads a Secret: `data` in base64, `stringData` as it is and winning over `data`.
/// Source: Kubernetes API reference, `Secret` v1.
pub(super) fn secret(object: Node<'_>) -> DataObject {
    let mut data = empty(object);
    collect(object, "data", decoded, &mut data);
    collect(object, "stringData", text_of, &mut data);
    data
}

/// Reads a ConfigMap.
pub(super) fn config_map(object: Node<'_>) -> DataObject {
    let mut data = empty(object);
    collect(object, "data", text_of, &mut data);
    collect(object, "binaryData", decoded, &mut data);
    data
}

fn empty(object: Node<'_>) -> DataObject {
    let (namespace, name) = identity(object);
    DataObject { namespace, name, keys: std::collections::BTreeMap::new(), place: Some(place(object)) }
}

fn collect(object: Node<'_>, member: &str, read: fn(Node<'_>) -> Secret, data: &mut DataObject) {
    for entry in object.get(member).into_iter().flat_map(Node::entries) {
        if let Some(key) = shown(entry.key) {
            data.keys.insert(key.clone(), value(&key, &read(entry.value), entry.value));
        }
    }
}

/// The decoded text; the text itself where it is no base64 (a template mark, a sealed value), nothing
/// where the bytes are no text.
fn decoded(node: Node<'_>) -> Secret {
    let text = node.text().unwrap_or_default();
    let packed: String = text.split_ascii_whitespace().collect();
    match STANDARD.decode(packed) {
        Ok(bytes) => Secret::new(String::from_utf8(bytes).unwrap_or_default()),
        Err(_) => text_of(node),
    }
}

fn value(key: &str, text: &Secret, node: Node<'_>) -> DataValue {
    let _ = (key, text);
    DataValue { class: None, plain: None, profiles: Vec::new(), place: Some(place(node)) }
}
