//! What the sieve lets fall through holds nothing that a rule denies or warns about.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use policyctl_policies::document::{Format, Limits, parse};
use policyctl_policies::facts::{Fact, Facts, ServiceAccount};
use policyctl_policies::policy::{Day, Door, Policy};
use policyctl_policies::verdict::{Judge, Verdict};
use policyctl_policies::{read, sieve};
use proptest::prelude::*;

/// In a cluster, with a service account that promises nothing.
fn judged(text: &str) -> Verdict {
    let name: Arc<str> = "pod".into();
    let policy = Policy::default();
    let judge = Judge { policy: &policy, door: Door::Webhook, day: Day { year: 2026, month: 11, day: 25 } };
    let facts = || Facts {
        service_account: Fact::Known(ServiceAccount::default()),
        network_policies: Fact::Known(Vec::new()),
        complete: true,
        ..Facts::default()
    };
    let mut all = Verdict::default();
    for document in parse(&name, text.as_bytes(), Format::Yaml, Limits::default()).into_iter().flatten() {
        let contents = read::read(&document, "pod");
        all.absorb(judge.document(&document, &contents, |_| facts()));
    }
    all
}

/// The blocks of a rule's page that are Kubernetes manifests.
fn manifests(page: &str) -> impl Iterator<Item = &str> {
    page.split("```yaml ").skip(1).filter_map(|block| block.split_once('\n')?.1.split("```").next())
}

#[test]
fn every_example_that_a_rule_flags_is_caught() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let pages = fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path());
    let mut looked_at = 0;
    for page in pages.filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
        let text = fs::read_to_string(&page).unwrap();
        for manifest in manifests(&text).filter(|manifest| !sieve::may_concern(manifest)) {
            let verdict = judged(manifest);
            let about_pods = verdict.findings.iter().filter(|finding| finding.rule != "duplicate-key");
            let rules: Vec<_> = about_pods.map(|finding| finding.rule).collect();
            assert!(rules.is_empty(), "{}: {rules:?}\n{manifest}", page.display());
            looked_at += 1;
        }
    }
    assert!(looked_at < 20, "the sieve lets too much fall through to be believed: {looked_at}");
}

/// Words that pods are made of: harmless ones, and parts of those that rules read.
static PARTS: &[&str] = &[
    "web", "LOG", "LEVEL", "SECRET", "KEY", "ID", "TOKEN", "ACCESS", "AWS", "S3", "DB", "PASSWORD", "URL",
    "REGION", "PROFILE", "ROLE", "PROXY", "HTTP", "NO", "BUCKET", "QUEUE", "TABLE", "ARN", "MODEL", "EVENT",
    "BUS", "USER", "ROOT", "SESSION", "SES", "KMS", "FILE", "CONFIG", "DATA",
];

fn word() -> impl Strategy<Value = String> {
    let words = proptest::collection::vec(proptest::sample::select(PARTS), 1..4);
    (words, prop_oneof![Just("_"), Just("-"), Just(".")], any::<bool>())
        .prop_map(|(words, between, camel)| if camel { camel_case(&words) } else { words.join(between) })
}

/// `["SES", "REGION"]` as `SesRegion`.
fn camel_case(words: &[&str]) -> String {
    words.iter().map(|word| word[..1].to_owned() + &word[1..].to_lowercase()).collect()
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9./:-]{0,30}",
        "[A-Za-z0-9+/]{40}",
        Just("http://proxy:3128".to_owned()),
        Just("${VALUE}".to_owned()),
        Just("changeme".to_owned()),
        Just(concat!("AKIA", "Q3EGPOLICY2CTL7A").to_owned()),
        Just("arn:aws:sqs:eu-west-1:111122223333:orders".to_owned()),
        Just("/root/.aws/credentials".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn pods_put_together_by_chance_are_caught_or_clean(
        image in prop_oneof![Just("nginx".to_owned()), Just("loki".to_owned()), Just("php-fpm".to_owned()), word()],
        env in proptest::collection::vec((word(), value()), 0..6),
        command in proptest::collection::vec(value(), 0..3),
    ) {
        let env: Vec<_> = env.iter().map(|(name, value)| serde_json::json!({"name": name, "value": value})).collect();
        let pod = serde_json::json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "uid": "1"},
            "spec": {"containers": [{"name": "web", "image": image, "env": env, "command": command}]},
        });
        let text = pod.to_string();
        if !sieve::may_concern(&text) {
            let findings = judged(&text).findings;
            prop_assert!(findings.is_empty(), "{}: {:?}", text, findings.iter().map(|f| f.rule).collect::<Vec<_>>());
        }
    }
}
