//! Pairs, triples, halves, and what each part turns out to be.

use super::*;
use crate::credential::{Class, Reader, Target};
use crate::workload::Store;

#[test]
fn a_literal_pair_is_one_set_that_opens_aws() {
    let keys =
        one(&format!("AWS_ACCESS_KEY_ID: {ID}\nAWS_SECRET_ACCESS_KEY: {SECRET}\nAWS_REGION: eu-west-1"));
    assert!(keys.is_pair());
    assert_eq!((keys.reader, &keys.target), (Reader::Sdk, &Target::Aws));
    let id = keys.id.unwrap();
    assert_eq!((id.class, id.shown.unwrap().to_string()), (Class::LongLived, "AKIA****TL7A".to_owned()));
    assert_eq!(id.account.unwrap().len(), 12);
    assert_eq!(keys.secret.unwrap().class, Class::LongLived);
}

#[test]
fn the_secret_alone_is_a_set_without_an_id() {
    let keys = one(&format!("AWS_SECRET_ACCESS_KEY: {SECRET}"));
    assert!(keys.id.is_none() && keys.secret.unwrap().class == Class::LongLived);
}

#[test]
fn the_id_alone_is_a_set_without_a_secret() {
    let keys = one(&format!("AWS_ACCESS_KEY_ID: {ID}"));
    assert!(keys.secret.is_none() && keys.id.unwrap().class == Class::LongLived);
}

#[test]
fn a_documented_example_is_called_so() {
    let keys = one(&format!("AWS_ACCESS_KEY_ID: {EXAMPLE_ID}\nAWS_SECRET_ACCESS_KEY: {EXAMPLE_SECRET}"));
    assert!(keys.is_pair() && keys.parts().all(|part| part.class == Class::DocumentedExample));
}

#[test]
fn a_temporary_id_makes_its_secret_temporary() {
    let token = format!("IQoJb3JpZ2luX2Vj{}", "aB3dE5fG".repeat(20));
    let env = format!(
        "AWS_ACCESS_KEY_ID: {TEMPORARY}\nAWS_SECRET_ACCESS_KEY: {SECRET}\nAWS_SESSION_TOKEN: {token}"
    );
    let keys = one(&env);
    assert!(keys.is_pair() && keys.token.is_some());
    assert!(keys.parts().all(|part| part.class == Class::Temporary));
}

#[test]
fn other_prefixes_are_told_apart() {
    let class = |id: &str| one(&format!("AWS_ACCESS_KEY_ID: {id}")).id.unwrap().class;
    assert_eq!(class(concat!("ABIA", "Q3EGPOLICY2CTL7A")), Class::Temporary);
    assert_eq!(class(concat!("ACCA", "Q3EGPOLICY2CTL7A")), Class::ContextSpecific);
    assert!(with_env(concat!("ROLE_ID: AROA", "Q3EGPOLICY2CTL7A")).is_empty());
}

#[test]
fn bedrock_keys_are_whole_in_themselves() {
    let long = one(&format!("AWS_BEARER_TOKEN_BEDROCK: ABSK{}", "aB3dE5fG".repeat(16)));
    assert_eq!(long.bearer.unwrap().class, Class::LongLived);
    let short = one("AWS_BEARER_TOKEN_BEDROCK: bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9B");
    assert_eq!(short.bearer.unwrap().class, Class::Temporary);
}

#[test]
fn dummies_placeholders_marks_and_empty_values_are_told_apart() {
    for (value, class) in [
        ("test", Class::Dummy),
        ("minioadmin", Class::Dummy),
        ("<key>", Class::Placeholder),
        ("YOUR_KEY", Class::Placeholder),
        ("changeme", Class::Placeholder),
        ("AKIAXXXXXXXXXXXXXXXX", Class::Placeholder),
        ("AKIA************WXYZ", Class::Placeholder),
        ("${AWS_KEY}", Class::Unrendered),
        ("", Class::Empty),
    ] {
        let keys = one(&format!("AWS_ACCESS_KEY_ID: {value}\nAWS_SECRET_ACCESS_KEY: {value}"));
        assert!(keys.is_pair(), "{value}");
        assert_eq!(keys.id.unwrap().class, class, "{value}");
    }
}

