//! STACK and CHANGE_SET: what is examined stands behind a link.

use serde_json::{Value, json};

use crate::support::{Fake, ID, LINK, SECRET, answered, ask, clean, lenient, linking, with_key};

fn template(properties: &Value) -> String {
    json!({"Resources": {
        "WebTask": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties},
        "Queue": {"Type": "AWS::SQS::Queue"},
    }})
    .to_string()
}

fn stack(template: &str) -> Fake {
    Fake::linked(&json!({"template": template, "previousTemplate": template}))
}

fn change(action: &str, after: Option<&Value>) -> Value {
    json!({
        "action": action,
        "beforeContext": null,
        "afterContext": after.map(|properties| json!({"Properties": properties}).to_string()),
        "lineNumber": 2,
        "logicalResourceId": "WebTask",
        "resourceType": "AWS::ECS::TaskDefinition",
    })
}

#[test]
fn a_key_in_a_stacks_template_is_refused_with_its_place_in_the_template() {
    let outside = stack(&template(&with_key()));
    let answer = answered(&linking("STACK", "CREATE_PRE_PROVISION"), &outside);
    assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("NonCompliant")));
    let message = answer["message"].as_str().unwrap();
    let place = "/Resources/WebTask/Properties/ContainerDefinitions/0/Environment/0/Value";
    assert!(message.contains(place), "{message}");
    assert_eq!(outside.asked(), [LINK]);
}

#[test]
fn a_template_in_yaml_with_functions_is_read_and_marks_are_not_a_pass() {
    let yaml = "Resources:\n  WebTask:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n      - Name: app\n        Image: !Sub '${Repo}/web:1'\n        Environment:\n        - {Name: AWS_ACCESS_KEY_ID, Value: !Ref Key}\n        - {Name: AWS_SECRET_ACCESS_KEY, Value: !Ref Secret}\n";
    let answer = answered(&linking("STACK", "UPDATE_PRE_PROVISION"), &stack(yaml));
    assert_eq!(answer["hookStatus"], "SUCCESS");
    assert!(answer["message"].as_str().unwrap().contains("warn[template-marks]"), "{answer}");
}

#[test]
fn a_clean_stack_passes() {
    let answer = answered(&linking("STACK", "CREATE_PRE_PROVISION"), &stack(&template(&clean())));
    assert_eq!(answer["hookStatus"], "SUCCESS", "{answer}");
}

#[test]
fn a_deleted_stack_passes_and_its_link_is_not_followed() {
    let outside = stack("");
    let answer = answered(&linking("STACK", "DELETE_PRE_PROVISION"), &outside);
    assert_eq!(answer["hookStatus"], "SUCCESS");
    assert!(outside.asked().is_empty());
}

#[test]
fn of_a_change_set_only_what_changes_is_examined() {
    let payload = linking("CHANGE_SET", "CREATE_PRE_PROVISION");
    let bad = template(&with_key());
    let other = json!({"action": "CREATE", "logicalResourceId": "Queue", "resourceType": "AWS::SQS::Queue", "afterContext": "{}"});
    let unchanged = Fake::linked(&json!({"template": bad, "changedResources": [other]}));
    assert_eq!(answered(&payload, &unchanged)["hookStatus"], "SUCCESS");
    let changed =
        Fake::linked(&json!({"template": bad, "changedResources": [other, change("UPDATE", None)]}));
    assert_eq!(answered(&payload, &changed)["errorCode"], "NonCompliant");
    let deleted = Fake::linked(&json!({"template": bad, "changedResources": [change("DELETE", None)]}));
    assert_eq!(answered(&payload, &deleted)["hookStatus"], "SUCCESS");
}

/// AWS documents that booleans and numbers of a context are texts.
#[test]
fn what_a_change_leaves_is_examined_where_the_template_has_parameters() {
    let mut marked = with_key();
    marked["ContainerDefinitions"][0]["Environment"][0]["Value"] = json!({"Ref": "Key"});
    let mut after = with_key();
    after["ContainerDefinitions"][0]["Essential"] = "true".into();
    after["Volumes"] = json!([]);
    let outside = Fake::linked(&json!({
        "template": template(&marked), "changedResources": [change("CREATE", Some(&after))]
    }));
    let answer = answered(&linking("CHANGE_SET", "CREATE_PRE_PROVISION"), &outside);
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains("deny[static-access-key] /Resources/WebTask/Properties/"), "{message}");
}

#[test]
fn what_template_and_change_both_say_is_said_once() {
    let outside = Fake::linked(&json!({
        "template": template(&with_key()), "changedResources": [change("UPDATE", Some(&with_key()))]
    }));
    let answer = answered(&linking("CHANGE_SET", "UPDATE_PRE_PROVISION"), &outside);
    let names =
        answer["annotations"].as_array().unwrap().iter().map(|one| one["annotationName"].as_str().unwrap());
    assert_eq!(names.filter(|name| *name == "static-access-key").count(), 1, "{answer}");
}

#[test]
fn what_a_link_does_not_show_fails_and_passes_only_where_that_is_set() {
    let payload = linking("STACK", "CREATE_PRE_PROVISION");
    let outsides = [
        Fake::default(),
        Fake { behind_link: Some(b"not json".to_vec()), ..Fake::default() },
        Fake { behind_link: Some(vec![b' '; (16 << 20) + 1]), ..Fake::default() },
        Fake::linked(&json!({})),
        Fake::linked(&json!({"template": ""})),
        Fake::linked(&json!({"template": "{{{"})),
        Fake::linked(&json!({"template": "just text"})),
        Fake::linked(&json!({"changedResources": [change("CREATE", None)]})),
        Fake::linked(&json!({"changedResources": [change("SOMETHING_NEW", None)]})),
    ];
    for outside in outsides {
        let answer = answered(&payload, &outside);
        assert_eq!(
            (&answer["hookStatus"], &answer["errorCode"]),
            (&json!("FAILED"), &json!("InternalFailure"))
        );
        let answer = ask(lenient(), &payload, &outside).unwrap();
        assert_eq!(answer["hookStatus"], "SUCCESS");
        assert!(answer["message"].as_str().unwrap().contains("examined nothing"), "{answer}");
    }
}

#[test]
fn a_call_without_its_link_fails() {
    for target in ["STACK", "CHANGE_SET"] {
        let mut payload = linking(target, "CREATE_PRE_PROVISION");
        payload["requestData"]["payload"] = Value::Null;
        assert_eq!(answered(&payload, &Fake::default())["errorCode"], "InternalFailure");
    }
}

#[test]
fn a_large_template_is_examined() {
    let filler: Vec<_> = (0..4000)
        .map(|n| {
            (
                format!("Q{n}"),
                json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q".repeat(190)}}),
            )
        })
        .collect();
    let mut resources = serde_json::Map::from_iter(filler);
    resources.insert("WebTask".into(), json!({"Type": "AWS::ECS::TaskDefinition", "Properties": with_key()}));
    let text = json!({"Resources": resources}).to_string();
    assert!(text.len() > 900_000);
    let answer = answered(&linking("STACK", "CREATE_PRE_PROVISION"), &stack(&text));
    assert_eq!(answer["errorCode"], "NonCompliant");
}

#[test]
fn no_answer_holds_the_link_or_a_key() {
    for outside in [Fake::default(), stack(&template(&with_key())), stack(&format!("{ID} {SECRET}: [{{"))] {
        let answer = answered(&linking("STACK", "CREATE_PRE_PROVISION"), &outside).to_string();
        for secret in ["X-Amz-Signature", SECRET, ID] {
            assert!(!answer.contains(secret), "{answer}");
        }
    }
}
