//! A planted secret comes back from no hook, whatever place it stands in.

use policyctl_ecs::hooks::Settings;
use serde_json::{Value, json};

use crate::support::{
    Fake, ID, SECRET, ask, deployment, description, linking, registration, resource, with_key,
};

/// Payloads with the key in each place in turn.
fn payloads() -> Vec<(Value, Fake)> {
    let mut all = Vec::new();
    let bare = resource("CREATE_PRE_PROVISION", with_key());
    for pointer in [
        "/requestData/targetLogicalId",
        "/requestData/targetName",
        "/requestData/targetModel/resourceProperties/Family",
        "/requestData/targetModel/resourceProperties/TaskRoleArn",
        "/requestData/targetModel/resourceProperties/NetworkMode",
        "/requestData/targetModel/resourceProperties/ContainerDefinitions/0/Name",
        "/requestData/targetModel/resourceProperties/ContainerDefinitions/0/Image",
        "/requestData/targetModel/resourceProperties/ContainerDefinitions",
        "/actionInvocationPoint",
    ] {
        for secret in [ID, SECRET] {
            let mut payload = bare.clone();
            *payload.pointer_mut(pointer).unwrap() = secret.into();
            all.push((payload, Fake::default()));
        }
    }
    let labelled = json!({"Resources": {"W": {"Type": "AWS::ECS::TaskDefinition", "Properties": {
        "ContainerDefinitions": [{"Name": "a", "Image": "i", "DockerLabels": {SECRET: ID}, "Command": {"Fn::Sub": [SECRET, {ID: SECRET}]}}]
    }}}});
    let linked = Fake::linked(&json!({"template": labelled.to_string()}));
    all.push((linking("STACK", "CREATE_PRE_PROVISION"), linked));
    let described = || Fake::describing(description(&json!([{"name": SECRET, "value": ID}])));
    all.push((deployment("PRE_SCALE_UP"), described()));
    all.push((registration(), described()));
    let mut named = registration();
    named["detail"]["userIdentity"]["arn"] = ID.into();
    all.push((named, described()));
    all
}

#[test]
fn no_answer_holds_a_planted_secret() {
    for (payload, outside) in payloads() {
        let answer = match ask(Settings::default(), &payload, &outside) {
            Ok(answer) => answer.to_string(),
            Err(error) => error.to_string(),
        };
        assert!(!answer.contains(SECRET) && !answer.contains(ID), "{answer}");
    }
}
