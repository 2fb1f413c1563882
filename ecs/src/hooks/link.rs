//! What stands behind the link of a stack's or a change set's payload.
//!
//! Source: AWS CloudFormation Hooks user guide, "Evaluating stack operations with Lambda Hooks" and "Evaluating
//! change set operations with Lambda Hooks".

use std::collections::BTreeSet;

use policyctl_policies::finding::Located;
use policyctl_policies::verdict::{Judge, Verdict};
use policyctl_policies::workload::Text;
use serde_json::Value;

use super::look::{self, TASK_DEFINITION};
use super::text;

/// Bytes behind a link: two templates of 1 MB, escaped, and the changes between them.
pub(super) const MOST: usize = 16 << 20;

/// Examines what a link led to: the whole template, or, where changes are listed, what changes.
pub(super) fn examine(judge: &Judge<'_>, name: &str, bytes: &[u8]) -> Result<Verdict, String> {
    if bytes.len() > MOST {
        return Err(format!("what its link leads to is larger than {MOST} bytes"));
    }
    // The parser's own words may quote what came.
    let payload: Value =
        serde_json::from_slice(bytes).map_err(|_| "what its link leads to is not JSON".to_owned())?;
    let template = text(&payload, "/template");
    let Some(changes) = payload.get("changedResources").and_then(Value::as_array) else {
        return look::template(judge, name, template.ok_or("what its link leads to holds no template")?);
    };
    let changes: Vec<_> = changes.iter().filter(|change| brings_containers(change)).collect();
    let mut verdict = Verdict::default();
    if let Some(template) = template.filter(|_| !changes.is_empty()) {
        verdict = look::only(look::template(judge, name, template)?, |id| names(&changes, id));
    }
    for change in changes {
        verdict.absorb(after(judge, change, template.is_some())?);
    }
    Ok(without_repetitions(verdict))
}

/// An action that is not known may bring containers.
fn brings_containers(change: &Value) -> bool {
    let of = |pointer| text(change, pointer);
    of("/resourceType").is_none_or(|kind| kind == TASK_DEFINITION) && of("/action") != Some("DELETE")
}

fn names(changes: &[&Value], id: &str) -> bool {
    changes.iter().any(|change| text(change, "/logicalResourceId") == Some(id))
}

/// What a change leaves: its properties are a JSON text within the JSON.
fn after(judge: &Judge<'_>, change: &Value, has_template: bool) -> Result<Verdict, String> {
    let id = text(change, "/logicalResourceId").unwrap_or("the changed resource");
    let context = text(change, "/afterContext").map(serde_json::from_str::<Value>);
    match context {
        Some(Ok(context)) => look::resource(judge, id, context.get("Properties").unwrap_or(&context)),
        _ if has_template => Ok(Verdict::default()),
        _ => Err("a changed task definition stands neither in the template nor beside its change".to_owned()),
    }
}

/// The template and the changes say the same of a resource; once is enough.
fn without_repetitions(mut verdict: Verdict) -> Verdict {
    let mut seen = BTreeSet::new();
    verdict.findings.retain(|finding| seen.insert(subject(finding)));
    verdict
}

fn subject(finding: &Located) -> (Option<String>, &'static str, Option<Text>, Option<Text>) {
    let resource = look::resource_of(&finding.place.pointer).map(str::to_owned);
    (resource, finding.rule, finding.container.clone(), finding.variable.clone())
}
