//! What people say a container needs: in the policy file, an annotation, a label or a tag.

#![expect(clippy::disallowed_methods, reason = "a declaration is one of three words, and only they are kept")]

use super::{Grade, Reason};
use crate::document::At;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Value, Workload};

/// The key of annotations, docker labels and tags. `policyctl.dev/aws.NAME` speaks of one container.
const KEY: &str = "policyctl.dev/aws";

/// A declared grade and where it is declared. The policy's word stands above all; what is nearer to the
/// container stands above what is further. At admission what the document declares counts for nothing.
pub(super) fn of(
    workload: &Workload,
    container: &Container,
    facts: &Facts,
    policy: &Policy,
) -> Option<(Grade, Reason)> {
    if let Some(grade) = policy.declared_need(workload, container) {
        return Some((grade, reason(None, "the policy", grade)));
    }
    if facts.untrusted_author {
        return None;
    }
    let own_key = format!("{KEY}.{}", container.name);
    let (grade, at) =
        label_of(container, KEY).or_else(|| marked(workload, &own_key)).or_else(|| marked(workload, KEY))?;
    Some((grade, reason(Some(at), KEY, grade)))
}

fn reason(at: Option<At>, who: &str, grade: Grade) -> Reason {
    let word = match grade {
        Grade::None => "no",
        Grade::Likely => "a likely",
        Grade::Certain => "a certain",
    };
    Reason { at, says: format!("{who} declares {word} need for AWS"), points: 0 }
}

/// A docker label of the container itself.
fn label_of(container: &Container, key: &str) -> Option<(Grade, At)> {
    container.options.iter().filter(|option| option.key == key).find_map(|option| match &option.value {
        Value::Literal(text) => Some((parsed(text.expose())?, option.at)),
        _ => None,
    })
}

/// An annotation of the pod, a tag of the task, or an annotation of the object around a template.
fn marked(workload: &Workload, key: &str) -> Option<(Grade, At)> {
    let own =
        workload.annotations.iter().chain(&workload.labels).map(|label| (&label.key, &label.value, label.at));
    let outer = workload.loose.iter().map(|loose| (&loose.key, &loose.text, loose.at));
    own.chain(outer)
        .filter(|(name, ..)| *name == key)
        .find_map(|(_, text, at)| Some((parsed(text.expose())?, at)))
}

fn parsed(text: &str) -> Option<Grade> {
    match text.trim() {
        "none" => Some(Grade::None),
        "likely" => Some(Grade::Likely),
        "certain" => Some(Grade::Certain),
        _ => None,
    }
}
