//! Templates, and the functions in them.

use super::{Read, env, yaml};

/// A template with one container.
fn template(container: &str) -> Read {
    yaml(&format!(
        "Resources:\n  Web:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n      - Name: app\n        Image: nginx\n        {container}\n"
    ))
}

fn json(properties: &str) -> Read {
    yaml(&format!(
        "{{\"Resources\": {{\"Web\": {{\"Type\": \"AWS::ECS::TaskDefinition\", \"Properties\": {properties}}}}}}}"
    ))
}

#[test]
fn every_task_definition_of_a_template_is_read_and_nothing_else() {
    let read = yaml(
        "Resources:
  Web: {Type: AWS::ECS::TaskDefinition, Properties: {Family: shop, ContainerDefinitions: []}}
  Job: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: []}}
  Bucket: {Type: AWS::S3::Bucket}
  Fn::ForEach::Workers:
  - Id
  - [a, b]
  - Worker${Id}: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: []}}
",
    );
    let names: Vec<_> = read.ids().into_iter().map(|(_, name)| name.to_owned()).collect();
    assert_eq!(names, ["shop", "Job", "Worker${Id}"]);
    assert_eq!(read.document.pointer(read.contents.workloads[1].at), "/Resources/Job/Properties");
}

#[test]
fn functions_become_texts_with_marks_where_nothing_is_known() {
    let read = template(
        "Environment:
        - {Name: A, Value: !Ref Key}
        - {Name: B, Value: !GetAtt Db.Endpoint.Address}
        - {Name: C, Value: !Sub 'x-${Y}'}
        - {Name: D, Value: !Join ['-', [a, !Ref AWS::Region, c]]}
        - {Name: E, Value: {'Fn::Sub': ['y-${Z}', {Z: q}]}}
        - {Name: F, Value: !Select [0, [p]]}
        - {Name: G, Value: {'Fn::ImportValue': shared-key}}",
    );
    assert_eq!(
        env(read.container()),
        [
            "A=${Key}",
            "B=${Db.Endpoint.Address}",
            "C=x-${Y}",
            "D=a-${AWS::Region}-c",
            "E=y-${Z}",
            "F=${Fn::Select}",
            "G=${Fn::ImportValue}"
        ]
    );
    assert!(read.only().problems.is_empty(), "{:?}", read.problems());
    assert_eq!(
        read.document.pointer(read.container().env[0].value_at),
        "/Resources/Web/Properties/ContainerDefinitions/0/Environment/0/Value"
    );
}

#[test]
fn both_sides_of_a_condition_are_read_in_lists() {
    let read = json(
        r#"{"ContainerDefinitions": {"Fn::If": ["Big", [
            {"Name": "a", "Image": "i"},
            {"Fn::If": ["C", {"Name": "b", "Image": "i", "Environment": [{"Fn::If": ["D", {"Name": "X", "Value": "1"}, {"Ref": "AWS::NoValue"}]}]}, {"Ref": "AWS::NoValue"}]}
        ], [{"Name": "c", "Image": "i"}]]}}"#,
    );
    let names: Vec<_> = read.only().containers.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(env(&read.only().containers[1]), ["X=1"]);
    assert!(read.only().problems.is_empty(), "{:?}", read.problems());
}

#[test]
fn of_a_value_the_side_with_a_key_is_read_and_the_other_kept() {
    let key = concat!("AKIA", "Q3EGPOLICY2CTL7A");
    let read = template(&format!(
        "Environment:\n        - {{Name: A, Value: !If [Local, minio, {key}]}}\n        - {{Name: B, Value: !If [Local, !Ref Key, '']}}"
    ));
    assert_eq!(env(read.container()), [format!("A={key}"), "B=${Key}".to_owned()]);
    assert_eq!(read.loose(), [("template function", "", "minio"), ("template function", "", "")]);
}

#[test]
fn what_is_left_out_is_absent() {
    let read = template(
        "LogConfiguration: !Ref AWS::NoValue\n        DisableNetworking: !If [C, !Ref AWS::NoValue, true]",
    );
    assert!(read.container().network_disabled.is_some());
    assert!(read.only().problems.is_empty(), "{:?}", read.problems());
}

