//! Does this container need AWS? Evidence with weights, and counter-evidence.
//!
//! ```text
//! identity ┐
//! keys     │                 one reason per service,   S3-compatible endpoints
//! image    ├──▶ evidence ──▶ the heaviest         ──▶  take theirs away        ──▶ sum ──▶ grade
//! values   │                                                                               ▲
//! commands ┘                                                       policy, annotation, label, tag
//! ```
//!
//! What the platform does for a container (pulling its image, shipping its logs, fetching its secrets) is
//! no need of the container's own.

mod command;
mod declared;
mod identity;
mod image;
mod logs;
mod variable;

use crate::credential::{Endpoints, KeySet};
use crate::document::At;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::workload::{Container, Workload};

use image::Image;

/// How sure it is that a container needs AWS. The order is the order of certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Fewer than 30 points: nothing to speak of.
    None,
    /// From 30 points: enough for a warning.
    Likely,
    /// From 60 points: needed for a denial.
    Certain,
}

/// Points from which a need is likely.
const LIKELY: i32 = 30;
/// Points from which it is certain.
const CERTAIN: i32 = 60;

/// A reason for or against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Where; `None` for the policy's word.
    pub at: Option<At>,
    /// A clause: `BUCKET names an S3 bucket`. Never a value that may be secret.
    pub says: String,
    /// Points for (positive) or against (negative).
    pub points: i32,
}

/// What speaks for and against a container's need for AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The reasons, heaviest first.
    pub reasons: Vec<Reason>,
    /// The grade, after declarations by policy, annotation, label or tag.
    pub grade: Grade,
}

/// A piece of evidence, and what it is evidence of.
#[derive(Debug, Clone)]
struct Evidence {
    topic: Topic,
    reason: Reason,
}

/// What evidence is about. Of several pieces about one thing the heaviest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Topic {
    /// A role given to the container.
    Identity,
    /// Keys for AWS.
    Keys,
    /// What its image is.
    Image,
    /// A region.
    Region,
    /// A service, by the name in its endpoints.
    Service(String),
    /// Profiles and credentials files.
    Files,
    /// Something against.
    Against(&'static str),
}

impl Evidence {
    fn new(topic: Topic, at: At, points: i32, says: impl Into<String>) -> Self {
        Self { topic, reason: Reason { at: Some(at), says: says.into(), points } }
    }

    fn of_service(service: &str, at: At, points: i32, says: impl Into<String>) -> Self {
        Self::new(Topic::Service(service.to_owned()), at, points, says)
    }
}

/// All that is looked at for one container.
#[derive(Clone, Copy)]
struct Subject<'a> {
    workload: &'a Workload,
    container: &'a Container,
    image: Option<Image<'a>>,
    keys: &'a [KeySet],
    facts: &'a Facts,
}

/// Weighs the evidence for one container, whose keys are already known.
pub fn of_container(
    workload: &Workload,
    container: &Container,
    keys: &[KeySet],
    facts: &Facts,
    policy: &Policy,
) -> Need {
    beside(workload, container, (keys, None), facts, policy)
}

/// As [`of_container`], where its endpoints may be known as well.
pub(crate) fn beside(
    workload: &Workload,
    container: &Container,
    (keys, endpoints): (&[KeySet], Option<&Endpoints>),
    facts: &Facts,
    policy: &Policy,
) -> Need {
    let subject = Subject { workload, container, image: Image::of(container), keys, facts };
    let evidence = heaviest(gathered(subject));
    let reasons = match endpoints {
        _ if evidence.is_empty() => Vec::new(),
        Some(endpoints) => weighed(evidence, endpoints),
        None => weighed(evidence, &Endpoints::of(workload, container, facts)),
    };
    let sum = reasons.iter().map(|reason| reason.points).sum();
    match declared::of(workload, container, facts, policy) {
        Some((grade, reason)) => Need { reasons: std::iter::once(reason).chain(reasons).collect(), grade },
        None => Need { reasons, grade: grade(sum) },
    }
}

fn grade(points: i32) -> Grade {
    match points {
        CERTAIN.. => Grade::Certain,
        LIKELY.. => Grade::Likely,
        _ => Grade::None,
    }
}

fn gathered(subject: Subject<'_>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    evidence.extend(identity::of(subject));
    evidence.extend(keys(subject.keys));
    evidence.extend(subject.image.and_then(Image::evidence));
    variable::gather(subject, &mut evidence);
    command::gather(subject.container, &mut evidence);
    logs::gather(subject, &mut evidence);
    evidence
}

/// Keys that open AWS, or may: a program that holds them means to use them.
fn keys(keys: &[KeySet]) -> Option<Evidence> {
    use crate::credential::{Carrier, Class, Target};
    let to_aws = |keys: &&KeySet| matches!(keys.target, Target::Aws | Target::Partly { .. });
    let held = keys.iter().filter(to_aws).flat_map(KeySet::parts).find(|part| {
        let referenced = part.reference.is_some() && !matches!(part.class, Class::Dummy | Class::Empty);
        let real = part.class.is_issued() || referenced;
        real && part.carrier != Carrier::Unread
    })?;
    let name = if held.name.is_empty() { "the command" } else { &held.name };
    Some(Evidence::new(Topic::Keys, held.at, 70, format!("{name} holds a key for AWS")))
}

/// One piece of evidence for each topic.
fn heaviest(evidence: Vec<Evidence>) -> Vec<Evidence> {
    let mut kept: Vec<Evidence> = Vec::new();
    for piece in evidence {
        match kept.iter_mut().find(|other| other.topic == piece.topic) {
            Some(other) if other.reason.points >= piece.reason.points => {}
            Some(other) => *other = piece,
            None => kept.push(piece),
        }
    }
    kept
}

/// Takes away what endpoints other than AWS's answer for, with a reason that says so; heaviest first.
fn weighed(evidence: Vec<Evidence>, endpoints: &Endpoints) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for Evidence { topic, reason } in evidence {
        let against = against(&topic, &reason, endpoints);
        reasons.push(reason);
        reasons.extend(against);
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points.abs()));
    reasons
}

/// All of it, where the endpoint is another's; half, where that is not known.
fn against(topic: &Topic, reason: &Reason, endpoints: &Endpoints) -> Option<Reason> {
    let (taken, points) = match topic {
        Topic::Service(service) => match endpoints.takes_over(service) {
            Some(taken) => (Some(taken), reason.points),
            None => (endpoints.may_take_over(service), reason.points / 2),
        },
        Topic::Region | Topic::Image => (endpoints.takes_over_all(), reason.points),
        _ => (None, 0),
    };
    taken.map(|(at, because)| Reason { at: Some(at), says: because.to_owned(), points: -points })
}

#[cfg(test)]
mod tests;
