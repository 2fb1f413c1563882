//! SARIF 2.1.0, for code scanning.
//! Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use std::collections::BTreeMap;
use std::io::{self, Write};

use policyctl_policies::credential::safe_name;
use policyctl_policies::document::Resolved;
use policyctl_policies::finding::{Level, Located};
use policyctl_policies::rules::{RULES, Rule};
use policyctl_policies::verdict::Excepted;
use serde_json::{Map, Value, json};

use super::{Run, wording};
use crate::run::NotRead;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

pub(super) fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(run))?;
    writeln!(out)
}

fn log(run: &Run<'_>) -> Value {
    json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [sarif_run(run)]})
}

fn sarif_run(run: &Run<'_>) -> Value {
    let verdict = &run.outcome.verdict;
    let told = verdict.findings.iter().chain(&verdict.notes).map(|finding| result(finding, None));
    let excepted = verdict.excepted.iter().map(|excepted| result(&excepted.finding, Some(excepted)));
    json!({
        "tool": {"driver": driver()},
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": true,
            "toolExecutionNotifications": run.outcome.unreadable.iter().map(notification).collect::<Vec<_>>(),
        }],
        "results": told.chain(excepted).collect::<Vec<_>>(),
        "properties": {"policy": run.policy.name, "policyDigest": run.policy.digest},
    })
}

fn driver() -> Value {
    json!({
        "name": "policyctl",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": HOME,
        "rules": RULES.iter().map(|rule| descriptor(*rule)).collect::<Vec<_>>(),
    })
}

fn descriptor(rule: &dyn Rule) -> Value {
    let summary = sentence(rule.summary());
    json!({
        "id": rule.name(),
        "name": pascal(rule.name()),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": rule.page(), "markdown": rule.page()},
        "helpUri": format!("{HOME}/blob/main/policies/src/rules/{}.md", rule.name().replace('-', "_")),
        "properties": {"tags": ["security", rule.family()]},
        "messageStrings": {"default": {"text": "{0}."}},
    })
}

fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn pascal(name: &str) -> String {
    name.split('-')
        .flat_map(|word| {
            word.chars().enumerate().map(|(n, c)| if n == 0 { c.to_ascii_uppercase() } else { c })
        })
        .collect()
}

fn result(finding: &Located, excepted: Option<&Excepted>) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.level),
        "message": {"id": "default", "arguments": [finding.message.trim_end_matches('.')]},
        "locations": [location(finding)],
        "partialFingerprints": {"policyctl/v1": finding.fingerprint()},
    });
    let related: Vec<_> = finding.evidence.iter().filter_map(related).collect();
    if let Value::Object(members) = &mut result {
        extend(members, finding, related, excepted);
    }
    result
}

fn extend(
    members: &mut Map<String, Value>,
    finding: &Located,
    related: Vec<Value>,
    excepted: Option<&Excepted>,
) {
    if let Some(index) = RULES.iter().position(|rule| rule.name() == finding.rule) {
        members.insert("ruleIndex".to_owned(), index.into());
    }
    if !related.is_empty() {
        members.insert("relatedLocations".to_owned(), related.into());
    }
    if let Some(Excepted { exception, expires, .. }) = excepted {
        let why = format!("exception {exception}, until {expires}");
        let suppression = json!({"kind": "external", "status": "accepted", "justification": why});
        members.insert("suppressions".to_owned(), vec![suppression].into());
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Note => "note",
    }
}

fn location(finding: &Located) -> Value {
    let mut location = physical(&finding.place);
    let logical = logical(finding);
    if let (Value::Object(members), false) = (&mut location, logical.is_empty()) {
        members.insert("logicalLocations".to_owned(), logical.into());
    }
    location
}

fn physical(place: &Resolved) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&place.file)},
        "region": {"startLine": place.position.line, "startColumn": place.position.column},
    }})
}

/// The workload, and within it the container.
fn logical(finding: &Located) -> Vec<Value> {
    let Some(id) = &finding.workload else { return Vec::new() };
    let workload = wording::workload(id);
    let mut all =
        vec![json!({"name": safe_name(&id.name), "fullyQualifiedName": workload, "kind": "resource"})];
    if let Some(container) = &finding.container {
        let (name, full) = (safe_name(container), format!("{workload}/{}", safe_name(container)));
        all.insert(0, json!({"name": name, "fullyQualifiedName": full, "kind": "resource"}));
    }
    all
}

fn related(evidence: &policyctl_policies::finding::LocatedEvidence) -> Option<Value> {
    let mut location = physical(evidence.place.as_ref()?);
    location["message"] = json!({"text": evidence.says});
    Some(location)
}

fn notification(lost: &NotRead) -> Value {
    let mut physical = BTreeMap::from([("artifactLocation", json!({"uri": uri(&lost.file)}))]);
    if let Some(position) = lost.position {
        physical.insert("region", json!({"startLine": position.line, "startColumn": position.column}));
    }
    json!({
        "level": "error",
        "message": {"text": sentence(&lost.reason)},
        "locations": [{"physicalLocation": physical}],
    })
}

/// A file's name as a URI reference: relative names stay relative.
fn uri(name: &str) -> String {
    if name == crate::gather::STDIN {
        return "stdin".to_owned();
    }
    let escaped = name.bytes().fold(String::new(), |uri, byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
            uri + &char::from(byte).to_string()
        }
        _ => uri + &format!("%{byte:02X}"),
    });
    if name.starts_with('/') { format!("file://{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uris() {
        assert_eq!(uri("k8s/a b.yaml"), "k8s/a%20b.yaml");
        assert_eq!(uri("/srv/é.json"), "file:///srv/%C3%A9.json");
        assert_eq!(uri("<stdin>"), "stdin");
    }

    #[test]
    fn rules_have_names_of_their_own_for_tools() {
        assert_eq!(pascal("static-access-key"), "StaticAccessKey");
        assert_eq!(sentence("a key is written out"), "A key is written out.");
    }
}
