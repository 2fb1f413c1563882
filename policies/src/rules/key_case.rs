//! What a key set is a case of. Every rule about keys asks here, so that one defect gets one finding.

use super::{Examined, Subject};
use crate::credential::{Carrier, Class, KeySet, Part, Reader, Sighting, Target};
use crate::finding::Level;

/// The case of a key set; each belongs to one rule, halves of secrets to two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// A long-lived key, or one that AWS documents, is written out.
    Written,
    /// A long-lived secret is written out; its id is nowhere.
    SecretAlone,
    /// It is delivered from a store, variable by variable.
    Referenced,
    /// It is delivered from a store of the input, in bulk.
    Bulk,
    /// A temporary key with its token is written out.
    Pasted,
    /// One part that no SDK can use without this other.
    Lacks(Part),
    /// Someone or something has yet to fill it in.
    Unfilled,
    /// Not of AWS's shape, yet taken by every SDK that finds it.
    StandIn,
    /// Nothing to speak of: empty, read by nobody, or of a kind that is no key.
    Silent,
}

impl Case {
    /// Looks at the parts together.
    pub(super) fn of(set: &KeySet) -> Self {
        if set.parts().any(|part| is_literal(part) && is_unfilled(part.class)) {
            return Self::Unfilled;
        }
        if let Some(bearer) = filled(set.bearer.as_ref()) {
            return of_bearer(bearer);
        }
        match (filled(set.id.as_ref()), filled(set.secret.as_ref())) {
            (Some(id), Some(secret)) => of_pair(set, id, secret),
            (Some(id), None) => of_id(set, id),
            (None, Some(secret)) => of_secret(secret),
            (None, None) => Self::Silent,
        }
    }
}

/// How grave a key is, by what it opens; `None` when it opens no door of AWS.
pub(super) fn gravity(set: &KeySet) -> Option<Level> {
    match &set.target {
        Target::Compatible { .. } => None,
        Target::Aws | Target::Partly { other_service: Some(_), .. } => Some(Level::Deny),
        Target::Unknown { .. } | Target::Partly { other_service: None, .. } => Some(Level::Warn),
    }
}

/// The gravity of a delivered key: what may be missing, or may point at something else, only warns.
///
/// So does a key of a program's own whose names do not say AWS: with its value out of sight, the endpoint
/// that is in a configuration file may be any object server's.
pub(super) fn delivered_gravity(set: &KeySet) -> Option<Level> {
    let uncertain = set.bearer.is_some()
        || (set.reader == Reader::Program && !is_of_aws(set))
        || set.parts().any(|part| is_literal(part) && part.class == Class::Indirection)
        || set.parts().any(|part| part.reference.as_ref().is_some_and(|from| from.optional));
    gravity(set).map(|level| if uncertain { level.min(Level::Warn) } else { level })
}

/// A name says AWS, or a value that was seen is one that AWS issues.
fn is_of_aws(set: &KeySet) -> bool {
    set.parts().any(|part| {
        let name = part.name.to_ascii_lowercase();
        name.contains("aws") || name.contains("amazon") || part.class.is_issued()
    })
}

/// It is written here, not delivered from a store.
pub(super) fn is_literal(part: &Sighting) -> bool {
    part.reference.is_none()
}

/// It stands where no process reads it.
pub(super) fn is_unread(set: &KeySet) -> bool {
    set.parts().all(|part| part.carrier == Carrier::Unread)
}

fn filled(part: Option<&Sighting>) -> Option<&Sighting> {
    part.filter(|part| part.class != Class::Empty)
}

fn is_unfilled(class: Class) -> bool {
    matches!(class, Class::Placeholder | Class::Unrendered)
}

fn is_foreign(part: &Sighting) -> bool {
    match part.class {
        Class::Dummy => true,
        Class::Opaque => is_literal(part),
        _ => false,
    }
}

fn is_real_secret(part: &Sighting) -> bool {
    is_literal(part) && matches!(part.class, Class::LongLived | Class::DocumentedExample)
}

fn of_bearer(bearer: &Sighting) -> Case {
    match bearer.class {
        _ if !is_literal(bearer) => Case::Referenced,
        Class::LongLived => Case::Written,
        Class::Temporary => Case::Pasted,
        _ => Case::Silent,
    }
}

fn of_pair(set: &KeySet, id: &Sighting, secret: &Sighting) -> Case {
    if is_foreign(id) {
        return Case::StandIn;
    }
    if is_delivered(id) || is_delivered(secret) {
        return of_delivered_pair(id, secret);
    }
    match id.class {
        Class::LongLived | Class::DocumentedExample if secret.class == Class::Dummy => Case::StandIn,
        Class::DocumentedExample if set.sibling_emulator => Case::Silent,
        Class::LongLived | Class::DocumentedExample => Case::Written,
        Class::Temporary if filled(set.token.as_ref()).is_some() => Case::Pasted,
        Class::Temporary => Case::Lacks(Part::Token),
        _ => Case::Silent,
    }
}

fn is_delivered(part: &Sighting) -> bool {
    !is_literal(part) || part.class == Class::Indirection
}

fn of_delivered_pair(id: &Sighting, secret: &Sighting) -> Case {
    let parts = [id, secret];
    if is_real_secret(secret) {
        Case::Written
    } else if secret.class == Class::Dummy {
        Case::StandIn
    } else if parts.into_iter().all(|part| is_literal(part) || part.bulk) {
        Case::Bulk
    } else {
        Case::Referenced
    }
}

/// Of a program's own, delivered ids there are many; of those that SDKs read, each wants its secret.
fn of_id(set: &KeySet, id: &Sighting) -> Case {
    let in_process = match id.carrier {
        Carrier::Variable | Carrier::SystemProperty => true,
        Carrier::Command | Carrier::Option => id.class.is_issued(),
        Carrier::Unread => false,
    };
    let known = match id.class {
        Class::ContextSpecific => false,
        Class::Indirection => !is_literal(id) && !id.bulk && set.reader == Reader::Sdk,
        _ => true,
    };
    if in_process && known && !is_foreign(id) { Case::Lacks(Part::Secret) } else { Case::Silent }
}

fn of_secret(secret: &Sighting) -> Case {
    match secret.class {
        _ if is_real_secret(secret) => Case::SecretAlone,
        Class::Dummy => Case::Silent,
        _ if secret.bulk => Case::Bulk,
        _ if !is_literal(secret) => Case::Referenced,
        _ => Case::Silent,
    }
}

/// Every key set of every container, with its case.
pub(super) fn cases<'s>(
    subject: &'s Subject<'_>,
) -> impl Iterator<Item = (&'s Examined<'s>, &'s KeySet, Case)> {
    let containers = subject.containers.iter();
    containers.flat_map(|examined| examined.keys.iter().map(move |set| (examined, set, Case::of(set))))
}
