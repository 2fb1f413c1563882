//! Task roles that no ECS task can assume, where IAM is asked.

use policyctl_policies::facts::Refusal;
use serde_json::{Value, json};

use crate::support::{Fake, ROLE, answered, clean, deployment, description, linking, registration, resource};

const RULE: &str = "trust-refuses-tasks";

fn told(iam: Result<Refusal, &str>) -> Fake {
    let description = Some(description(&json!([])));
    Fake { description, iam: Some(iam.map_err(str::to_owned)), ..Fake::default() }
}

fn annotation<'a>(answer: &'a Value, name: &str) -> Option<&'a Value> {
    answer["annotations"].as_array().unwrap().iter().find(|one| one["annotationName"] == name)
}

#[test]
fn a_role_that_refuses_tasks_is_refused_by_every_hook() {
    let outside = told(Ok(Refusal::TrustPolicy));
    let answer = answered(&resource("CREATE_PRE_PROVISION", clean()), &outside);
    assert_eq!((&answer["hookStatus"], &answer["errorCode"]), (&json!("FAILED"), &json!("NonCompliant")));
    assert!(annotation(&answer, RULE).is_some(), "{answer}");
    assert_eq!(outside.asked(), [ROLE]);
    assert_eq!(answered(&deployment("PRE_SCALE_UP"), &outside), json!({"hookStatus": "FAILED"}));
    let report = answered(&registration(), &outside);
    assert_eq!((&report["decision"], &report["findings"][0]["rule"]), (&json!("denied"), &json!(RULE)));
    assert!(report.get("notKnown").is_none());
}

#[test]
fn what_iam_does_not_say_is_told_and_stops_nobody() {
    let outside = told(Err("IAM did not answer in time"));
    let answer = answered(&resource("UPDATE_PRE_PROVISION", clean()), &outside);
    assert_eq!(answer["hookStatus"], "SUCCESS");
    let says = annotation(&answer, "unexamined").unwrap()["statusMessage"].as_str().unwrap();
    assert!(says.contains("not known: IAM did not answer in time"), "{says}");
    assert_eq!(answered(&deployment("PRE_SCALE_UP"), &outside), json!({"hookStatus": "SUCCEEDED"}));
    let report = answered(&registration(), &outside);
    assert_eq!(report["decision"], "passed");
    assert!(report["notKnown"][0].as_str().unwrap().contains("in time"), "{report}");
}

#[test]
fn a_role_that_is_not_there_refuses_what_is_registered_but_not_what_a_stack_makes_beside_it() {
    let outside = told(Ok(Refusal::NoSuchRole));
    assert_eq!(answered(&deployment("PRE_SCALE_UP"), &outside)["hookStatus"], "FAILED");
    let answer = answered(&resource("CREATE_PRE_PROVISION", clean()), &outside);
    assert_eq!(answer["hookStatus"], "SUCCESS", "{answer}");
    assert!(annotation(&answer, "unexamined").is_some(), "{answer}");
}

#[test]
fn nobody_asks_about_the_roles_of_a_template_or_of_what_has_none() {
    let mut outside = told(Ok(Refusal::TrustPolicy));
    let template = json!({"Resources": {"Web": {"Type": "AWS::ECS::TaskDefinition", "Properties": clean()}}});
    outside.behind_link = Some(json!({"template": template.to_string()}).to_string().into_bytes());
    let answer = answered(&linking("STACK", "CREATE_PRE_PROVISION"), &outside);
    assert_eq!(answer["hookStatus"], "SUCCESS", "{answer}");
    let mut properties = clean();
    properties["TaskRoleArn"] = json!({"Fn::GetAtt": ["Role", "Arn"]});
    answered(&resource("CREATE_PRE_PROVISION", properties), &outside);
    assert!(!outside.asked().contains(&ROLE.to_owned()));
}
