//! Every place a key may hide in.

use super::*;
use crate::credential::{Carrier, Class, Reader};

/// The only pair in a container of this body.
fn pair_in(container: &str) -> KeySet {
    let keys = keys_of(&pod(container, ""));
    assert_eq!(keys.len(), 1, "{keys:#?}");
    assert!(keys[0].is_pair(), "{keys:#?}");
    keys.into_iter().next().unwrap()
}

#[test]
fn in_command_lines_of_every_kind() {
    for script in [
        format!("AWS_ACCESS_KEY_ID={ID} AWS_SECRET_ACCESS_KEY={SECRET} ./run"),
        format!("export AWS_ACCESS_KEY_ID={ID}; export AWS_SECRET_ACCESS_KEY=\"{SECRET}\""),
        format!(
            "aws configure set aws_access_key_id {ID} && aws configure set aws_secret_access_key {SECRET}"
        ),
        format!("tool --access-key {ID} --secret-key {SECRET}"),
        format!("curl --user {ID}:{SECRET} https://example.org"),
    ] {
        let keys = pair_in(&format!("command: [sh, -c, '{script}']"));
        assert_eq!(keys.id.unwrap().carrier, Carrier::Command, "{script}");
    }
}

#[test]
fn behind_flags_word_by_word() {
    let keys = pair_in(&format!("args: [--s3.access-key-id, {ID}, --s3.secret-access-key, '{SECRET}']"));
    assert_eq!(keys.reader, Reader::Program);
}

#[test]
fn in_java_system_properties() {
    let options = format!("-Xmx1g -Daws.accessKeyId={ID} -Daws.secretKey={SECRET}");
    for container in [
        format!("env: [{{name: JAVA_TOOL_OPTIONS, value: '{options}'}}]"),
        format!("command: [java, '-Daws.accessKeyId={ID}', '-Daws.secretKey={SECRET}']"),
    ] {
        let keys = pair_in(&container);
        assert_eq!((keys.reader, keys.id.unwrap().carrier), (Reader::Sdk, Carrier::SystemProperty));
    }
}

#[test]
fn in_texts_within_a_variable() {
    let escaped = SECRET.replace('/', "%2F").replace('+', "%2B");
    for value in [
        format!("{{\"accessKeyId\":\"{ID}\",\"secretAccessKey\":\"{SECRET}\"}}"),
        format!("aws://{ID}:{escaped}@/?region_name=eu-west-1"),
        format!("[default]\\naws_access_key_id = {ID}\\naws_secret_access_key = {SECRET}\\n")
            .replace("\\n", "\n"),
        format!("access_key: {ID}\nsecret_key: {SECRET}\n"),
        format!("'aws_access_key_id' => '{ID}', 'aws_secret_access_key' => '{SECRET}'"),
        format!("{ID}:{SECRET}"),
        format!(
            "[{{\"name\":\"AWS_ACCESS_KEY_ID\",\"value\":\"{ID}\"}},{{\"name\":\"AWS_SECRET_ACCESS_KEY\",\"value\":\"{SECRET}\"}}]"
        ),
    ] {
        let block = indented(&value);
        let keys = pair_in(&format!("env:\n  - name: SETTINGS\n    value: |\n{block}"));
        assert_eq!(keys.id.unwrap().name, "SETTINGS", "{value}");
    }
}

#[test]
fn in_base64_once_and_twice() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let file = format!("[default]\naws_access_key_id={ID}\naws_secret_access_key={SECRET}\n");
    let once = STANDARD.encode(&file);
    let twice = STANDARD.encode(&once);
    for code in [once, twice] {
        pair_in(&format!("env: [{{name: CREDENTIALS_B64, value: {code}}}]"));
        pair_in(&format!("command: [sh, -c, 'echo {code} | base64 -d']"));
    }
}

#[test]
fn behind_kubernetes_own_indirection() {
    let keys = one(&format!(
        "FIRST: {ID}\nSECOND: {SECRET}\nAWS_ACCESS_KEY_ID: $(FIRST)\nAWS_SECRET_ACCESS_KEY: $(SECOND)"
    ));
    assert!(keys.is_pair() && keys.parts().all(|part| part.class == Class::LongLived));
    assert_eq!(keys.id.unwrap().name, "AWS_ACCESS_KEY_ID");
}

