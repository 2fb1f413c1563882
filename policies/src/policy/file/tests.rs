//! What a policy file may say, and where its mistakes are pointed at.

use super::*;
use crate::finding::Level;
use crate::need::Grade;
use crate::policy::{Cni, Day, Door, Grant, Mode, Setting};

const HEAD: &str =
    "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {name: acme}\nspec:\n";

const FULL: &str = include_str!("tests/full.yaml");

fn read(spec: &str) -> Result<Policy, Vec<Problem>> {
    Policy::read("policyctl.yaml", format!("{HEAD}{spec}").as_bytes())
}

/// Every problem as `line:column says`, the lines counted from the spec's first.
fn problems(spec: &str) -> Vec<String> {
    let head = u32::try_from(HEAD.lines().count()).unwrap();
    let line = |problem: &Problem| problem.position.line - head;
    let show = |problem: &Problem| format!("{}:{} {}", line(problem), problem.position.column, problem.says);
    read(spec).unwrap_err().iter().map(show).collect()
}

#[test]
fn every_block_is_read() {
    let policy = Policy::read("policyctl.yaml", FULL.as_bytes()).unwrap();
    assert_eq!((policy.name.as_str(), policy.bundle), ("acme", Bundle::Strict));
    assert_eq!(policy.levels.rules["role-shadowed"].everywhere, Some(Setting::Raise(Level::Warn)));
    assert_eq!(policy.levels.rules["role-shadowed"].doors, [(Door::Webhook, Setting::Allow)]);
    assert_eq!(policy.needs[0].aws, Grade::None);
    assert_eq!(policy.needs[0].sdks, ["boto3", "java-v2:without-sts"]);
    assert!(matches!(&policy.roles[0].grant, Grant::TaskRole(arn) if arn.ends_with("role/checkout-task")));
    assert!(matches!(&policy.roles[1].grant, Grant::PodIdentity(_)) && policy.roles[1].replaces_keys);
    assert!(matches!(&policy.roles[2].grant, Grant::Irsa(_)));
    assert_eq!(policy.exceptions[0].expires, Day::new(2027, 3, 31).unwrap());
    assert_eq!(policy.exceptions[0].place.position.line, 34);
    assert_eq!(policy.patch.identity, [Door::Webhook]);
    assert_eq!(policy.patch.half_identity, []);
    assert_eq!(policy.admission.mode_of("payments"), Mode::Enforce);
    assert_eq!(policy.admission.mode_of("elsewhere"), Mode::Audit);
}

#[test]
fn surroundings_are_read_and_the_rest_is_unknown() {
    let policy = Policy::read("policyctl.yaml", FULL.as_bytes()).unwrap();
    let expected = crate::policy::Surroundings {
        complete: true,
        cni: Some(Cni::Cilium),
        ipv6: false,
        metadata_blocked: Some(true),
        region: Some("eu-west-1".into()),
        task_iam_role: None,
        awsvpc_block_imds: Some(true),
        metadata_hop_limit: Some(1),
        docker_hop_limit: Some(2),
    };
    assert_eq!(policy.surroundings, expected);
    assert_eq!(read("  extends: baseline\n").unwrap().surroundings, crate::policy::Surroundings::default());
}

#[test]
fn a_policy_needs_no_spec() {
    let bare = HEAD.trim_end().trim_end_matches("spec:");
    assert_eq!(Policy::read("p.yaml", bare.as_bytes()).unwrap().bundle, Bundle::Baseline);
}

#[test]
fn a_slip_is_answered_with_the_nearest_name() {
    assert_eq!(problems("  exeptions: []\n"), ["1:3 unknown key `exeptions`: did you mean `exceptions`?"]);
    assert_eq!(
        problems("  rules: [{name: static-acces-key, level: deny}]\n"),
        ["1:18 unknown rule `static-acces-key`: did you mean `static-access-key`?"]
    );
    assert_eq!(
        problems("  extends: strickt\n"),
        ["1:12 expected `advisory`, `baseline` or `strict`, found `strickt`: did you mean `strict`?"]
    );
}

#[test]
fn off_is_told_to_be_false() {
    let found = problems("  rules: [{name: key-object, level: off}]\n");
    assert_eq!(found.len(), 1);
    assert!(
        found[0].contains("YAML reads `off` and `no` as false") && found[0].contains("`allow`"),
        "{found:?}"
    );
}

