//! For any definition without findings, what arrives is what was sent.

use crate::support::{REGION, Stage, credentials, signature};
use policyctl_policies::policy::Policy;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

/// Members that nobody knows, with anything in them.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        "[a-z é\u{1f980}\"\\\\\n/]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("x[a-z]{1,6}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn definition() -> impl Strategy<Value = Value> {
    let unknown = || btree_map("x[a-z]{1,6}", anything(), 0..4);
    let variables = btree_map("X[A-Z]{1,6}", "[a-z ]{0,10}", 0..4);
    (unknown(), unknown(), variables).prop_map(|(outside, inside, variables)| {
        let variables: Vec<_> =
            variables.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut container = Map::from_iter(inside);
        container.extend([
            ("name".to_owned(), json!("app")),
            ("image".to_owned(), json!("nginx")),
            ("environment".to_owned(), json!(variables)),
        ]);
        let mut definition = Map::from_iter(outside);
        definition.extend([
            ("family".to_owned(), json!("web")),
            ("containerDefinitions".to_owned(), json!([container])),
        ]);
        Value::Object(definition)
    })
}

/// A run of a definition that is clean, with overrides that are.
fn run() -> impl Strategy<Value = Value> {
    let unknown = || btree_map("x[a-z]{1,6}", anything(), 0..4);
    let variables = btree_map("X[A-Z]{1,6}", "[a-z ]{0,10}", 0..4);
    (unknown(), unknown(), variables, "[a-z]{1,8}").prop_map(|(outside, inside, variables, container)| {
        let variables: Vec<_> =
            variables.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut overridden = Map::from_iter(inside);
        overridden
            .extend([("name".to_owned(), json!(container)), ("environment".to_owned(), json!(variables))]);
        let mut request = Map::from_iter(outside);
        request.extend([
            ("taskDefinition".to_owned(), json!("web:1")),
            ("overrides".to_owned(), json!({"containerOverrides": [overridden]})),
        ]);
        Value::Object(request)
    })
}

#[test]
fn what_arrives_is_what_was_sent_and_the_signature_verifies() {
    arrives_as_sent("RegisterTaskDefinition", definition());
    arrives_as_sent("RunTask", run());
}

/// Sends many, and holds each against what arrives.
fn arrives_as_sent(operation: &str, requests: impl Strategy<Value = Value>) {
    let runtime = Runtime::new().unwrap();
    let stage = runtime.block_on(Stage::new(Policy::default()));
    let clean = json!({"family": "web", "containerDefinitions": [{"name": "app", "image": "nginx"}]});
    stage.recorder.knows("web:1", clean);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(64));
    let result = runner.run(&requests, |request| {
        let before = stage.recorder.requests().len();
        let sent = request.to_string();
        let answered = runtime.block_on(stage.call(operation, sent.clone()));
        prop_assert_eq!(answered.status, 200, "{}", String::from_utf8_lossy(&answered.body));
        prop_assert_eq!(answered.warning(), "");
        let arrived = stage.recorder.requests();
        prop_assert_eq!(arrived.len(), before + 1);
        let arrived = arrived.last().unwrap();
        prop_assert_eq!(&arrived.body, &sent);
        prop_assert_eq!(arrived.json(), request);
        prop_assert!(signature::verifies(arrived, credentials(), REGION));
        Ok(())
    });
    result.unwrap();
}
