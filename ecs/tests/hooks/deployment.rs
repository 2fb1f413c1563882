//! The lifecycle hook of ECS deployments.

use policyctl_ecs::hooks::Settings;
use serde_json::{Value, json};

use crate::support::{
    Fake, REVISION, SERVICE_REVISION, answered, ask, deployment, description, hooks, key_environment, lenient,
};

#[test]
fn a_revision_with_a_key_fails_before_its_tasks_start() {
    let outside = Fake::describing(description(&key_environment()));
    assert_eq!(answered(&deployment("PRE_SCALE_UP"), &outside), json!({"hookStatus": "FAILED"}));
    assert_eq!(outside.asked(), [SERVICE_REVISION, REVISION]);
}

#[test]
fn a_call_as_the_guides_first_edition_shows_it_is_understood() {
    let payload = deployment("PRE_SCALE_UP")["executionDetails"].clone();
    let outside = Fake::describing(description(&key_environment()));
    assert_eq!(answered(&payload, &outside), json!({"hookStatus": "FAILED"}));
}

#[test]
fn a_clean_revision_succeeds() {
    let outside = Fake::describing(description(&json!([])));
    assert_eq!(answered(&deployment("PRE_SCALE_UP"), &outside), json!({"hookStatus": "SUCCEEDED"}));
}

#[test]
fn stages_that_are_not_known_are_examined() {
    for stage in ["RECONCILE_SERVICE", "POST_SCALE_UP", "PRE_PRODUCTION_TRAFFIC_SHIFT", "SOMETHING_NEW"] {
        let outside = Fake::describing(description(&key_environment()));
        assert_eq!(answered(&deployment(stage), &outside)["hookStatus"], "FAILED", "{stage}");
    }
}

#[test]
fn a_rollback_is_not_in_the_way() {
    for (stage, weights) in [
        ("PRODUCTION_TRAFFIC_SHIFT", "productionTrafficWeights"),
        ("TEST_TRAFFIC_SHIFT", "testTrafficWeights"),
    ] {
        let mut payload = deployment(stage);
        payload["executionDetails"][weights] = json!({SERVICE_REVISION: 0, "arn:other": 100});
        let outside = Fake::describing(description(&key_environment()));
        assert_eq!(answered(&payload, &outside)["hookStatus"], "SUCCEEDED");
        payload["executionDetails"][weights] = json!({SERVICE_REVISION: 100, "arn:other": 0});
        assert_eq!(answered(&payload, &outside)["hookStatus"], "FAILED");
    }
}

#[test]
fn when_the_api_gives_nothing_ecs_is_asked_to_call_again_a_bounded_number_of_times() {
    let mut payload = deployment("PRE_SCALE_UP");
    let mut answers = Vec::new();
    for _ in 0..5 {
        let answer = answered(&payload, &Fake::default());
        payload["hookDetails"] = answer.get("hookDetails").cloned().unwrap_or(Value::Null);
        answers.push(answer);
    }
    for (n, answer) in (1..).zip(&answers[..4]) {
        let expected = json!({"hookStatus": "IN_PROGRESS", "callBackDelay": 30, "hookDetails": {"policyctlAttempts": n}});
        assert_eq!(*answer, expected);
    }
    assert_eq!(answers[4], json!({"hookStatus": "FAILED"}));
}

#[test]
fn what_cannot_be_examined_fails_and_succeeds_only_where_that_is_set() {
    let mut nameless = deployment("PRE_SCALE_UP");
    nameless["executionDetails"] = json!({});
    let strange = Fake::describing(json!({"taskDefinition": {}}));
    for (payload, outside) in [(nameless, Fake::default()), (deployment("PRE_SCALE_UP"), strange)] {
        assert_eq!(answered(&payload, &outside), json!({"hookStatus": "FAILED"}));
        assert_eq!(ask(lenient(), &payload, &outside).unwrap(), json!({"hookStatus": "SUCCEEDED"}));
    }
}

#[test]
fn details_that_somebody_else_set_are_no_error() {
    for details in [json!("text"), json!({"policyctlAttempts": "three"}), json!([1])] {
        let mut payload = deployment("PRE_SCALE_UP");
        payload["hookDetails"] = details;
        assert_eq!(answered(&payload, &Fake::default())["hookStatus"], "IN_PROGRESS");
    }
}

#[test]
fn an_answer_that_comes_too_late_is_asked_for_again() {
    let answer = hooks(Settings::default()).late(&deployment("PRE_SCALE_UP")).unwrap();
    assert_eq!(answer["hookStatus"], "IN_PROGRESS");
}
