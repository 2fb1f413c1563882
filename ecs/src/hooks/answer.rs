//! The answer that CloudFormation's hooks expect, within its bounds.
//!
//! Source: AWS CloudFormation Hooks user guide, "Create Lambda functions to evaluate resources for Lambda Hooks";
//! AWS CloudFormation API reference, "Annotation".

use policyctl_policies::finding::{Level, Located};
use policyctl_policies::verdict::{Decision, Excepted, Verdict};
use serde_json::{Value, json};

use crate::examine::shown;

/// Bytes of a message that CloudFormation keeps; it cuts off the rest.
pub(super) const MESSAGE: usize = 4096;

/// Bytes of a message that the Cloud Control API keeps.
pub(super) const SHORT_MESSAGE: usize = 1024;

/// Bytes of an annotation's name.
const NAME: usize = 1024;

/// Bytes of an annotation's texts.
const TEXT: usize = 16_384;

/// Annotations in one answer; no bound is documented, and the answer must stay small.
const MOST: usize = 50;

/// Where a rule's page is.
const RULES: &str = "https://github.com/policyctl/policyctl/blob/main/policies/src/rules";

/// Left free for the line that says how many findings are not shown.
const REMAINDER: usize = 64;

/// Who is answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller<'p> {
    /// What the call came with and the answer goes back with.
    pub(super) token: Option<&'p Value>,
    /// Bytes of a message.
    pub(super) room: usize,
}

/// What was decided about what was examined.
pub(super) fn judged(caller: Caller<'_>, subject: &str, verdict: &Verdict) -> Value {
    let denied = verdict.decision() == Decision::Deny;
    let code = denied.then_some("NonCompliant");
    let annotations = annotations(verdict);
    answer(caller, !denied, code, &message(subject, verdict, caller.room), &annotations)
}

/// Something that holds no containers, or is taken away.
pub(super) fn nothing_to_examine(caller: Caller<'_>, says: &str) -> Value {
    let annotation =
        json!({"annotationName": "policyctl", "status": "SKIPPED", "statusMessage": cut(says, TEXT)});
    answer(caller, true, None, &format!("policyctl: {says}"), &[annotation])
}

/// Something that could not be examined, and must not go on.
pub(super) fn failed(caller: Caller<'_>, reason: &str) -> Value {
    let says = format!("policyctl could not examine this, so it does not pass: {reason}");
    answer(caller, false, Some("InternalFailure"), &says, &[unexamined(reason, "HIGH")])
}

/// Something that could not be examined, and goes on.
pub(super) fn let_through(caller: Caller<'_>, reason: &str) -> Value {
    let says = format!("policyctl examined nothing and lets this pass, as it is set to: {reason}");
    answer(caller, true, None, &says, &[unexamined(reason, "MEDIUM")])
}

/// Adds to an answer that something of what was examined is not known.
pub(super) fn annotate(answer: &mut Value, reason: &str) {
    if let Some(annotations) = answer["annotations"].as_array_mut() {
        annotations.push(unexamined(reason, "MEDIUM"));
    }
}

fn answer(
    caller: Caller<'_>,
    succeeds: bool,
    code: Option<&str>,
    message: &str,
    annotations: &[Value],
) -> Value {
    let status = if succeeds { "SUCCESS" } else { "FAILED" };
    let mut answer =
        json!({"hookStatus": status, "message": cut(message, caller.room), "annotations": annotations});
    if let Some(code) = code {
        answer["errorCode"] = code.into();
    }
    if let Some(token) = caller.token {
        answer["clientRequestToken"] = token.clone();
    }
    answer
}

/// The gravest finding first, as many as there is room for, and how many are left.
fn message(subject: &str, verdict: &Verdict, room: usize) -> String {
    let mut findings: Vec<_> = verdict.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut text = headline(subject, &findings);
    for (n, finding) in findings.iter().enumerate() {
        let line = format!("\n{}", line(finding));
        if text.len() + line.len() + REMAINDER > room && n > 0 {
            text += &format!("\n... and {} more, in the annotations", findings.len() - n);
            break;
        }
        text += &cut(&line, room.saturating_sub(text.len() + REMAINDER));
    }
    text
}

fn headline(subject: &str, findings: &[&Located]) -> String {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (denials, warnings) = (count(Level::Deny), count(Level::Warn));
    let subject = cut(subject, 256);
    match (denials, warnings) {
        (0, 0) => format!("policyctl: {subject}: nothing to say"),
        (0, warnings) => format!("policyctl: {subject}: passes with {}", counted(warnings, "warning")),
        (denials, 0) => format!("policyctl: {subject}: {}", counted(denials, "denial")),
        (denials, warnings) => {
            format!("policyctl: {subject}: {}, {}", counted(denials, "denial"), counted(warnings, "warning"))
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn line(finding: &Located) -> String {
    let level = if finding.level == Level::Deny { "deny" } else { "warn" };
    format!("{level}[{}] {}: {}", finding.rule, place(finding), finding.message)
}

fn place(finding: &Located) -> String {
    let pointer = shown(&finding.place.pointer);
    if pointer.is_empty() { "/".to_owned() } else { pointer }
}

fn annotations(verdict: &Verdict) -> Vec<Value> {
    let found = verdict.findings.iter().map(found);
    let excepted = verdict.excepted.iter().map(excepted);
    let mut all: Vec<_> = found.chain(excepted).take(MOST).collect();
    let left = (verdict.findings.len() + verdict.excepted.len()).saturating_sub(MOST);
    if left > 0 {
        let says = format!("{left} more findings are not shown; policyctl check shows them all");
        all.push(json!({"annotationName": "policyctl", "status": "FAILED", "statusMessage": says}));
    } else if all.is_empty() {
        all.push(
            json!({"annotationName": "policyctl", "status": "PASSED", "statusMessage": "nothing to say"}),
        );
    }
    all
}

fn found(finding: &Located) -> Value {
    let severity = if finding.level == Level::Deny { "HIGH" } else { "MEDIUM" };
    let mut annotation = json!({
        "annotationName": cut(finding.rule, NAME),
        "status": "FAILED",
        "statusMessage": cut(&format!("{}: {}", place(finding), finding.message), TEXT),
        "remediationLink": format!("{RULES}/{}.md", finding.rule.replace('-', "_")),
        "severityLevel": severity,
    });
    if let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.title.is_empty()) {
        annotation["remediationMessage"] = cut(&fix.title, TEXT).into();
    }
    annotation
}

fn excepted(excepted: &Excepted) -> Value {
    let Excepted { finding, exception, expires } = excepted;
    let says = format!("{}: excepted by `{exception}` until {expires}", place(finding));
    json!({
        "annotationName": cut(finding.rule, NAME),
        "status": "SKIPPED",
        "statusMessage": cut(&says, TEXT),
        "severityLevel": "INFORMATIONAL",
    })
}

fn unexamined(reason: &str, severity: &str) -> Value {
    json!({
        "annotationName": "unexamined",
        "status": "SKIPPED",
        "statusMessage": cut(reason, TEXT),
        "severityLevel": severity,
    })
}

/// A text that fits, cut where a letter ends, with a sign that it was cut.
fn cut(text: &str, bytes: usize) -> String {
    const SIGN: &str = "...";
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes.saturating_sub(SIGN.len()));
    format!("{}{SIGN}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_fits_and_says_so() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer than that", 9), "longer...");
        assert_eq!(cut("ääääää", 8), "ää...");
    }
}