#[test]
fn empty_pairs_and_tokens_are_seen_as_empty() {
    let keys =
        one(&format!("AWS_ACCESS_KEY_ID: {ID}\nAWS_SECRET_ACCESS_KEY: {SECRET}\nAWS_SESSION_TOKEN: ''")
            .replace("'''", "''"));
    assert_eq!(keys.token.unwrap().class, Class::Empty);
}

#[test]
fn a_reference_keeps_its_store_and_whether_it_is_optional() {
    let env = "env:
  - name: AWS_ACCESS_KEY_ID
    valueFrom: {secretKeyRef: {name: aws, key: id, optional: true}}
  - name: AWS_SECRET_ACCESS_KEY
    valueFrom: {secretKeyRef: {name: aws, key: secret}}
";
    let keys = keys_of(&pod(env, ""));
    let [keys] = keys.as_slice() else { panic!("{keys:#?}") };
    let id = keys.id.as_ref().unwrap();
    let reference = id.reference.as_ref().unwrap();
    assert_eq!((reference.store, reference.optional, id.bulk), (Store::Secret, true, false));
    assert!(!keys.secret.as_ref().unwrap().reference.as_ref().unwrap().optional);
}

#[test]
fn a_literal_id_with_a_referenced_secret_is_a_pair() {
    let env = format!(
        "env:
  - {{name: AWS_ACCESS_KEY_ID, value: {ID}}}
  - name: AWS_SECRET_ACCESS_KEY
    valueFrom: {{secretKeyRef: {{name: aws, key: secret}}}}
"
    );
    let keys = keys_of(&pod(&env, ""));
    assert_eq!(keys.len(), 1);
    assert!(keys[0].is_pair() && keys[0].id.as_ref().unwrap().reference.is_none());
    assert!(keys[0].secret.as_ref().unwrap().reference.is_some());
}

#[test]
fn two_prefixes_are_two_pairs() {
    let keys = with_env(&format!(
        "AWS_ACCESS_KEY_ID: {ID}\nBACKUP_AWS_ACCESS_KEY_ID: {ID}\nBACKUP_AWS_SECRET_ACCESS_KEY: {SECRET}\nAWS_SECRET_ACCESS_KEY: {SECRET}"
    ));
    assert_eq!(keys.len(), 2);
    for set in &keys {
        assert_eq!(
            set.id.as_ref().unwrap().name.strip_suffix("ACCESS_KEY_ID"),
            set.secret.as_ref().unwrap().name.strip_suffix("SECRET_ACCESS_KEY")
        );
    }
}

#[test]
fn old_and_new_spellings_are_no_halves() {
    let keys = with_env(&format!(
        "AWS_ACCESS_KEY_ID: {ID}\nAWS_SECRET_ACCESS_KEY: {SECRET}\nAWS_SECRET_KEY: {SECRET}"
    ));
    assert!(keys.iter().all(KeySet::is_pair), "{keys:#?}");
    let mixed = one(&format!("AWS_ACCESS_KEY_ID: {ID}\nSECRET_ACCESS_KEY: {SECRET}"));
    assert!(mixed.is_pair());
}

#[test]
fn an_id_under_any_name_finds_the_secret_beside_it() {
    let keys = one(&format!("MAIL_LOGIN: {ID}\nMAIL_PASSWORD: {SECRET}"));
    assert!(keys.is_pair());
    assert_eq!(keys.reader, Reader::Nobody);
}

#[test]
fn forty_characters_alone_prove_nothing() {
    for name in [
        "DJANGO_SECRET_KEY",
        "UNSPLASH_ACCESS_KEY",
        "JWT_SECRET",
        "SECRET_KEY",
        "API_TOKEN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    ] {
        assert!(with_env(&format!("{name}: {SECRET}")).is_empty(), "{name}");
    }
    assert!(
        with_env("GIT_SHA: da39a3ee5e6b4b0d3255bfef95601890afd80709\nAWS_KMS_KEY_ID: alias/app").is_empty()
    );
}

#[test]
fn vendors_forty_characters_are_not_awss() {
    let keys = one(&format!("AWS_ACCESS_KEY_ID: Q7WASABIKEY01928XYZW\nAWS_SECRET_ACCESS_KEY: {SECRET}"));
    assert!(keys.parts().all(|part| part.class == Class::Opaque));
}
