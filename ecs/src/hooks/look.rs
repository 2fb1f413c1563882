//! Examining what a hook is shown: a resource's properties, a template, a registered revision.

use std::sync::Arc;

use policyctl_policies::document::{Document, Format, Limits, parse};
use policyctl_policies::facts::{Inventory, RefusingRoles};
use policyctl_policies::finding::Located;
use policyctl_policies::read;
use policyctl_policies::verdict::{Judge, Verdict};
use serde_json::{Map, Value, json};

/// The resource that is examined.
pub(super) const TASK_DEFINITION: &str = "AWS::ECS::TaskDefinition";

/// Examines one resource as a template would hold it.
pub(super) fn resource(judge: &Judge<'_>, id: &str, properties: &Value) -> Result<Verdict, String> {
    with_roles(judge, id, properties, &RefusingRoles::new())
}

fn with_roles(
    judge: &Judge<'_>,
    id: &str,
    properties: &Value,
    refusing: &RefusingRoles,
) -> Result<Verdict, String> {
    let resource = json!({"Type": TASK_DEFINITION, "Properties": properties});
    let template = json!({"Resources": Map::from_iter([(id.to_owned(), resource)])});
    judged(judge, id, &template.to_string(), Format::Json, refusing)
}

/// Examines the properties of one resource; findings point into them.
pub(super) fn properties(
    judge: &Judge<'_>,
    id: &str,
    properties: &Value,
    refusing: &RefusingRoles,
) -> Result<Verdict, String> {
    let mut verdict = with_roles(judge, id, properties, refusing)?;
    for finding in all(&mut verdict) {
        finding.place.pointer = within(&finding.place.pointer).unwrap_or_default();
    }
    Ok(verdict)
}

/// Examines every task definition of a template, JSON or YAML.
pub(super) fn template(judge: &Judge<'_>, name: &str, text: &str) -> Result<Verdict, String> {
    let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Yaml };
    let document = sole(name, text, format).or_else(|_| sole(name, text, Format::Yaml))?;
    if document.root().get("Resources").is_none() {
        return Err("the template has no resources".to_owned());
    }
    // A stack makes roles too: what IAM has now says nothing about them.
    Ok(of_document(judge, &document, &RefusingRoles::new()))
}

/// Examines a revision as DescribeTaskDefinition answers.
pub(super) fn described(
    judge: &Judge<'_>,
    name: &str,
    text: &str,
    refusing: &RefusingRoles,
) -> Result<Verdict, String> {
    let verdict = judged(judge, name, text, Format::Json, refusing)?;
    if verdict.containers.is_empty() && verdict.findings.is_empty() {
        return Err("the description holds no containers".to_owned());
    }
    Ok(verdict)
}

/// The findings about some resources of a template, and those about no resource.
pub(super) fn only(mut verdict: Verdict, changed: impl Fn(&str) -> bool) -> Verdict {
    let keep = |finding: &Located| resource_of(&finding.place.pointer).is_none_or(&changed);
    verdict.findings.retain(keep);
    verdict.notes.retain(keep);
    verdict.excepted.retain(|excepted| keep(&excepted.finding));
    verdict
}

/// The logical id of the resource that a pointer leads into.
pub(super) fn resource_of(pointer: &str) -> Option<&str> {
    let id = pointer.strip_prefix("/Resources/")?.split('/').next()?;
    // What a loop makes has other names.
    (!id.starts_with("Fn::ForEach")).then_some(id)
}

fn within(pointer: &str) -> Option<String> {
    let id = resource_of(pointer)?;
    pointer.strip_prefix(&format!("/Resources/{id}/Properties")).map(str::to_owned)
}

fn judged(
    judge: &Judge<'_>,
    name: &str,
    text: &str,
    format: Format,
    refusing: &RefusingRoles,
) -> Result<Verdict, String> {
    sole(name, text, format).map(|document| of_document(judge, &document, refusing))
}

fn sole(name: &str, text: &str, format: Format) -> Result<Document, String> {
    let name: Arc<str> = name.into();
    let mut documents = parse(&name, text.as_bytes(), format, Limits::default()).into_iter();
    let (Some(document), None) = (documents.next(), documents.next()) else {
        return Err("it holds no document, or several".to_owned());
    };
    document.map_err(|unreadable| format!("it cannot be read: {unreadable}"))
}

fn of_document(judge: &Judge<'_>, document: &Document, refusing: &RefusingRoles) -> Verdict {
    let contents = read::read(document, document.name());
    let mut inventory = Inventory::default();
    inventory.add(document.name(), &contents);
    inventory.refused_by(refusing);
    judge.document(document, &contents, |workload| inventory.about(workload, document.name(), false))
}

fn all(verdict: &mut Verdict) -> impl Iterator<Item = &mut Located> {
    let excepted = verdict.excepted.iter_mut().map(|excepted| &mut excepted.finding);
    verdict.findings.iter_mut().chain(&mut verdict.notes).chain(excepted)
}
