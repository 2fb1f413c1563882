//! What could not be read, or not read in one way only, is never a pass.

use policyctl_policies::policy::{Bundle, Policy};
use serde_json::json;

use crate::stage::{ID, SECRET, Stage, assert_says, message};

fn baseline() -> Policy {
    Policy::bundled(Bundle::Baseline)
}

#[test]
fn duplicate_members_warn_and_both_values_are_looked_at() {
    let key = format!(
        r#"[{{"name":"AWS_ACCESS_KEY_ID","value":"{ID}"}},{{"name":"AWS_SECRET_ACCESS_KEY","value":"{SECRET}"}}]"#
    );
    let text = format!(
        r#"{{"family":"checkout","containerDefinitions":[{{"name":"app","image":"a","environment":{key},"environment":[]}}]}}"#
    );
    assert_says(&text, &baseline(), &["duplicate-key=warn", "static-access-key=deny"]);
}

#[test]
fn a_pod_before_a_forgotten_line_is_judged_and_the_line_is_asked_for_once() {
    let env = json!([
        {"name": "AWS_ACCESS_KEY_ID", "value": ID},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET},
    ]);
    let pod =
        format!("apiVersion: v1\nkind: Pod\nspec:\n  containers: [{{name: app, image: a, env: {env}}}]\n");
    let text = pod + "apiVersion: v1\nkind: Service\nspec: {ports: []}\n";
    assert_says(&text, &baseline(), &["duplicate-key=warn@workload", "static-access-key=deny"]);
    assert!(message(&text, "duplicate-key").contains("put `---`"), "{text}");
}

#[test]
fn a_field_of_the_wrong_shape_warns_with_its_pointer_and_is_searched_for_keys() {
    let wrong = format!("AWS_ACCESS_KEY_ID={ID} AWS_SECRET_ACCESS_KEY={SECRET}");
    let stage = Stage::new().with("environment", json!(wrong));
    let text = stage.as_task();
    let said = message(&text, "unreadable-input");
    assert!(said.contains("/containerDefinitions/0/environment"), "{said}");
    assert!(message(&text, "static-access-key").contains("long-lived"), "{text}");
}

#[test]
fn the_rest_of_a_workload_with_a_wrong_field_is_judged() {
    let text = Stage::env([("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)])
        .with("command", json!({"not": "a list"}))
        .as_task();
    assert!(message(&text, "static-access-key").contains("AWS_ACCESS_KEY_ID"));
}

#[test]
fn unknown_fields_are_left_alone() {
    Stage::new().with("somethingNew", json!({"a": [1, 2]})).task("alsoNew", true).says(&[]);
}