#[test]
fn what_cannot_be_known_is_noted_where_it_hides_containers_or_variables() {
    let read = json(
        r#"{"ContainerDefinitions": [{"Name": "a", "Image": "i", "Environment": {"Fn::Transform": {"Name": "AWS::Include"}}}, {"Fn::FindInMap": ["m", "k", "v"]}]}"#,
    );
    let pointers: Vec<_> = read.problems().into_iter().map(|(pointer, _)| pointer).collect();
    let home = "/Resources/Web/Properties/ContainerDefinitions";
    assert_eq!(pointers, [format!("{home}/1"), format!("{home}/0/Environment")]);
    let all = json(r#"{"ContainerDefinitions": {"Ref": "Containers"}}"#);
    assert_eq!(all.problems()[0].0, home);
}

#[test]
fn what_a_macro_may_add_is_noted() {
    let include = r#""Fn::Transform": {"Name": "AWS::Include"}"#;
    let whole = json(&format!("{{{include}}}"));
    assert_eq!(whole.problems()[0].0, "/Resources/Web/Properties");
    let among = json(&format!(r#"{{"ContainerDefinitions": [{{"Name": "a", "Image": "i", {include}}}]}}"#));
    let pointer = "/Resources/Web/Properties/ContainerDefinitions/0/Fn::Transform";
    assert_eq!(among.problems(), [(pointer.to_owned(), "members that are written out")]);
}

#[test]
fn what_functions_are_given_is_searched_as_well() {
    let key = concat!("AKIA", "Q3EGPOLICY2CTL7A");
    let read = template(&format!(
        "Environment: [{{Name: A, Value: {{'Fn::Sub': ['${{K}}', {{K: abc}}]}}}}, {{Name: B, Value: {{Ref: {key}}}}}]"
    ));
    assert_eq!(read.loose(), [("template function", "K", "abc"), ("template function", "", key)]);
}

#[test]
fn roles_names_and_commands_may_be_computed() {
    let read = json(
        r#"{"Family": {"Fn::Sub": "${AWS::StackName}-web"}, "TaskRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "ContainerDefinitions": [{"Name": "a", "Image": {"Ref": "Image"}, "Command": {"Ref": "Words"}, "EntryPoint": ["sh", {"Ref": "W"}]}]}"#,
    );
    assert_eq!(read.ids(), [("TaskDefinition", "${AWS::StackName}-web")]);
    assert_eq!(read.only().task().unwrap().task_role.as_ref().unwrap().name, "${Role.Arn}");
    assert_eq!(super::commands(read.container()), ["EntryPoint: sh ${W}", "Arguments: ${Words}"]);
    assert!(read.only().problems.is_empty(), "{:?}", read.problems());
}

#[test]
fn proxy_properties_are_found_under_the_name_that_templates_give_them() {
    let read = json(
        r#"{"ContainerDefinitions": [], "ProxyConfiguration": {"ContainerName": "envoy", "ProxyConfigurationProperties": [{"Name": "AppPorts", "Value": "80"}]}}"#,
    );
    assert_eq!(read.loose()[1], ("proxy property", "Value", "80"));
}

#[test]
fn calls_within_calls_end() {
    let mut value = "\"x\"".to_owned();
    for _ in 0..20 {
        value = format!(r#"{{"Fn::Join": ["", [{{"Fn::If": ["c", {value}, ""]}}]]}}"#);
    }
    let read = json(&format!(
        r#"{{"ContainerDefinitions": [{{"Name": "a", "Image": "i", "Environment": [{{"Name": "A", "Value": {value}}}]}}]}}"#
    ));
    assert_eq!(env(read.container()), ["A=${Fn::Join}"]);
}

#[test]
fn calls_of_the_wrong_shape_are_no_panic() {
    let functions = ["Ref", "Fn::If", "Fn::Join", "Fn::Sub", "Fn::GetAtt", "Fn::Select", "Fn::Transform"];
    let arguments = ["null", "1", "\"x\"", "[]", "[1]", "[1, 2]", "[1, 2, 3, 4]", "{}", "{\"Ref\": 1}"];
    for (function, argument) in functions.iter().flat_map(|f| arguments.iter().map(move |a| (f, a))) {
        let call = format!("{{\"{function}\": {argument}}}");
        json(&format!(
            r#"{{"Family": {call}, "TaskRoleArn": {call}, "Tags": {call}, "Volumes": [{call}], "ContainerDefinitions":
                [{call}, {{"Name": {call}, "Image": {call}, "Environment": [{call}, {{"Name": "A", "Value": {call}}}],
                "Command": {call}, "Essential": {call}, "LogConfiguration": {call}, "DockerLabels": {call}}}]}}"#
        ));
        json(&call);
        json(&format!(r#"{{"ContainerDefinitions": {call}}}"#));
    }
}
