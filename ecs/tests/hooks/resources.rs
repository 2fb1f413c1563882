//! RESOURCE and CLOUD_CONTROL.

use policyctl_ecs::hooks::{Error, Kind, Settings};
use serde_json::{Value, json};

use crate::support::{
    Fake, ID, SECRET, TOKEN, answered, ask, clean, lenient, properties, resource, with_key,
};

#[test]
fn a_key_is_refused_with_its_place_and_what_to_do() {
    let answer = answered(&resource("CREATE_PRE_PROVISION", with_key()), &Fake::default());
    assert_eq!(
        (&answer["hookStatus"], &answer["errorCode"], &answer["clientRequestToken"]),
        (&json!("FAILED"), &json!("NonCompliant"), &json!(TOKEN))
    );
    let message = answer["message"].as_str().unwrap();
    assert!(message.starts_with("policyctl: WebTask: "), "{message}");
    assert!(
        message.contains("deny[static-access-key] /ContainerDefinitions/0/Environment/0/Value"),
        "{message}"
    );
    let annotation = &answer["annotations"][0];
    assert_eq!(annotation["annotationName"], "static-access-key");
    assert_eq!((&annotation["status"], &annotation["severityLevel"]), (&json!("FAILED"), &json!("HIGH")));
    assert!(annotation["remediationMessage"].as_str().unwrap().contains("delete AWS_ACCESS_KEY_ID"));
    assert!(annotation["remediationLink"].as_str().unwrap().ends_with("/static_access_key.md"));
}

#[test]
fn a_clean_definition_passes_with_one_passed_annotation() {
    for point in ["CREATE_PRE_PROVISION", "UPDATE_PRE_PROVISION"] {
        let answer = answered(&resource(point, clean()), &Fake::default());
        assert_eq!(answer["hookStatus"], "SUCCESS", "{answer}");
        assert!(answer.get("errorCode").is_none());
        assert_eq!(answer["annotations"].as_array().unwrap().len(), 1);
        assert_eq!(answer["annotations"][0]["status"], "PASSED");
    }
}

#[test]
fn a_warning_passes_and_is_said() {
    let marks = properties(&[("AWS_ACCESS_KEY_ID", "${KEY}"), ("AWS_SECRET_ACCESS_KEY", "${SECRET}")]);
    let answer = answered(&resource("CREATE_PRE_PROVISION", marks), &Fake::default());
    assert_eq!(answer["hookStatus"], "SUCCESS");
    assert!(answer["message"].as_str().unwrap().contains("passes with 1 warning"), "{answer}");
    assert_eq!(answer["annotations"][0]["annotationName"], "template-marks");
}

#[test]
fn only_the_new_properties_count() {
    let mut payload = resource("UPDATE_PRE_PROVISION", clean());
    payload["requestData"]["targetModel"]["previousResourceProperties"] = with_key();
    assert_eq!(answered(&payload, &Fake::default())["hookStatus"], "SUCCESS");
}

#[test]
fn what_is_deleted_passes() {
    for properties in [Value::Null, json!({}), with_key()] {
        let answer = answered(&resource("DELETE_PRE_PROVISION", properties), &Fake::default());
        assert_eq!(
            (&answer["hookStatus"], &answer["clientRequestToken"]),
            (&json!("SUCCESS"), &json!(TOKEN))
        );
    }
}

#[test]
fn a_point_that_is_not_known_hides_nothing() {
    for point in ["IMPORT_PRE_PROVISION", "SOMETHING_NEW", ""] {
        let answer = answered(&resource(point, with_key()), &Fake::default());
        assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("NonCompliant")));
    }
}

#[test]
fn other_resources_pass_as_skipped() {
    let mut payload = resource("CREATE_PRE_PROVISION", json!({"BucketName": "x"}));
    payload["requestData"]["targetName"] = "AWS::S3::Bucket".into();
    let answer = answered(&payload, &Fake::default());
    assert_eq!(answer["hookStatus"], "SUCCESS");
    assert_eq!(answer["annotations"][0]["status"], "SKIPPED");
    assert!(answer["message"].as_str().unwrap().contains("AWS::S3::Bucket is not examined"));
}

