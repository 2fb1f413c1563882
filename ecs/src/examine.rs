//! What is to be registered or run, examined and patched before it is.

use std::fmt;
use std::sync::Arc;

use policyctl_policies::check::{Case, Concern};
use policyctl_policies::credential::safe_name;
use policyctl_policies::document::{Document, Format, Limits, Node, Unreadable, parse, splice};
use policyctl_policies::facts::{Facts, Inventory, RefusingRoles};
use policyctl_policies::inject::{self, Deed, Injection};
use policyctl_policies::policy::Mapped;
use policyctl_policies::read::{self, Contents};
use policyctl_policies::verdict::{Decision, Judge, Verdict};
use policyctl_policies::workload::Workload;
use serde_json::{Map, Value, json};

use crate::spelling;

/// What came of an examination.
pub struct Examined {
    /// What was decided, about the text as it now is.
    pub verdict: Verdict,
    /// The text, patched where the policy lets this door patch.
    pub text: String,
    /// What was done to it.
    pub deeds: Vec<Deed>,
}

impl Examined {
    /// Whether it may go on.
    pub fn is_denied(&self) -> bool {
        self.verdict.decision() == Decision::Deny
    }
}

impl fmt::Debug for Examined {
    /// Never the text: it may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Examined({:?}, {:?}, {} bytes)", self.verdict.decision(), self.deeds, self.text.len())
    }
}

/// Why a text was not examined: it must not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotExamined {
    /// It is no JSON, or beyond the reader's bounds.
    #[error("the request is not JSON that can be read: {0}")]
    Unreadable(#[from] Unreadable),
    /// Two readers may each believe another of them.
    #[error("the request names a member twice: {0}")]
    Repeated(String),
    /// It holds none, or something besides.
    #[error("the request does not read as {0}")]
    Shape(&'static str),
}

/// The role that a definition's tasks are to have: its own, else that of the policy's role map.
pub fn role_of(judge: &Judge<'_>, name: &str, text: &str) -> Option<String> {
    let document = sole(name, text).ok()?;
    let contents = read::read(&document, name);
    let workload = task(&document, &contents)?;
    match &workload.task()?.task_role {
        Some(own) => Some(own.name.to_string()),
        None => match judge.policy.role_for(workload) {
            Mapped::One(role) => Some(role.grant.role_arn().to_owned()),
            Mapped::None | Mapped::Several(_) => None,
        },
    }
}

/// The role that a definition itself names; the empty string is none.
pub(crate) fn own_role(definition: &Map<String, Value>) -> Option<String> {
    let role = member(definition, "taskRoleArn")?.as_str()?;
    (!role.is_empty()).then(|| role.to_owned())
}

/// The role that the definition of an answer of DescribeTaskDefinition names.
pub(crate) fn role_described(text: &str) -> Option<String> {
    let description: Value = serde_json::from_str(text).ok()?;
    own_role(description.get("taskDefinition")?.as_object()?)
}

/// Examines the body of RegisterTaskDefinition. `name` is what findings call it.
pub fn definition(
    judge: &Judge<'_>,
    name: &str,
    text: &str,
    refusing: &RefusingRoles,
) -> Result<Examined, NotExamined> {
    let document = sole(name, text)?;
    let contents = read::read(&document, name);
    let workload = task(&document, &contents).ok_or(NotExamined::Shape("one task definition"))?;
    let facts = facts(&document, &contents, workload, refusing);
    let injection = inject::task(&document, workload, &facts, judge.policy, judge.door);
    let (text, deeds) = patched(&document, text, &injection);
    let mut verdict = if deeds.is_empty() {
        judged(judge, &document, &contents, refusing)
    } else {
        let document = sole(name, &text)?;
        judged(judge, &document, &read::read(&document, name), refusing)
    };
    let kept = Case { concern: Concern::Workload(workload), findings: injection.findings };
    let mut kept = judge.cases(&document, [kept]);
    kept.containers.clear();
    verdict.absorb(kept);
    Ok(Examined { verdict, text, deeds })
}

/// Examines a definition that is registered already, spelled as the API spells it; it is never patched.
pub fn registered(
    judge: &Judge<'_>,
    name: &str,
    text: &str,
    refusing: &RefusingRoles,
) -> Result<Verdict, NotExamined> {
    let document = sole(name, text)?;
    let contents = read::read(&document, name);
    task(&document, &contents).ok_or(NotExamined::Shape("one task definition"))?;
    Ok(judged(judge, &document, &contents, refusing))
}

/// Examines containers that a request changes or brings, below a pointer; they are never patched.
///
/// What the definition itself says is not seen: nothing is missed for being absent here.
pub fn containers(
    judge: &Judge<'_>,
    name: &str,
    home: &str,
    items: &[Value],
) -> Result<Verdict, NotExamined> {
    let views: Option<Vec<_>> = items.iter().map(view).collect();
    let views = views.ok_or(NotExamined::Shape("containers"))?;
    let document = sole(name, &Value::Array(views).to_string())?;
    let contents = read::read(&document, name);
    match contents.workloads.as_slice() {
        _ if items.is_empty() => Ok(Verdict::default()),
        [workload] if workload.containers.len() == items.len() => {
            Ok(placed(judged(judge, &document, &contents, &RefusingRoles::new()), home))
        }
        _ => Err(NotExamined::Shape("containers")),
    }
}

/// A container as a list of definitions would have it: overrides leave the image and more to the definition.
fn view(item: &Value) -> Option<Value> {
    let mut view = item.as_object()?.clone();
    view.retain(|key, _| !CONFUSING.iter().any(|other| key.eq_ignore_ascii_case(other)));
    for (member, value) in [("name", json!("")), ("image", json!("")), ("essential", json!(true))] {
        if !view.keys().any(|key| key.eq_ignore_ascii_case(member)) {
            view.insert(member.to_owned(), value);
        }
    }
    Some(Value::Object(view))
}

/// Members that no container has, and by which the reader knows other things.
const CONFUSING: [&str; 3] = ["apiVersion", "kind", "containerDefinitions"];

fn placed(mut verdict: Verdict, home: &str) -> Verdict {
    for finding in verdict.findings.iter_mut().chain(&mut verdict.notes) {
        finding.place.pointer.insert_str(0, home);
    }
    verdict
}

/// The one document that a text holds, an object or a list, no member of which is named twice.
///
/// The reader takes `Name` for `name`, so that two that differ only so are one named twice.
pub(crate) fn sole(name: &str, text: &str) -> Result<Document, NotExamined> {
    let name: Arc<str> = name.into();
    let mut documents = parse(&name, text.as_bytes(), Format::Json, Limits::default()).into_iter();
    let (Some(document), None) = (documents.next(), documents.next()) else {
        return Err(NotExamined::Shape("one JSON document"));
    };
    let document = document?;
    match repeated(document.root(), false) {
        Some(pointer) => Err(NotExamined::Repeated(shown(&pointer))),
        None => Ok(document),
    }
}

fn repeated(node: Node<'_>, is_map: bool) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    for entry in node.entries() {
        let key = entry.key.text().unwrap_or_default();
        let same = if is_map { key.to_owned() } else { key.to_ascii_lowercase() };
        if !seen.insert(same) {
            return Some(entry.value.pointer());
        }
        if let Some(pointer) = repeated(entry.value, spelling::is_map(key)) {
            return Some(pointer);
        }
    }
    node.items().find_map(|item| repeated(item, false))
}

