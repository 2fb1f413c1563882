//! From findings to an answer, by mode.

use policyctl_policies::facts::Facts;
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::inject;
use policyctl_policies::policy::{Mode, Policy};
use policyctl_policies::verdict::Verdict;
use policyctl_policies::workload::Workload;
use tracing::{debug, info};

use super::{Admission, Examined, Subject, level_name, mark, mode, notice, text};
use crate::review::{Request, Response};
use crate::settings::Templates;

/// What `/validate` answers.
pub(super) fn validated<'r>(
    admission: &Admission,
    request: &'r Request<'_>,
    subject: &Subject,
    mut examined: Examined,
    template: bool,
) -> Response<'r> {
    let mode = effective(examined.mode, template, admission.workloads);
    raise(&mut examined.verdict, mode);
    let unseen = examined.unseen_account.filter(|_| !template).map(|name| unseen(&name, request.namespace));
    let findings = &examined.verdict.findings;
    let denied: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Deny).collect();
    let refuses = mode == Mode::Enforce && (!denied.is_empty() || unseen.is_some());
    let policy = admission.policy.get();
    let response = if refuses && denied.is_empty() {
        Response::denied(request.uid, unseen.clone().unwrap_or_default(), Vec::new())
    } else if refuses {
        let message = text::denial(&denied, &policy.name, request.uid);
        Response::denied(request.uid, message, text::causes(&denied))
    } else {
        Response::allowed(request.uid)
    };
    let rules = Rules::of(findings);
    record(admission, request, subject, (&examined.verdict, &rules), (mode, &response));
    notice::tell(admission, request, subject, (findings, &rules.deny), mode);
    let response = annotated(response, &examined.verdict, rules, mode, &policy);
    let emptied = request.operation == "CREATE" && subject.is_annotated(inject::KEYS_REMOVED);
    let emptied = emptied.then(|| text::EMPTIED.to_owned());
    let besides = unseen.filter(|_| response.allowed).into_iter().chain(emptied);
    let response = if mode == Mode::Audit { response } else { warned(response, findings, refuses, besides) };
    mark::marked(response, request, subject, mode, &policy)
}

/// What `/mutate` answers: never a denial, never a warning.
pub(super) fn mutated<'r>(
    admission: &Admission,
    request: &'r Request<'_>,
    subject: &Subject,
    workload: &Workload,
    (facts, policy, mode): (&Facts, &Policy, Mode),
) -> Response<'r> {
    let response = Response::allowed(request.uid);
    let injection = inject::pod(&subject.document, workload, facts, policy);
    let deeds: Vec<_> = injection.deeds.iter().map(|deed| deed.name()).collect();
    let kept: Vec<_> = injection.findings.iter().map(|finding| finding.message.as_str()).collect();
    let response =
        if kept.is_empty() { response } else { response.annotated("not-patched", kept.join("; ")) };
    if deeds.is_empty() {
        return response;
    }
    let what = deeds.join(",");
    if mode == Mode::Audit {
        return response.annotated("would-patch", what);
    }
    let Ok(operations) = subject.document.patch(&injection.changes) else {
        return response.annotated("not-patched", "the changes do not fit the object");
    };
    info!(
        uid = request.uid,
        namespace = request.namespace,
        name = text::name_of(&subject.document),
        what,
        "patched"
    );
    for deed in &deeds {
        admission.metrics.patched(deed);
    }
    response.annotated("patched", what).patched(operations)
}

/// Templates are warned about, unless the operator lets them be denied.
fn effective(mode: Mode, template: bool, workloads: Templates) -> Mode {
    if template && workloads != Templates::Deny { mode.min(Mode::Warn) } else { mode }
}

/// Where denials are meant, a pod without the identity it was promised is one.
fn raise(verdict: &mut Verdict, mode: Mode) {
    let missed = |finding: &&mut Located| finding.rule == "identity-not-injected" && mode == Mode::Enforce;
    verdict.findings.iter_mut().filter(missed).for_each(|finding| finding.level = Level::Deny);
}

fn unseen(account: &str, namespace: &str) -> String {
    format!("service account {namespace}/{account} is not yet visible to policyctl; try again in a moment")
}

/// Warnings, one for each finding that does not deny here, and what is to be said besides.
fn warned<'r>(
    mut response: Response<'r>,
    findings: &[Located],
    refuses: bool,
    besides: impl Iterator<Item = String>,
) -> Response<'r> {
    let said = findings.iter().filter(|finding| !(refuses && finding.level == Level::Deny));
    response.warnings = said.map(text::warning).take(text::MOST_WARNINGS).collect();
    response.warnings.extend(besides);
    response
}

/// The rules that found something, by level.
struct Rules {
    deny: String,
    warn: String,
}

impl Rules {
    fn of(findings: &[Located]) -> Self {
        Self { deny: text::rules(findings, Level::Deny), warn: text::rules(findings, Level::Warn) }
    }
}

fn annotated<'r>(
    response: Response<'r>,
    verdict: &Verdict,
    rules: Rules,
    mode: Mode,
    policy: &Policy,
) -> Response<'r> {
    let pairs = [("denied-by", rules.deny), ("warned-by", rules.warn), ("excepted-by", names(verdict))];
    let said = pairs.iter().any(|(_, rules)| !rules.is_empty());
    let response = pairs
        .into_iter()
        .filter(|(_, rules)| !rules.is_empty())
        .fold(response, |response, (key, rules)| response.annotated(key, rules));
    if said {
        response.annotated("mode", mode::name(mode)).annotated("policy", policy.name.clone())
    } else {
        response
    }
}

fn names(verdict: &Verdict) -> String {
    let mut names: Vec<_> = verdict.excepted.iter().map(|excepted| excepted.exception.as_str()).collect();
    names.dedup();
    names.join(",")
}

fn record(
    admission: &Admission,
    request: &Request<'_>,
    subject: &Subject,
    (verdict, rules): (&Verdict, &Rules),
    (mode, response): (Mode, &Response<'_>),
) {
    let (mode, namespace) = (mode::name(mode), request.namespace);
    let decision = match (response.allowed, verdict.findings.is_empty()) {
        (true, true) => "allowed",
        (true, false) => "warned",
        (false, _) => "denied",
    };
    admission.metrics.answered("validate", decision, namespace, mode);
    for finding in &verdict.findings {
        admission.metrics.found(finding.rule, level_name(finding.level), namespace, mode);
    }
    if decision == "allowed" {
        debug!(uid = request.uid, namespace, "allowed");
        return;
    }
    info!(
        uid = request.uid,
        user = request.user,
        operation = request.operation,
        kind = request.kind,
        namespace,
        name = text::name_of(&subject.document),
        owner = subject.owner(),
        dry_run = request.dry_run,
        mode,
        deny = rules.deny,
        warn = rules.warn,
        decision,
    );
}
