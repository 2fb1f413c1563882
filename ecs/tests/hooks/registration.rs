//! EventBridge's event of RegisterTaskDefinition.

use policyctl_ecs::hooks::{Error, Settings};
use serde_json::{Value, json};

use crate::support::{Fake, REVISION, answered, ask, description, key_environment, registration};

const DEREGISTER: Settings =
    Settings { kind: None, unexamined: policyctl_ecs::hooks::Unexamined::Fail, deregister: true };

#[test]
fn a_denied_revision_is_reported_with_who_registered_it_and_left_alone() {
    let outside = Fake::describing(description(&key_environment()));
    let report = answered(&registration(), &outside);
    assert_eq!(report["decision"], "denied");
    assert_eq!(report["taskDefinitionArn"], REVISION);
    assert_eq!(report["registeredBy"], "arn:aws:sts::111122223333:assumed-role/deploy/ci");
    assert_eq!(report["deregistered"], false);
    assert_eq!(report["findings"][0]["rule"], "static-access-key");
    assert_eq!(
        report["findings"][0]["pointer"],
        "/taskDefinition/containerDefinitions/0/environment/0/value"
    );
    assert_eq!(outside.asked(), [REVISION]);
}

#[test]
fn where_that_is_set_the_denied_revision_is_deregistered_and_no_other() {
    let outside = Fake::describing(description(&key_environment()));
    assert_eq!(ask(DEREGISTER, &registration(), &outside).unwrap()["deregistered"], true);
    assert_eq!(outside.asked(), [REVISION.to_owned(), format!("deregister {REVISION}")]);
    let clean = Fake::describing(description(&json!([])));
    assert_eq!(ask(DEREGISTER, &registration(), &clean).unwrap()["decision"], "passed");
    assert_eq!(clean.asked(), [REVISION]);
}

#[test]
fn a_warning_is_no_reason_to_deregister() {
    let marks = json!([{"name": "AWS_ACCESS_KEY_ID", "value": "${K}"}, {"name": "AWS_SECRET_ACCESS_KEY", "value": "${S}"}]);
    let outside = Fake::describing(description(&marks));
    let report = ask(DEREGISTER, &registration(), &outside).unwrap();
    assert_eq!((&report["decision"], &report["deregistered"]), (&json!("warned"), &json!(false)));
}

#[test]
fn a_description_of_another_revision_is_not_deregistered() {
    let mut other = description(&key_environment());
    other["taskDefinition"]["taskDefinitionArn"] =
        "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8".into();
    let outside = Fake::describing(other);
    assert!(matches!(ask(DEREGISTER, &registration(), &outside), Err(Error::Registered(_))));
    assert_eq!(outside.asked(), [REVISION]);
}

#[test]
fn when_the_revision_cannot_be_described_the_event_is_to_come_again() {
    assert!(matches!(ask(DEREGISTER, &registration(), &Fake::default()), Err(Error::Again(_))));
}

#[test]
fn events_that_registered_nothing_are_let_go() {
    let changes: [(&str, Value); 5] = [
        ("/detail/eventName", json!("RunTask")),
        ("/detail/eventSource", json!("batch.amazonaws.com")),
        ("/detail/responseElements", Value::Null),
        ("/detail/responseElements/taskDefinition/taskDefinitionArn", json!("web:*")),
        ("/detail/userIdentity", Value::Null),
    ];
    for (pointer, value) in changes {
        let mut event = registration();
        *event.pointer_mut(pointer).unwrap() = value;
        let outside = Fake::describing(description(&json!([])));
        let report = answered(&event, &outside);
        assert_eq!(report["examined"], pointer == "/detail/userIdentity", "{pointer}: {report}");
    }
    let mut refused = registration();
    refused["detail"]["errorCode"] = "AccessDenied".into();
    assert_eq!(answered(&refused, &Fake::default())["examined"], false);
}
