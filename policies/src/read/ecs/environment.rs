//! Variables of a container definition: written, referenced, and in files.
//!
//! Source: Amazon ECS API reference, `KeyValuePair`, `Secret`, `EnvironmentFile`.

use crate::credential::{Class, Secret, classify_named, safe_name};
use crate::document::Node;
use crate::read::fields::{Fields, secret, shown};
use crate::read::intrinsic::text;
use crate::workload::{EnvSource, EnvVar, Reference, Store, Text, Value};

/// Reads `environment`: a list of names and values, or, as some templates have it, a mapping.
pub(super) fn variables(fields: &mut Fields, node: Node<'_>) -> Vec<EnvVar> {
    if let Some(map) = fields.get(node, "environment").filter(|value| fields.is_mapping(*value)) {
        return map.entries().filter_map(|entry| member(fields, entry.key, entry.value)).collect();
    }
    fields.each(node, "environment", "a list of variables", variable)
}

fn variable(fields: &mut Fields, entry: Node<'_>) -> Option<EnvVar> {
    let name = named(fields, entry)?;
    let (value, value_at) = match fields.scalar(entry, "value", "a text") {
        Some(value) => (Value::Literal(secret(value)), value.at()),
        None => (Value::Nothing, entry.at()),
    };
    Some(EnvVar { name, at: entry.at(), value_at, value })
}

fn named(fields: &mut Fields, entry: Node<'_>) -> Option<Text> {
    let name = fields.name(entry, "name");
    if name.is_none() {
        fields.wrong(entry, "a variable with a name");
    }
    name
}

fn member(fields: &mut Fields, key: Node<'_>, value: Node<'_>) -> Option<EnvVar> {
    if !value.is_null() && !fields.is_text(value) {
        fields.wrong(value, "a text");
        return None;
    }
    let text = if value.is_null() { Value::Nothing } else { Value::Literal(secret(value)) };
    Some(EnvVar { name: shown(key)?, at: value.at(), value_at: value.at(), value: text })
}

/// Reads a list of names with `valueFrom`: `secrets` of a container, `secretOptions` of its log driver.
pub(super) fn secrets(fields: &mut Fields, node: Node<'_>, key: &str) -> Vec<EnvVar> {
    fields.each(node, key, "a list of names with valueFrom", referenced)
}

fn referenced(fields: &mut Fields, entry: Node<'_>) -> Option<EnvVar> {
    let name = named(fields, entry)?;
    let from = fields.scalar(entry, "valueFrom", "a text");
    let value = from.and_then(text).map_or(Value::Nothing, |from| held(&name, &from));
    Some(EnvVar { name, at: entry.at(), value_at: from.unwrap_or(entry).at(), value })
}

/// What `valueFrom` names; a key that someone put in the place of its name is written here.
fn held(name: &str, from: &str) -> Value {
    let is_key = |class: Class| class.is_issued() || class == Class::DocumentedExample;
    if classify_named(name, from).is_some_and(is_key) {
        Value::Literal(Secret::new(from))
    } else {
        Value::Reference(reference(from))
    }
}

/// `valueFrom` is the ARN of a Secrets Manager secret, with three optional parts behind it (JSON key,
/// version stage, version id), or the name or ARN of a Systems Manager parameter.
/// Source: Amazon ECS developer guide, "Pass Secrets Manager secrets through environment variables".
fn reference(from: &str) -> Reference {
    let store = if from.contains(":secretsmanager:") { Store::SecretsManager } else { Store::Parameter };
    let (object, key) = if store == Store::SecretsManager { split_secret(from) } else { (from, None) };
    let key = key.filter(|key| !key.is_empty()).map(|key| safe_name(key).into());
    Reference { store, object: safe_name(object).into(), key, optional: false }
}

/// `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME` and what follows the name.
fn split_secret(arn: &str) -> (&str, Option<&str>) {
    match arn.match_indices(':').nth(6) {
        Some((end, _)) => (&arn[..end], arn[end + 1..].split(':').next()),
        None => (arn, None),
    }
}

/// Reads `environmentFiles`.
pub(super) fn files(fields: &mut Fields, node: Node<'_>) -> Vec<EnvSource> {
    let entries = fields.mappings(node, "environmentFiles", "a list of files");
    entries.into_iter().map(|entry| file(fields, entry)).collect()
}

fn file(fields: &mut Fields, entry: Node<'_>) -> EnvSource {
    let object = fields.name(entry, "value").unwrap_or_default();
    let from = Reference { store: Store::S3Object, object, key: None, optional: false };
    EnvSource { at: entry.at(), from, prefix: Text::default() }
}
