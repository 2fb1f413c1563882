//! Documents are small; findings are made by hand, so that these tests know nothing of rules.

use super::*;
use crate::document::{At, Format, Limits, Position, Resolved, Span};
use crate::policy::{Exception, Glob, Match, RuleLevel, Setting};

const RULE: &str = "static-access-key";

const POD: &str = "kind: Pod
apiVersion: v1
metadata: {name: web}
spec:
  containers:
    - {name: app, image: app}
    - {name: log, image: log}
";

fn exception(name: &str, container: &str, expires: &str) -> Exception {
    let place = Resolved {
        file: "policyctl.yaml".into(),
        pointer: String::new(),
        position: Position::default(),
        span: Span::default(),
    };
    Exception {
        name: name.into(),
        rules: vec![RULE.into()],
        matches: Match { containers: Some(vec![Glob::new(container)]), ..Match::default() },
        owner: "team@acme.example".into(),
        reason: "the vendor's image".into(),
        expires: expires.parse().unwrap(),
        place,
    }
}

fn finding(container: Option<&str>, level: Level) -> Finding {
    let finding = Finding::new(RULE, level, At::ROOT, "a key");
    Finding { container: container.map(crate::workload::Text::from), ..finding }
}

fn parse(text: &str) -> Document {
    let stream = crate::document::parse(&"pod.yaml".into(), text.as_bytes(), Format::Yaml, Limits::default());
    stream.into_iter().next().unwrap().unwrap()
}

/// Judges findings about the pod above, then the exceptions.
fn judge(policy: &Policy, findings: Vec<Finding>) -> (Verdict, Verdict) {
    let document = parse(POD);
    let contents = crate::read::read(&document, "pod");
    let judge = Judge { policy, door: Door::Cli, day: "2026-11-25".parse().unwrap() };
    let concern = Concern::Workload(&contents.workloads[0]);
    let verdict = judge.cases(&document, [Case { concern, findings }]);
    let leftovers = judge.leftovers(&verdict);
    (verdict, leftovers)
}

fn with_exceptions(exceptions: Vec<Exception>) -> Policy {
    Policy { exceptions, ..Policy::default() }
}

fn decisions(verdict: &Verdict) -> Vec<Decision> {
    verdict.containers.iter().map(|container| container.decision).collect()
}

