//! Objects that are facts for pods.

use super::yaml;
use crate::credential::Class;
use crate::facts::Peer;
use crate::workload::Store;

#[test]
fn a_service_account_keeps_its_short_annotations() {
    let long = "x".repeat(4096);
    let read = yaml(&format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: s\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/r\n    long: {long}\n"
    ));
    let account = &read.contents.service_accounts[0];
    assert_eq!((account.namespace.as_str(), account.name.as_str()), ("default", "s"));
    assert_eq!(account.role_arn(), Some("arn:aws:iam::111122223333:role/r"));
    assert_eq!(account.annotations.len(), 1);
    assert_eq!(account.place.as_ref().unwrap().position.line, 6);
}

#[test]
fn secrets_and_config_maps_keep_their_keys() {
    for (kind, body, store, keys) in [
        (
            "Secret",
            "data: {a: dGVzdA==, b: '{{ x }}'}\nstringData: {a: c, d: e}",
            Store::Secret,
            vec!["a", "b", "d"],
        ),
        ("ConfigMap", "data: {a: text}\nbinaryData: {z: AAEC}", Store::ConfigMap, vec!["a", "z"]),
        ("Secret", "data:", Store::Secret, vec![]),
    ] {
        let read =
            yaml(&format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: o, namespace: n}}\n{body}\n"));
        let (found, object) = &read.contents.objects[0];
        assert_eq!((*found, object.namespace.as_str(), object.name.as_str()), (store, "n", "o"));
        assert_eq!(object.keys.keys().collect::<Vec<_>>(), keys);
    }
}

#[test]
fn of_values_only_what_they_turned_out_to_be_is_kept() {
    let id = concat!("AKIA", "Q3EGPOLICY2CTL7A");
    let read = yaml(&format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: o}}\nstringData:\n  AWS_ACCESS_KEY_ID: {id}\n  S3_ENDPOINT: http://minio:9000\n  DB_PASS: hunter2\n  DB_URL: postgres://u:hunter2@db/x\n  credentials: \"[ci]\\naws_access_key_id = {id}\\n\"\n"
    ));
    let keys = &read.contents.objects[0].1.keys;
    assert_eq!(keys["AWS_ACCESS_KEY_ID"].class, Some(Class::LongLived));
    assert_eq!(keys["S3_ENDPOINT"].plain.as_deref(), Some("http://minio:9000"));
    assert_eq!(keys["credentials"].profiles, ["ci"]);
    let kept = format!("{:?}", read.contents);
    assert!(!kept.contains(id) && !kept.contains("hunter2"), "{kept}");
}

#[test]
fn a_value_in_base64_is_judged_by_what_it_says() {
    let id = concat!("QUtJQVEz", "RUdQT0xJQ1kyQ1RMN0E=");
    let read = yaml(&format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: o}}\ndata: {{AWS_ACCESS_KEY_ID: {id}}}\n"
    ));
    assert_eq!(read.contents.objects[0].1.keys["AWS_ACCESS_KEY_ID"].class, Some(Class::LongLived));
}

fn policy(spec: &str) -> crate::facts::NetworkPolicy {
    let text = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n}}\nspec: {spec}\n"
    );
    yaml(&text).contents.network_policies.remove(0)
}

#[test]
fn egress_is_governed_as_the_api_defaults_it() {
    for (spec, governs, rules) in [
        ("{podSelector: {}}", false, 0),
        ("{podSelector: {}, egress: []}", false, 0),
        ("{podSelector: {}, egress: [{}]}", true, 1),
        ("{podSelector: {}, policyTypes: [Egress]}", true, 0),
        ("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}", false, 1),
        ("{podSelector: {}, policyTypes: [Ingress, Egress], egress: [null]}", true, 1),
    ] {
        let policy = policy(spec);
        assert_eq!((policy.governs_egress, policy.egress.len()), (governs, rules), "{spec}");
    }
}

#[test]
fn egress_rules_are_peers_and_ports() {
    let policy = policy(
        "
  podSelector: {matchLabels: {app: a}, matchExpressions: [{key: t, operator: In, values: [x, y]}]}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}
    - {namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}
    ports: [{port: 443}, {port: 8000, endPort: 8080, protocol: UDP}, {port: dns}, {protocol: SCTP}]",
    );
    let label = |key: &str| match key {
        "app" => Some("a"),
        "t" => Some("y"),
        _ => None,
    };
    assert!(policy.selects.matches(label));
    assert_eq!(policy.egress[0].to[0], Peer::Block("0.0.0.0/0".into(), vec!["169.254.169.254/32".into()]));
    let Peer::Selected { pods: Some(pods), namespaces: Some(all) } = &policy.egress[0].to[1] else {
        panic!("pods")
    };
    let dns = ("k8s-app".to_owned(), "kube-dns".to_owned());
    assert_eq!((&pods.labels[..], all.labels.len()), (&[dns][..], 0));
    let ports: Vec<_> = policy.egress[0]
        .ports
        .iter()
        .map(|p| (p.protocol.as_str(), p.first, p.last, p.named.as_deref()))
        .collect();
    assert_eq!(
        ports,
        [
            ("TCP", Some(443), Some(443), None),
            ("UDP", Some(8000), Some(8080), None),
            ("TCP", None, None, Some("dns")),
            ("SCTP", None, None, None)
        ]
    );
}

#[test]
fn policies_of_other_groups_are_only_counted() {
    let read = yaml("apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: n}\nspec: {}\n");
    assert_eq!((read.contents.network_policies.len(), read.contents.others), (0, 1));
}