#[test]
fn pointers_are_no_keys() {
    let keys = one(
        "AWS_ACCESS_KEY_ID: $(NOT_HERE)\nAWS_SECRET_ACCESS_KEY: arn:aws:secretsmanager:eu-west-1:111122223333:secret:key",
    );
    assert!(keys.parts().all(|part| part.class == Class::Indirection));
}

#[test]
fn in_words_of_a_command_without_a_name_that_says_so() {
    pair_in(&format!("command: [s3cmd, '--access_key={ID}', '--secret_key={SECRET}', sync, ., 's3://b']"));
    pair_in(&format!("command: [app, {ID}, {SECRET}]"));
    pair_in(&format!(
        "command: [sh, -c, 'aws configure set aws_access_key_id {ID}; aws configure set aws_secret_access_key {SECRET}']"
    ));
    let word = format!("command: [app, '--digest={SECRET}']");
    assert!(keys_of(&pod(&word, "")).is_empty());
}

#[test]
fn shell_variables_in_commands_are_silent() {
    let script =
        "export AWS_ACCESS_KEY_ID=$KEY AWS_SECRET_ACCESS_KEY=${SECRET}; aws s3 ls --access-key $(cat /k)";
    assert!(keys_of(&pod(&format!("command: [sh, -c, '{script}']"), "")).is_empty());
}

#[test]
fn in_labels_annotations_and_tags() {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  annotations: {{backup: '{ID}:{SECRET}'}}\nspec:\n  containers: [{{name: app, image: nginx}}]\n"
    );
    let keys = unread(&pod);
    assert!(keys.len() == 1 && keys[0].is_pair());
    assert_eq!(keys[0].id.as_ref().unwrap().carrier, Carrier::Unread);
}

#[test]
fn what_kubectl_last_applied_is_passed_over() {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\n  annotations: {{kubectl.kubernetes.io/last-applied-configuration: '{ID}:{SECRET}'}}\nspec:\n  containers: [{{name: app, image: nginx}}]\n"
    );
    assert!(unread(&pod).is_empty());
}

#[test]
fn in_options_of_an_ecs_container() {
    let task = format!(
        "family: app
containerDefinitions:
  - name: app
    image: nginx
    dockerLabels: {{ci: '{ID}:{SECRET}'}}
    logConfiguration:
      logDriver: awsfirelens
      options: {{Name: s3, aws_key_id: {ID}, aws_sec_key: '{SECRET}'}}
    healthCheck: {{command: [CMD-SHELL, 'AWS_ACCESS_KEY_ID={ID} AWS_SECRET_ACCESS_KEY={SECRET} check']}}
"
    );
    let keys = keys_of(&task);
    let carriers: Vec<Carrier> = keys.iter().map(|keys| keys.id.as_ref().unwrap().carrier).collect();
    assert!(keys.iter().all(KeySet::is_pair), "{keys:#?}");
    assert!(
        carriers.contains(&Carrier::Option)
            && carriers.contains(&Carrier::Unread)
            && carriers.contains(&Carrier::Command)
    );
}

#[test]
fn by_reference_from_secrets_manager() {
    let task = "family: app
containerDefinitions:
  - name: app
    image: nginx
    secrets:
      - {name: AWS_ACCESS_KEY_ID, valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app:id::'}
      - {name: AWS_SECRET_ACCESS_KEY, valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app:secret::'}
";
    let keys = keys_of(task);
    assert!(keys.len() == 1 && keys[0].is_pair());
    assert!(keys[0].parts().all(|part| part.reference.is_some()));
}

#[test]
fn in_bulk_from_an_object_of_the_input() {
    let object = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: aws}\nstringData: {ACCESS_KEY_ID: x, SECRET_ACCESS_KEY: y, REGION: eu-west-1}\n";
    let keys = keys_of(&pod("envFrom: [{prefix: AWS_, secretRef: {name: aws}}]", object));
    assert_eq!(keys.len(), 1, "{keys:#?}");
    assert!(keys[0].is_pair() && keys[0].parts().all(|part| part.bulk && part.reference.is_some()));
    assert_eq!(keys[0].id.as_ref().unwrap().name, "AWS_ACCESS_KEY_ID");
}

#[test]
fn a_bulk_source_that_was_not_given_shows_nothing() {
    assert!(keys_of(&pod("envFrom: [{secretRef: {name: aws}}]", "")).is_empty());
}