fn rules(findings: &[Located]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_finding_counts_for_its_container_and_a_workloads_for_all() {
    let policy = Policy::default();
    let (verdict, _) = judge(&policy, vec![finding(Some("log"), Level::Deny)]);
    assert_eq!(decisions(&verdict), [Decision::Pass, Decision::Deny]);
    let (verdict, _) = judge(&policy, vec![finding(Some("log"), Level::Deny), finding(None, Level::Warn)]);
    assert_eq!(decisions(&verdict), [Decision::Warn, Decision::Deny]);
    assert_eq!(verdict.decision(), Decision::Deny);
}

#[test]
fn a_note_passes() {
    let (verdict, _) = judge(&Policy::default(), vec![finding(Some("app"), Level::Note)]);
    assert_eq!(decisions(&verdict), [Decision::Pass, Decision::Pass]);
    assert_eq!((verdict.findings.len(), verdict.notes.len()), (0, 1));
}

#[test]
fn an_exception_silences_its_container_alone() {
    let policy = with_exceptions(vec![exception("vendor", "app", "2026-11-25")]);
    let findings = vec![finding(Some("app"), Level::Deny), finding(Some("log"), Level::Deny)];
    let (verdict, leftovers) = judge(&policy, findings);
    assert_eq!(decisions(&verdict), [Decision::Pass, Decision::Deny]);
    assert_eq!(verdict.excepted[0].exception, "vendor");
    assert_eq!(verdict.excepted[0].finding.level, Level::Deny);
    assert!(leftovers.findings.is_empty() && leftovers.notes.is_empty());
}

#[test]
fn an_expired_exception_silences_nothing_and_is_told() {
    let policy = with_exceptions(vec![exception("vendor", "app", "2026-11-24")]);
    let (verdict, leftovers) = judge(&policy, vec![finding(Some("app"), Level::Deny)]);
    assert_eq!(decisions(&verdict), [Decision::Deny, Decision::Pass]);
    assert_eq!(rules(&leftovers.findings), ["exception-expired"]);
    assert_eq!(leftovers.findings[0].level, Level::Warn);
}

#[test]
fn an_unused_exception_is_a_note_and_a_warning_where_the_inputs_are_complete() {
    let mut policy = with_exceptions(vec![exception("vendor", "other", "2027-01-01")]);
    let (_, leftovers) = judge(&policy, vec![finding(Some("app"), Level::Deny)]);
    assert_eq!(rules(&leftovers.notes), ["exception-unused"]);
    policy.surroundings.complete = true;
    let (_, leftovers) = judge(&policy, vec![finding(Some("app"), Level::Deny)]);
    assert_eq!(rules(&leftovers.findings), ["exception-unused"]);
}

#[test]
fn an_exception_for_a_note_is_unused() {
    let policy = with_exceptions(vec![exception("vendor", "app", "2027-01-01")]);
    let (verdict, leftovers) = judge(&policy, vec![finding(Some("app"), Level::Note)]);
    assert_eq!((verdict.notes.len(), verdict.excepted.len()), (1, 0));
    assert_eq!(rules(&leftovers.notes), ["exception-unused"]);
}

#[test]
fn what_the_policy_allows_is_not_even_a_note() {
    let mut policy = Policy::default();
    let allow = RuleLevel { everywhere: Some(Setting::Allow), doors: Vec::new() };
    policy.levels.rules.insert(RULE.into(), allow);
    let (verdict, _) = judge(&policy, vec![finding(None, Level::Deny), finding(None, Level::Note)]);
    assert!(verdict.findings.is_empty() && verdict.notes.is_empty());
    assert_eq!(decisions(&verdict), [Decision::Pass, Decision::Pass]);
}

#[test]
fn places_outlive_the_document() {
    let (verdict, _) = judge(&Policy::default(), vec![finding(None, Level::Warn).because(At::ROOT, "so")]);
    let found = &verdict.findings[0];
    assert_eq!((&*found.place.file, found.place.position.line), ("pod.yaml", 1));
    assert_eq!(found.evidence[0].place.as_ref(), Some(&found.place));
}

/// Judges a denial at the variable of this pod, with a comment in front of a line.
fn judge_commented(line: &str, comment: &str, door: Door) -> Verdict {
    let text = "kind: Pod
apiVersion: v1
metadata: {name: web}
spec:
  containers:
    - name: app
      env:
        - name: KEY
          value: x
    - name: log
";
    let indent = &line[..line.len() - line.trim_start().len()];
    let document = parse(&text.replace(line, &format!("{indent}{comment}\n{line}")));
    let contents = crate::read::read(&document, "pod");
    let at = document.find("/spec/containers/0/env/0/value").unwrap().at();
    let policy = Policy::default();
    let judge = Judge { policy: &policy, door, day: "2026-11-25".parse().unwrap() };
    let concern = Concern::Workload(&contents.workloads[0]);
    let findings = vec![Finding::new(RULE, Level::Deny, at, "a key").in_container("app")];
    judge.cases(&document, [Case { concern, findings }])
}

const ALLOW: &str =
    "# policyctl: allow static-access-key until=2026-11-25 owner=me reason=the vendor's image";

#[test]
fn a_comment_excuses_what_begins_on_its_line() {
    for line in ["        - name: KEY", "      env:", "    - name: app", "kind: Pod", "          value: x"] {
        let verdict = judge_commented(line, ALLOW, Door::Cli);
        assert_eq!(verdict.excepted.len(), 1, "{line}");
        assert!(verdict.excepted[0].exception.ends_with("of pod.yaml"));
        assert!(verdict.notes.is_empty(), "{line}");
    }
    let verdict = judge_commented("    - name: log", ALLOW, Door::Cli);
    assert_eq!((verdict.excepted.len(), rules(&verdict.notes)), (0, vec!["exception-unused"]));
}

#[test]
fn a_comment_excuses_nothing_at_admission() {
    let verdict = judge_commented("        - name: KEY", ALLOW, Door::Webhook);
    assert_eq!((verdict.findings.len(), verdict.excepted.len()), (1, 0));
}

#[test]
fn a_comment_that_expired_or_lacks_something_excuses_nothing_and_is_told() {
    let told = |comment: &str| {
        let verdict = judge_commented("        - name: KEY", comment, Door::Cli);
        assert!(verdict.excepted.is_empty(), "{comment}");
        verdict.findings.iter().map(|finding| finding.rule).find(|rule| *rule != RULE)
    };
    assert_eq!(told(&ALLOW.replace("11-25", "11-24")), Some("exception-expired"));
    for (from, to) in
        [("until=2026-11-25 ", ""), ("owner=me", "owner="), ("reason", "because"), ("access", "axess")]
    {
        assert_eq!(told(&ALLOW.replace(from, to)), Some("exception-invalid"), "{from}");
    }
}