#[test]
fn a_target_that_is_not_known_fails_and_passes_only_where_that_is_set() {
    let mut payload = resource("CREATE_PRE_PROVISION", Value::Null);
    payload["requestData"] = json!({"targetName": "SOMETHING_NEW"});
    let answer = answered(&payload, &Fake::default());
    assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("InternalFailure")));
    let answer = ask(lenient(), &payload, &Fake::default()).unwrap();
    assert_eq!(answer["hookStatus"], "SUCCESS");
    assert!(answer["message"].as_str().unwrap().contains("examined nothing"), "{answer}");
    assert_eq!(answer["annotations"][0]["status"], "SKIPPED");
}

#[test]
fn a_task_definition_without_properties_is_not_a_pass() {
    let answer = answered(&resource("CREATE_PRE_PROVISION", Value::Null), &Fake::default());
    assert_eq!(answer["errorCode"], "InternalFailure");
}

/// AWS documents that the Cloud Control API leaves the stack empty and keeps 1,024 characters of a message.
#[test]
fn messages_stay_within_what_the_caller_keeps_and_say_what_is_left_out() {
    let containers: Vec<_> = (0..40)
        .map(|n| {
            let environment =
                json!([{"Name": "AWS_ACCESS_KEY_ID", "Value": ID}, {"Name": "AWS_SECRET_ACCESS_KEY", "Value": SECRET}]);
            json!({"Name": format!("app-{n}-{}", "x".repeat(200)), "Image": "acme/web:1", "Environment": environment})
        })
        .collect();
    let properties = json!({"Family": "web", "ContainerDefinitions": containers});
    let mut payload = resource("CREATE_PRE_PROVISION", properties);
    let long = answered(&payload, &Fake::default());
    let message = long["message"].as_str().unwrap();
    assert!(message.len() <= 4096 && message.len() > 3000, "{}", message.len());
    assert!(message.contains("more, in the annotations"), "{message}");
    payload["stackId"] = "".into();
    payload["requestData"]["targetType"] = "RESOURCE".into();
    let short = answered(&payload, &Fake::default());
    assert!(short["message"].as_str().unwrap().len() <= 1024);
    assert!(short["message"].as_str().unwrap().contains("more, in the annotations"));
    for annotation in long["annotations"].as_array().unwrap() {
        assert!(annotation["statusMessage"].as_str().unwrap().len() <= 16_384);
        assert!(annotation["annotationName"].as_str().unwrap().len() <= 1024);
    }
    assert!(long["annotations"].as_array().unwrap().len() <= 51);
    assert!(long.to_string().len() < 100_000);
}

#[test]
fn one_message_that_is_too_long_is_cut_with_a_sign() {
    let properties = json!({"Family": "f".repeat(5000), "ContainerDefinitions": [{
        "Name": "n".repeat(5000), "Image": "i",
        "Environment": [{"Name": "AWS_ACCESS_KEY_ID", "Value": ID}, {"Name": "AWS_SECRET_ACCESS_KEY", "Value": SECRET}],
    }]});
    let answer = answered(&resource("CREATE_PRE_PROVISION", properties), &Fake::default());
    let message = answer["message"].as_str().unwrap();
    assert!(message.len() <= 4096 && message.contains("..."), "{}", message.len());
    assert_eq!(answer["hookStatus"], "FAILED");
}

#[test]
fn the_token_comes_back_in_either_of_its_documented_spellings() {
    let mut payload = resource("CREATE_PRE_PROVISION", clean());
    let token = payload.as_object_mut().unwrap().remove("clientRequestToken").unwrap();
    assert!(answered(&payload, &Fake::default()).get("clientRequestToken").is_none());
    payload["clientRequesttoken"] = token;
    assert_eq!(answered(&payload, &Fake::default())["clientRequestToken"], TOKEN);
}

#[test]
fn an_answer_that_comes_too_late_is_a_failure_in_the_callers_words() {
    let payload = resource("CREATE_PRE_PROVISION", clean());
    let answer = crate::support::hooks(Settings::default()).late(&payload).unwrap();
    assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("InternalFailure")));
    assert_eq!(answer["clientRequestToken"], TOKEN);
}

#[test]
fn a_payload_of_nobody_is_an_error_unless_the_kind_is_set() {
    let foreign = json!({"Records": []});
    assert_eq!(ask(Settings::default(), &foreign, &Fake::default()), Err(Error::Foreign));
    let set = |kind| Settings { kind: Some(kind), ..Settings::default() };
    let answer = ask(set(Kind::CloudFormation), &foreign, &Fake::default()).unwrap();
    assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("InternalFailure")));
    let answer = ask(set(Kind::Deployment), &foreign, &Fake::default()).unwrap();
    assert_eq!(answer, json!({"hookStatus": "FAILED"}));
}
