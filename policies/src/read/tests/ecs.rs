//! What is read of a container definition.

use super::{Read, commands, env, open, told, yaml};
use crate::workload::{Firelens, Store, VolumeSource};

fn task(container: &str) -> Read {
    yaml(&format!("family: f\ncontainerDefinitions:\n- name: c\n  image: i\n{container}"))
}

#[test]
fn variables_come_written_and_referenced() {
    let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
    let read = task(&format!(
        "  environment:
  - {{name: A, value: one}}
  - {{name: PORT, value: 8080}}
  - {{name: DEBUG, value: true}}
  - {{name: ALONE}}
  - {{name: A, value: two}}
  secrets:
  - {{name: WHOLE, valueFrom: '{arn}'}}
  - {{name: PART, valueFrom: '{arn}:password::'}}
  - {{name: PARAMETER, valueFrom: /app/key}}
  - {{name: BY_ARN, valueFrom: 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/key'}}
  environmentFiles: [{{value: 'arn:aws:s3:::b/x.env', type: s3}}]
"
    ));
    let container = read.container();
    assert_eq!(
        env(container),
        [
            "A=one".to_owned(),
            "PORT=8080".to_owned(),
            "DEBUG=true".to_owned(),
            "ALONE=nothing".to_owned(),
            "A=two".to_owned(),
            format!("WHOLE=SecretsManager:{arn}:*"),
            format!("PART=SecretsManager:{arn}:password"),
            "PARAMETER=Parameter:/app/key:*".to_owned(),
            "BY_ARN=Parameter:arn:aws:ssm:eu-west-1:111122223333:parameter/app/key:*".to_owned(),
        ]
    );
    assert_eq!(open(container.var("A").unwrap().literal().unwrap()), "two");
    let files: Vec<_> =
        container.env_sources.iter().map(|s| (s.from.store, s.from.object.as_str())).collect();
    assert_eq!(files, [(Store::S3Object, "arn:aws:s3:::b/x.env")]);
    assert_eq!(read.document.pointer(container.env[5].at), "/containerDefinitions/0/secrets/0");
}

#[test]
fn everything_that_is_run_is_a_command() {
    let read = task(
        "  entryPoint: [sh, -c]\n  command: [run]\n  healthCheck: {command: [CMD-SHELL, curl localhost]}\n",
    );
    assert_eq!(
        commands(read.container()),
        ["EntryPoint: sh -c", "Arguments: run", "Check: CMD-SHELL curl localhost"]
    );
}

#[test]
fn options_and_labels_are_texts_of_the_container() {
    let read = task(
        "  dockerLabels: {l: v}
  logConfiguration:
    logDriver: awsfirelens
    options: {Name: s3, retries: 3}
    secretOptions: [{name: apikey, valueFrom: /log/key}]
",
    );
    let container = read.container();
    let options: Vec<_> =
        container.options.iter().map(|o| (o.field, o.key.as_str(), told(&o.value))).collect();
    assert_eq!(
        options,
        [
            ("docker label", "l", "v".to_owned()),
            ("log option", "Name", "s3".to_owned()),
            ("log option", "retries", "3".to_owned()),
            ("log option", "apikey", "Parameter:/log/key:*".to_owned()),
        ]
    );
    assert_eq!(container.firelens, Firelens::Client);
    let router = task("  firelensConfiguration: {type: fluentbit, options: {config-file-value: /x}}\n");
    assert_eq!(router.container().firelens, Firelens::Router);
    assert_eq!(router.container().options[0].field, "FireLens option");
}

#[test]
fn ties_users_and_switches_are_read() {
    let read = task(
        "  user: '1000:1000'\n  disableNetworking: true\n  links: ['db:alias', cache]\n  volumesFrom: [{sourceContainer: data}]\n",
    );
    let container = read.container();
    assert_eq!(container.user, Some(1000));
    assert_eq!(container.tied_to, ["db", "cache", "data"]);
    assert_eq!(
        read.document.pointer(container.network_disabled.unwrap()),
        "/containerDefinitions/0/disableNetworking"
    );
    let other = task("  user: nobody\n  disableNetworking: false\n");
    assert_eq!((other.container().user, other.container().network_disabled), (None, None));
}

#[test]
fn volumes_say_what_they_hold() {
    let read = yaml(
        "family: f
containerDefinitions: [{name: c, mountPoints: [{sourceVolume: aws, containerPath: /root/.aws, readOnly: true}]}]
volumes:
- {name: aws, host: {sourcePath: /root/.aws}}
- {name: scratch, host: {}}
- {name: docker, dockerVolumeConfiguration: {driver: rexray, driverOpts: {o: opt}, labels: {l: text}}}
- {name: efs, efsVolumeConfiguration: {fileSystemId: fs-1}}
",
    );
    let of = |name: &str| &read.only().volume(name).unwrap().source;
    assert!(matches!(of("aws"), VolumeSource::Host(path) if path == "/root/.aws"));
    for (name, kind) in [("scratch", "empty"), ("docker", "rexray"), ("efs", "efs")] {
        assert!(matches!(of(name), VolumeSource::Other(other) if other == kind), "{name}");
    }
    assert_eq!(read.loose(), [("volume option", "o", "opt"), ("volume option", "l", "text")]);
    let mount = &read.container().mounts[0];
    assert_eq!((mount.volume.as_str(), mount.path.as_str()), ("aws", "/root/.aws"));
}

#[test]
fn fields_of_the_wrong_shape_are_noted_and_the_rest_is_read() {
    let key = concat!("AKIA", "Q3EGPOLICY2CTL7A");
    let read = task(&format!(
        "  environment: [{{name: A, value: {{Link: '{key}'}}}}, {{value: x}}, text]\n  command: run it\n  dockerLabels: [a]\n  disableNetworking: [1]\n"
    ));
    let problems = read.problems();
    let expected = [
        ("/containerDefinitions/0/environment/2", "a list of variables"),
        ("/containerDefinitions/0/environment/0/value", "a text"),
        ("/containerDefinitions/0/environment/1", "a variable with a name"),
        ("/containerDefinitions/0/command", "a list of words"),
        ("/containerDefinitions/0/dockerLabels", "a mapping of texts"),
        ("/containerDefinitions/0/disableNetworking", "true or false"),
    ];
    assert_eq!(problems, expected.map(|(pointer, expected)| (pointer.to_owned(), expected)));
    assert!(read.loose().contains(&("field of the wrong shape", "Link", key)));
    assert_eq!(commands(read.container()), ["Arguments: run it"]);
    let text = yaml("family: f\ncontainerDefinitions: '[]'\n");
    assert_eq!(text.problems(), [("/containerDefinitions".to_owned(), "a list of container definitions")]);
}

#[test]
fn a_cloudformation_reference_is_a_value_not_yet_known() {
    let read = task("  environment: [{name: A, value: !Ref Key}, {name: B, value: !Sub 'x-${Y}'}]\n");
    assert_eq!(env(read.container()), ["A=${Key}", "B=x-${Y}"]);
}
