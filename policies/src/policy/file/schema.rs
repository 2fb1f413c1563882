//! The shape of a policy file as a JSON Schema.

use serde_json::{Map, Value, json};

use super::shape::{Emptiness, Field, Form, Shape};
use super::spec;
use crate::policy::Bundle;

/// The JSON Schema of a policy file, draft 2020-12.
pub fn schema() -> Value {
    let rules: Vec<_> = Bundle::Baseline.ceilings().keys().cloned().collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "CredentialPolicy",
        "description": "A policy file of policyctl",
        "$defs": {"rule": {"enum": rules}},
    });
    if let (Value::Object(head), Value::Object(body)) = (&mut schema, of(&spec::FILE)) {
        head.extend(body);
    }
    schema
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Text(form) => of_text(*form),
        Shape::Word([word]) => json!({"const": word}),
        Shape::Word(words) => json!({"enum": words}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Number(from, to) => json!({"type": "integer", "minimum": from, "maximum": to}),
        Shape::List(item, Emptiness::Allowed) => json!({"type": "array", "items": of(item)}),
        Shape::List(item, Emptiness::Refused) => json!({"type": "array", "items": of(item), "minItems": 1}),
        Shape::Fields(fields) => of_fields(fields),
        Shape::Texts(form) => json!({"type": "object", "additionalProperties": of_text(*form)}),
        Shape::Foreign => json!({"type": "object"}),
    }
}

fn of_text(form: Form) -> Value {
    match (form, form.pattern()) {
        (Form::Rule, _) => json!({"$ref": "#/$defs/rule"}),
        (_, Some(pattern)) => json!({"type": "string", "pattern": pattern}),
        (_, None) => json!({"type": "string", "minLength": 1}),
    }
}

fn of_fields(fields: &[Field]) -> Value {
    let required: Vec<_> = fields.iter().filter(|field| field.required).map(|field| field.key).collect();
    let properties: Map<_, _> = fields.iter().map(|field| (field.key.to_owned(), described(field))).collect();
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn described(field: &Field) -> Value {
    let mut schema = of(field.shape);
    if let Value::Object(members) = &mut schema {
        members.insert("description".to_owned(), sentence(field.about).into());
    }
    schema
}

fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
