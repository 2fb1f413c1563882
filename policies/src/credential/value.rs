//! What a value in a key's slot turns out to be.

use super::{Class, Part, encoded, shape, words};
use crate::document::{Mark, find_mark};

/// How values begin that point at a value elsewhere.
static POINTERS: &[&str] = &[
    "$(",
    "arn:",
    "vault:",
    "ref+",
    "op://",
    "secretref:",
    "ssm:",
    "ssm://",
    "sm://",
    "awssm:",
    "awssm://",
    "secretsmanager:",
    "secretsmanager://",
    "akv://",
    "bws://",
    "gcp:",
    "projects/",
    "file:",
    "env:",
    "env.",
    "ENC[",
    "enc:",
    "{cipher}",
    "%env(",
    "!Ref",
    "!Sub",
    "!GetAtt",
    "http://",
    "https://",
    "@Microsoft.KeyVault",
    "kms:",
];

/// Characters of an id and of a secret in base64, without their padding.
const ENCODED: [usize; 2] = [shape::ID_LENGTH.div_ceil(3) * 4 - 1, shape::SECRET_LENGTH.div_ceil(3) * 4 - 2];

/// A value without the blanks and quotes that people leave around it.
pub(super) fn bare(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// The part that an issued value is: an id in the secret's slot is an id.
pub(super) fn actual_part(part: Part, text: &str, class: Class) -> Part {
    let text = bare(text);
    match () {
        () if !class.is_issued() => part,
        () if shape::key_id(text).is_some() => Part::Id,
        () if shape::bearer(text).is_some() => Part::Bearer,
        () => part,
    }
}

/// Judges the text of a slot.
pub(super) fn in_slot(part: Part, text: &str) -> Class {
    let text = bare(text);
    if text.is_empty() {
        return Class::Empty;
    }
    exact(part, text)
        .or_else(|| is_pointer(text).then_some(Class::Indirection))
        .or_else(|| behind_code(part, text))
        .unwrap_or_else(|| in_words(text))
}

/// A text that is a value of AWS's shape and nothing else. Key ids and Bedrock keys count in every slot:
/// people put them into the wrong one.
fn exact(part: Part, text: &str) -> Option<Class> {
    let own = match part {
        Part::Id | Part::Bearer => None,
        Part::Secret => shape::secret(text),
        Part::Token => shape::token(text),
    };
    own.or_else(|| shape::key_id(text)).or_else(|| shape::bearer(text))
}

/// A value that someone encoded, as the data of a Secret are.
fn behind_code(part: Part, text: &str) -> Option<Class> {
    ENCODED
        .contains(&text.trim_end_matches('=').len())
        .then(|| encoded::whole(text))?
        .and_then(|text| exact(part, &text))
}

/// A text that points at its value.
fn is_pointer(text: &str) -> bool {
    POINTERS.iter().any(|head| text.starts_with(head)) || is_path(text)
}

fn is_path(text: &str) -> bool {
    text.starts_with('/')
        && text.len() != shape::SECRET_LENGTH
        && text.get(1..).is_some_and(|rest| rest.contains('/'))
}

fn in_words(text: &str) -> Class {
    match find_mark(text) {
        Some(Mark::Angle) => return Class::Placeholder,
        Some(_) => return Class::Unrendered,
        None => {}
    }
    let mutilated = shape::is_mutilated_id(text).then_some(Class::Placeholder);
    mutilated.or_else(|| words::class(text)).unwrap_or(Class::Opaque)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_its_form() {
        let real = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");
        for (part, text, class) in [
            (Part::Id, concat!("AKIA", "Q3EGPOLICY2CTL7A"), Class::LongLived),
            (Part::Id, concat!("ASIA", "Q3EGPOLICY2CTL7A"), Class::Temporary),
            (Part::Id, concat!("ACCA", "Q3EGPOLICY2CTL7A"), Class::ContextSpecific),
            (Part::Id, concat!("QUtJQVEzRUdQT0", "xJQ1kyQ1RMN0E="), Class::LongLived),
            (Part::Id, "AKIAIOSFODNN7EXAMPLE", Class::DocumentedExample),
            (Part::Id, "AKIA****************", Class::Placeholder),
            (Part::Id, "AKIA...XYZ", Class::Placeholder),
            (Part::Secret, real, Class::LongLived),
            (
                Part::Secret,
                concat!("WmszdjlRcEwybU44eFI1dFc3eUIx", "Y0Q0Zkc2aEowa1MrYUUvdUkzbw=="),
                Class::LongLived,
            ),
            (Part::Secret, " \"\" ", Class::Empty),
            (Part::Secret, "$(S3_SECRET)", Class::Indirection),
            (Part::Secret, "{{resolve:secretsmanager:prod:SecretString:key}}", Class::Unrendered),
            (Part::Secret, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x", Class::Indirection),
            (Part::Secret, "/run/secrets/key", Class::Indirection),
            (Part::Secret, "minioadmin", Class::Dummy),
            (Part::Secret, "YOUR_SECRET_KEY", Class::Placeholder),
            (Part::Secret, "hunter2-prod-3kf93", Class::Opaque),
            (Part::Token, "local-token", Class::Dummy),
        ] {
            assert_eq!(in_slot(part, text), class, "{text}");
        }
    }
}