#[test]
fn an_exception_needs_an_owner_a_reason_and_an_expiry() {
    let found = problems("  exceptions:\n    - name: x\n      rules: [key-object]\n");
    let missing: Vec<_> = found.iter().filter_map(|says| says.split('`').nth(1)).collect();
    assert_eq!(missing, ["owner", "reason", "expires"]);
    assert!(found.iter().all(|says| says.starts_with("2:7 ")), "{found:?}");
}

#[test]
fn every_problem_is_told_in_the_order_of_lines() {
    let spec = "  rules:\n    - {name: key-object}\n  needs:\n    - {name: a, aws: maybe}\n  roles:\n    kubernetes:\n      - {name: b, match: {}, irsa: {roleArn: x}, podIdentity: {roleArn: y}}\n  surroundings:\n    ecs: {metadataHopLimit: 99}\n";
    let lines: Vec<_> =
        problems(spec).iter().map(|says| says.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(lines, ["2", "4", "7", "7", "7", "9"]);
}

#[test]
fn patterns_of_other_programs_are_refused() {
    let exception = |pattern: &str| {
        format!(
            "  exceptions:\n    - {{name: x, rules: [key-object], owner: o, reason: r, expires: 2027-01-01, match: {{workloads: ['{pattern}']}}}}\n"
        )
    };
    assert!(read(&exception("vendor-*")).is_ok());
    for pattern in ["vendor-?", "[ab]", "^x$", "!x", ""] {
        assert_eq!(problems(&exception(pattern)).len(), 1, "{pattern}");
    }
}

#[test]
fn an_empty_list_of_patterns_is_refused() {
    let found = problems("  needs: [{name: a, aws: none, match: {containers: []}}]\n");
    assert!(found[0].contains("matches nothing"), "{found:?}");
}

#[test]
fn a_key_and_a_name_written_twice_are_told() {
    assert!(problems("  extends: strict\n  extends: baseline\n")[0].contains("written twice"));
    let needs = "  needs: [{name: a, aws: none}, {name: a, aws: likely}]\n";
    assert!(problems(needs)[0].contains("a second entry is called `a`"));
}

#[test]
fn what_is_no_policy_is_told_as_such() {
    for (text, expected) in
        [("", "empty"), ("a: 1\n---\nb: 2\n", "one document"), ("- a\n", "expected a mapping")]
    {
        let found = Policy::read("p.yaml", text.as_bytes()).unwrap_err();
        assert!(found.iter().any(|problem| problem.says.contains(expected)), "{text}: {found:?}");
    }
}

#[test]
fn the_digest_survives_an_editor_and_tells_contents_apart() {
    let digest = |text: &str| Policy::read("p.yaml", text.as_bytes()).unwrap().digest;
    let text = format!("{HEAD}  extends: strict\n");
    let windows = format!("\u{feff}{}\r\n", text.replace('\n', " \r\n"));
    assert_eq!(digest(&text), digest(&windows));
    assert_ne!(digest(&text), digest(&text.replace("strict", "advisory")));
    assert!(digest(&text).starts_with("sha256:") && digest(&text).len() == 71);
}

#[test]
fn bundles_are_sound_and_speak_of_the_same_rules() {
    let names = |bundle: Bundle| bundle.ceilings().keys().collect::<Vec<_>>();
    for bundle in Bundle::ALL {
        assert_eq!(read_bundle(bundle.name(), bundle.text()).map(drop), Ok(()), "{}", bundle.name());
        assert_eq!(names(bundle), names(Bundle::Baseline), "{}", bundle.name());
        assert_eq!(Policy::bundled(bundle).digest.len(), 71);
    }
}

#[test]
fn bundles_know_every_rule_and_no_other() {
    let mut rules: Vec<_> = crate::rules::RULES.iter().map(|rule| rule.name()).collect();
    rules.sort_unstable();
    let known: Vec<_> = Bundle::Baseline.ceilings().keys().collect();
    assert_eq!(rules, known);
}

#[test]
fn advisory_denies_nothing_and_strict_no_less_than_baseline() {
    assert!(Bundle::Advisory.ceilings().values().all(|level| *level < Level::Deny));
    for (rule, level) in Bundle::Baseline.ceilings() {
        assert!(Bundle::Strict.ceilings()[rule] >= *level, "{rule}");
    }
}

#[test]
fn the_published_schema_is_the_one_in_force() {
    let published = include_str!("../../../../schemas/policy.schema.json");
    let published: serde_json::Value = serde_json::from_str(published).unwrap();
    assert!(published == schema(), "run `policyctl schema policy > schemas/policy.schema.json`");
}
