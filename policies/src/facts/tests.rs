//! What the inventory promises, by small inputs of several files.

use std::sync::Arc;

use super::{Fact, Facts, Inventory, ObjectName};
use crate::document::{Format, Limits, parse};
use crate::read::{Contents, read};
use crate::workload::Store;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {serviceAccountName: s, containers: [{name: c, image: i, envFrom: [{secretRef: {name: o}}]}]}\n";
const DEFAULT_POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n";

/// The facts about the first workload of the first file.
fn facts(files: &[(&str, &str)], complete: bool) -> Facts {
    let all: Vec<_> = files.iter().flat_map(|(name, text)| contents(name, text)).collect();
    let (file, first) = all.iter().find(|(_, contents)| !contents.workloads.is_empty()).unwrap();
    let parts = all.iter().map(|(file, contents)| {
        let mut part = Inventory::default();
        part.add(file, contents);
        part
    });
    let inventory = parts.fold(Inventory::default(), Inventory::merge);
    inventory.about(&first.workloads[0], file, complete)
}

fn contents(name: &str, text: &str) -> Vec<(Arc<str>, Contents)> {
    let name: Arc<str> = name.into();
    let documents = parse(&name, text.as_bytes(), Format::Yaml, Limits::default());
    documents.into_iter().map(|document| (Arc::clone(&name), read(&document.unwrap(), "stem"))).collect()
}

fn account(name: &str, namespace: &str, role: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  annotations: {{eks.amazonaws.com/role-arn: '{role}'}}\n"
    )
}

/// What is known of the account: its role, `none`, `absent` or `unknown`.
fn told(facts: &Facts) -> &str {
    match &facts.service_account {
        Fact::Known(account) => account.role_arn().unwrap_or("none"),
        Fact::Absent => "absent",
        Fact::Unknown => "unknown",
    }
}

#[test]
fn an_account_is_found_by_namespace_and_name() {
    for (pod, account, found) in [
        (POD, account("s", "default", "r"), "r"),
        (POD, account("s", "''", "r"), "r"),
        (POD, account("s", "default", ""), "none"),
        (POD, account("other", "default", "r"), "unknown"),
        (POD, account("s", "elsewhere", "r"), "unknown"),
        (DEFAULT_POD, account("default", "default", "r"), "r"),
        (DEFAULT_POD, account("s", "default", "r"), "absent"),
    ] {
        assert_eq!(
            told(&facts(&[("a/pod.yaml", pod), ("a/sa.yaml", &account)], false)),
            found,
            "{pod}{account}"
        );
    }
}

#[test]
fn a_patch_leaves_its_account_to_what_it_changes() {
    let patch = DEFAULT_POD.replace(", image: i", "");
    assert_eq!(told(&facts(&[("overlays/dev/patch.yaml", &patch)], false)), "unknown");
}

#[test]
fn in_a_whole_cluster_what_is_not_there_is_absent() {
    let other = account("other", "default", "r");
    assert_eq!(told(&facts(&[("-", POD), ("-", &other)], true)), "absent");
    assert_eq!(told(&facts(&[("-", POD)], true)), "unknown", "no accounts were listed at all");
}

#[test]
fn the_nearest_candidate_counts_and_overlays_that_disagree_are_unknown() {
    let (r, q) = (account("s", "default", "r"), account("s", "default", "q"));
    for (pod, accounts, found) in [
        ("a/pod.yaml", vec![("a/sa.yaml", &r), ("b/sa.yaml", &q)], "r"),
        ("a/pod.yaml", vec![("b/sa.yaml", &r), ("c/sa.yaml", &q)], "unknown"),
        ("a/pod.yaml", vec![("b/sa.yaml", &r), ("c/sa.yaml", &r)], "r"),
        ("a/pod.yaml", vec![("a/pod.yaml", &r), ("a/sa.yaml", &q)], "r"),
        ("base/pod.yaml", vec![("overlays/dev/sa.yaml", &r), ("overlays/prod/sa.yaml", &q)], "unknown"),
        ("base/pod.yaml", vec![("base/sa.yaml", &r), ("overlays/prod/sa.yaml", &q)], "unknown"),
        ("overlays/dev/pod.yaml", vec![("overlays/dev/sa.yaml", &r), ("overlays/prod/sa.yaml", &q)], "r"),
    ] {
        let mut files = vec![(pod, POD)];
        files.extend(accounts.iter().map(|(file, text)| (*file, text.as_str())));
        assert_eq!(told(&facts(&files, false)), found, "{files:?}");
    }
}

#[test]
fn objects_are_those_the_workload_refers_to() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: o}\nstringData: {k: v}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o}\ndata: {k: v}\n";
    let name = ObjectName { store: Store::Secret, name: "o".into() };
    let known = facts(&[("pod.yaml", POD), ("o.yaml", secret), ("m.yaml", map)], false);
    assert_eq!(known.objects.len(), 1);
    assert!(known.objects[&name].known().unwrap().keys.contains_key("k"));
    let unseen = facts(&[("pod.yaml", POD), ("m.yaml", map)], true);
    assert_eq!(unseen.objects[&name], Fact::Unknown, "no Secrets were listed at all");
}

#[test]
fn policies_are_those_of_the_namespace() {
    let policy = |name: &str, namespace: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{podSelector: {{}}, policyTypes: [Egress]}}\n"
        )
    };
    let (own, other) = (policy("own", "''"), policy("other", "x"));
    let names = |facts: &Facts| -> Vec<String> {
        facts.network_policies.known().into_iter().flatten().map(|policy| policy.name.clone()).collect()
    };
    let found = facts(&[("a/pod.yaml", POD), ("a/n.yaml", &own), ("a/x.yaml", &other)], false);
    assert_eq!(names(&found), ["own"]);
    let (near, far) = (policy("near", "''"), policy("far", "''"));
    let files = [("a/pod.yaml", POD), ("a/n.yaml", &near), ("b/n.yaml", &far)];
    assert_eq!(names(&facts(&files, false)), ["near"]);
    assert_eq!(names(&facts(&files, true)), ["near", "far"]);
    let ingress = own.replace("Egress", "Ingress");
    assert_eq!(
        facts(&[("pod.yaml", POD), ("n.yaml", &ingress)], false).network_policies,
        Fact::Known(vec![])
    );
    assert_eq!(facts(&[("pod.yaml", POD)], false).network_policies, Fact::Unknown);
    assert_eq!(facts(&[("pod.yaml", POD)], true).network_policies, Fact::Known(Vec::new()));
}

#[test]
fn an_emulator_beside_the_workload_is_known_and_never_itself() {
    let minio = "apiVersion: v1\nkind: Pod\nmetadata: {name: store}\nspec: {containers: [{name: m, image: minio/minio}]}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: minio}\nspec: {}\n";
    let pair =
        "containerDefinitions: [{name: app, image: acme/app}, {name: stack, image: localstack/localstack}]\n";
    for (files, found) in [
        (vec![("a.yaml", POD), ("b.yaml", minio)], Some("m")),
        (vec![("a.yaml", POD), ("b.yaml", service)], Some("minio")),
        (vec![("a.yaml", POD)], None),
        (vec![("a.yaml", minio)], None),
        (vec![("a.yaml", pair)], Some("stack")),
    ] {
        assert_eq!(facts(&files, false).sibling_emulator.as_deref(), found, "{files:?}");
    }
}