/// The task definition that the whole document is.
fn task<'c>(document: &Document, contents: &'c Contents) -> Option<&'c Workload> {
    let [workload] = contents.workloads.as_slice() else { return None };
    let whole = workload.at == document.root().at() && workload.task().is_some_and(|task| !task.bare);
    whole.then_some(workload)
}

fn facts(document: &Document, contents: &Contents, workload: &Workload, refusing: &RefusingRoles) -> Facts {
    let mut inventory = Inventory::default();
    inventory.add(document.name(), contents);
    inventory.refused_by(refusing);
    inventory.about(workload, document.name(), false)
}

fn judged(judge: &Judge<'_>, document: &Document, contents: &Contents, refusing: &RefusingRoles) -> Verdict {
    judge.document(document, contents, |workload| facts(document, contents, workload, refusing))
}

/// The text with the changes in it; as it was where they cannot be made.
fn patched(document: &Document, text: &str, injection: &Injection) -> (String, Vec<Deed>) {
    match document.edit(&injection.changes) {
        Ok(Some(edit)) => (splice(text, &[edit]), injection.deeds.clone()),
        Ok(None) | Err(_) => (text.to_owned(), Vec::new()),
    }
}

/// A pointer as it may be shown: a member's name may be a secret.
pub(crate) fn shown(pointer: &str) -> String {
    pointer.split('/').map(safe_name).collect::<Vec<_>>().join("/")
}

/// A member of an object whatever the case of its first letters; null counts as absent.
pub(crate) fn member<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    let found = object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value).filter(|value| !value.is_null())
}
