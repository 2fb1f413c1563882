//! Task definitions in CloudFormation templates: what a function leaves open is never a pass.

use policyctl_policies::policy::{Bundle, Policy};

use crate::stage::{ID, SECRET, assert_says, message};

fn template(environment: &str) -> String {
    format!(
        "Resources:\n  Web:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      Family: web\n      TaskRoleArn: !GetAtt Role.Arn\n      ContainerDefinitions:\n      - Name: app\n        Image: acme/web:1\n        Environment: {environment}\n"
    )
}

fn pair(id: &str, secret: &str) -> String {
    template(&format!(
        "[{{Name: AWS_ACCESS_KEY_ID, Value: {id}}}, {{Name: AWS_SECRET_ACCESS_KEY, Value: {secret}}}]"
    ))
}

fn says(text: &str, expected: &[&str]) {
    assert_says(text, &Policy::bundled(Bundle::Baseline), expected);
}

#[test]
fn a_key_in_a_template_is_denied_with_its_pointer() {
    says(&pair(ID, SECRET), &["static-access-key=deny", "role-shadowed=deny"]);
}

#[test]
fn a_parameter_in_a_keys_slot_warns() {
    for unknown in [
        "!Ref Key",
        "{Ref: Key}",
        "!Sub '${Key}'",
        "!If [C, !Ref Key, !Ref AWS::NoValue]",
        "!Select [0, !Ref Keys]",
    ] {
        let said = message(&pair(unknown, unknown), "template-marks");
        assert!(said.contains("AWS_ACCESS_KEY_ID"), "{unknown}: {said}");
    }
}

#[test]
fn a_key_on_either_side_of_a_condition_is_denied() {
    for hidden in [format!("!If [Local, minioadmin, {ID}]"), format!("{{'Fn::If': [Prod, {ID}, !Ref Key]}}")]
    {
        let text = pair(&hidden, SECRET);
        assert!(message(&text, "static-access-key").contains("long-lived"), "{text}");
    }
}

#[test]
fn a_variable_on_one_side_of_a_condition_is_denied() {
    let text = template(&format!(
        "[!If [Old, {{Name: AWS_ACCESS_KEY_ID, Value: {ID}}}, !Ref AWS::NoValue], !If [Old, {{Name: AWS_SECRET_ACCESS_KEY, Value: {SECRET}}}, !Ref AWS::NoValue]]"
    ));
    says(&text, &["static-access-key=deny", "role-shadowed=deny"]);
}

#[test]
fn a_key_put_together_by_a_function_is_denied() {
    let (head, tail) = ID.split_at(4);
    let text = pair(&format!("!Join ['', [{head}, {tail}]]"), SECRET);
    assert!(message(&text, "static-access-key").contains("AWS_ACCESS_KEY_ID"), "{text}");
}

#[test]
fn a_value_that_cloudformation_resolves_into_the_task_definition_is_not_a_pass() {
    let text = pair(
        "'{{resolve:secretsmanager:prod:SecretString:id}}'",
        "'{{resolve:secretsmanager:prod:SecretString:key}}'",
    );
    says(&text, &["template-marks=warn"]);
}

#[test]
fn a_template_without_keys_says_nothing() {
    says(&template("[{Name: PORT, Value: '80'}, {Name: TABLE, Value: !Ref Table}]"), &[]);
}

#[test]
fn a_key_in_a_parameters_default_is_denied_and_any_other_default_is_a_mark() {
    let with = |id: &str, secret: &str| {
        let parameters = format!(
            "Parameters:\n  Id: {{Type: String, Default: '{id}'}}\n  Secret: {{Type: String, Default: '{secret}', NoEcho: true}}\n"
        );
        parameters + &pair("!Ref Id", "!Ref Secret")
    };
    says(&with(ID, SECRET), &["static-access-key=deny", "role-shadowed=deny"]);
    says(&with("", ""), &["template-marks=warn"]);
    says(&with("minioadmin", "minioadmin"), &["template-marks=warn"]);
}
