//! ServiceAccounts, Secrets and ConfigMaps: what is kept of them as facts for pods.
//!
//! Of a value only what it turned out to be is kept.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::credential::{classify_named, plain, profiles, safe_name};
use crate::document::Node;
use crate::facts::{DataObject, DataValue, ROLE_ANNOTATION, ServiceAccount, ships_to};
use crate::read::fields::{arn_or_shown, shown};
use crate::read::place;
use crate::workload::{Store, Text};

/// Annotations longer than this are not kept: no annotation that names a role is.
const LONGEST_ANNOTATION: usize = 2048;
/// Words of names whose values say where to go.
const DIRECTIONS: [&str; 6] = ["endpoint", "host", "url", "region", "profile", "bucket"];

/// The namespace (`default` when none is written) and the name of an object.
pub(super) fn identity(object: Node<'_>) -> (String, String) {
    let metadata = object.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(shown);
    let namespace = field("namespace").filter(|namespace| !namespace.is_empty());
    let namespace = namespace.unwrap_or_else(|| Text::new_static("default"));
    (namespace.into(), field("name").unwrap_or_default().into())
}

/// Reads a ServiceAccount.
pub(super) fn service_account(object: Node<'_>) -> ServiceAccount {
    let (namespace, name) = identity(object);
    let annotations = object.get("metadata").and_then(|metadata| metadata.get("annotations"));
    let role = annotations.and_then(|annotations| annotations.get(ROLE_ANNOTATION));
    let kept = annotations.into_iter().flat_map(Node::entries).filter_map(|entry| {
        let value = entry.value.text().filter(|value| value.len() <= LONGEST_ANNOTATION)?;
        Some((shown(entry.key)?.into(), arn_or_shown(value).into_owned()))
    });
    ServiceAccount {
        namespace,
        name,
        annotations: kept.collect(),
        place: Some(place(role.unwrap_or(object))),
    }
}

/// Reads a Secret: `data` in base64, `stringData` as it is and winning over `data`.
/// Source: Kubernetes API reference, `Secret` v1.
pub(super) fn secret(object: Node<'_>) -> DataObject {
    let mut keys = BTreeMap::new();
    collect(object, "data", Store::Secret, decoded, &mut keys);
    collect(object, "stringData", Store::Secret, written, &mut keys);
    data_object(object, keys)
}

/// Reads a ConfigMap.
pub(super) fn config_map(object: Node<'_>) -> DataObject {
    let mut keys = BTreeMap::new();
    collect(object, "data", Store::ConfigMap, written, &mut keys);
    collect(object, "binaryData", Store::ConfigMap, decoded, &mut keys);
    data_object(object, keys)
}

fn data_object(object: Node<'_>, keys: BTreeMap<String, DataValue>) -> DataObject {
    let (namespace, name) = identity(object);
    DataObject { namespace, name, keys, place: Some(place(object)) }
}

fn collect<'d>(
    object: Node<'d>,
    member: &str,
    store: Store,
    read: fn(Node<'d>) -> Cow<'d, str>,
    keys: &mut BTreeMap<String, DataValue>,
) {
    for entry in object.get(member).into_iter().flat_map(Node::entries) {
        if let Some(name) = entry.key.text() {
            let value = value(name, &read(entry.value), store, entry.value);
            keys.insert(safe_name(name).into_owned(), value);
        }
    }
}

fn written(node: Node<'_>) -> Cow<'_, str> {
    Cow::Borrowed(node.text().unwrap_or_default())
}

/// The decoded text; the text itself where it is no base64 (a template mark, a sealed value), nothing
/// where the bytes are no text.
fn decoded(node: Node<'_>) -> Cow<'_, str> {
    let text = node.text().unwrap_or_default();
    let packed: String = text.split_ascii_whitespace().collect();
    match STANDARD.decode(packed) {
        Ok(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_default()),
        Err(_) => Cow::Borrowed(text),
    }
}

fn value(name: &str, text: &str, store: Store, node: Node<'_>) -> DataValue {
    let class = classify_named(name, text);
    let kept = plain(name, text).filter(|_| class.is_none() && may_keep(name, store));
    let profiles = profiles(text).unwrap_or_default().into_iter();
    DataValue {
        class,
        plain: kept.map(ToOwned::to_owned),
        profiles: profiles.map(|profile| safe_name(&profile.name).into_owned()).collect(),
        ships_to: ships_to(text),
        place: Some(place(node)),
    }
}

/// Of a Secret only what says where to go may be kept.
fn may_keep(name: &str, store: Store) -> bool {
    let lower = name.to_ascii_lowercase();
    store == Store::ConfigMap || DIRECTIONS.iter().any(|word| lower.contains(word))
}
