//! Whatever comes, the answer keeps to its contract.

use policyctl_ecs::hooks::{Kind, Settings};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{
    Fake, ask, deployment, description, key_environment, linking, registration, resource, with_key,
};

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let key = prop_oneof![
            Just("Ref".to_owned()),
            Just("Fn::If".to_owned()),
            Just("Fn::Join".to_owned()),
            Just("Name".to_owned()),
            "[a-zA-Z]{1,6}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// A documented payload with something else in one of its places.
fn payload() -> impl Strategy<Value = Value> {
    let whole = prop_oneof![
        Just(resource("CREATE_PRE_PROVISION", with_key())),
        Just(linking("CHANGE_SET", "CREATE_PRE_PROVISION")),
        Just(deployment("PRE_SCALE_UP")),
        Just(registration()),
    ];
    (whole, any::<prop::sample::Index>(), json()).prop_map(|(mut whole, index, other)| {
        let mut places = Vec::new();
        pointers("", &whole, &mut places);
        *whole.pointer_mut(&places[index.index(places.len())]).unwrap() = other;
        whole
    })
}

fn pointers(here: &str, value: &Value, found: &mut Vec<String>) {
    found.push(here.to_owned());
    if let Value::Object(members) = value {
        members.iter().for_each(|(key, value)| pointers(&format!("{here}/{key}"), value, found));
    }
    if let Value::Array(items) = value {
        items.iter().enumerate().for_each(|(n, value)| pointers(&format!("{here}/{n}"), value, found));
    }
}

fn keeps_cloudformations_contract(answer: &Value) {
    let status = answer["hookStatus"].as_str().unwrap();
    assert!(["SUCCESS", "FAILED"].contains(&status), "{answer}");
    assert_eq!(answer.get("errorCode").is_some(), status == "FAILED", "{answer}");
    assert!(answer["message"].as_str().unwrap().len() <= 4096);
    for annotation in answer["annotations"].as_array().unwrap() {
        assert!(["PASSED", "FAILED", "SKIPPED"].contains(&annotation["status"].as_str().unwrap()));
    }
}

fn keeps_deployments_contract(answer: &Value) {
    let status = answer["hookStatus"].as_str().unwrap();
    assert!(["SUCCEEDED", "FAILED", "IN_PROGRESS"].contains(&status), "{answer}");
    assert_eq!(answer.get("callBackDelay").is_some(), status == "IN_PROGRESS", "{answer}");
}

proptest! {
    #[test]
    fn every_payload_is_answered_within_the_contract_of_its_hook(payload in payload(), behind in json()) {
        let outside = Fake { behind_link: Some(behind.to_string().into_bytes()), ..Fake::default() };
        let set = |kind| Settings { kind: Some(kind), ..Settings::default() };
        keeps_cloudformations_contract(&ask(set(Kind::CloudFormation), &payload, &outside).unwrap());
        keeps_deployments_contract(&ask(set(Kind::Deployment), &payload, &outside).unwrap());
        let _ = ask(set(Kind::Registration), &payload, &outside);
    }

    #[test]
    fn no_description_of_the_api_is_taken_for_a_pass_when_it_holds_no_containers(described in json()) {
        let outside = Fake::describing(described);
        let answer = ask(Settings::default(), &deployment("PRE_SCALE_UP"), &outside).unwrap();
        prop_assert_eq!(&answer["hookStatus"], "FAILED");
    }

    #[test]
    fn members_that_nobody_knows_change_no_denial(extra in json()) {
        let mut described = description(&key_environment());
        described["taskDefinition"]["containerDefinitions"][0]["futureMember"] = extra;
        let answer = ask(Settings::default(), &deployment("PRE_SCALE_UP"), &Fake::describing(described)).unwrap();
        prop_assert_eq!(&answer["hookStatus"], "FAILED");
    }
}
