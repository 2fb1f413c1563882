//! Which parts belong together: pairs, triples, halves.
//!
//! Parts of one group (the same text, the same section, the same prefix) are brought together first by
//! their spelling, then in their order. What is left over meets across groups only where nothing else
//! could be meant: one id and one secret. A part that is no evidence by itself counts only beside one.

use super::seen::{Group, Seen, Source};
use super::{Class, KeySet, Part, Reader, Target};

/// How far apart in a list two halves may stand that have nothing else in common.
const NEIGHBOURS: usize = 2;

/// A set before its target is known, with what decides it.
pub(super) struct Set {
    pub(super) keys: KeySet,
    pub(super) group: Group,
    pub(super) vendor: Option<&'static str>,
}

/// Brings the parts together.
pub(super) fn sets(seen: Vec<Seen>) -> Vec<Set> {
    if seen.is_empty() {
        return Vec::new();
    }
    let mut parts = Parts::sorted(seen);
    let mut sets = Vec::new();
    for near in [Near::Spelling, Near::Group, Near::Neighbour, Near::Alone] {
        parts.match_halves(near, &mut sets);
    }
    parts.leave(&mut sets);
    sets
}

/// How close two halves must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Near {
    /// One group and one spelling.
    Spelling,
    /// One group.
    Group,
    /// Side by side in one list, or in one section of a text.
    Neighbour,
    /// The only id and the only secret that are left.
    Alone,
}

struct Parts {
    ids: Vec<Seen>,
    secrets: Vec<Seen>,
    tokens: Vec<Seen>,
    bearers: Vec<Seen>,
}

impl Parts {
    fn sorted(seen: Vec<Seen>) -> Self {
        let mut parts =
            Self { ids: Vec::new(), secrets: Vec::new(), tokens: Vec::new(), bearers: Vec::new() };
        for part in seen {
            match part.part() {
                Part::Id => parts.ids.push(part),
                Part::Secret => parts.secrets.push(part),
                Part::Token => parts.tokens.push(part),
                Part::Bearer => parts.bearers.push(part),
            }
        }
        parts
    }

    fn match_halves(&mut self, near: Near, sets: &mut Vec<Set>) {
        if near == Near::Alone && !self.is_unambiguous() {
            return;
        }
        let mut index = 0;
        while let Some(id) = self.ids.get(index) {
            let partner =
                self.secrets.iter().position(|secret| (id.sure || secret.sure) && are_near(near, id, secret));
            match partner {
                Some(at) => sets.push(pair(self.ids.remove(index), self.secrets.remove(at))),
                None => index += 1,
            }
        }
    }

    /// Exactly one id and one secret that are evidence by themselves.
    fn is_unambiguous(&self) -> bool {
        let sure = |parts: &[Seen]| parts.iter().filter(|part| part.sure).count();
        sure(&self.ids) == 1 && sure(&self.secrets) == 1
    }

    /// Tokens go to their pairs; what has found no other half stays one, if it is evidence.
    fn leave(self, sets: &mut Vec<Set>) {
        for secret in self.secrets.into_iter().filter(|part| part.sure) {
            let alias = sets.iter().find(|set| is_alias(set, &secret)).and_then(|set| set.keys.id.clone());
            sets.push(half(secret));
            if let Some(last) = sets.last_mut() {
                last.keys.id = alias;
            }
        }
        sets.extend(self.ids.into_iter().filter(|part| part.sure).map(half));
        for token in self.tokens {
            give_token(token, sets);
        }
        sets.extend(self.bearers.into_iter().map(half));
    }
}

fn are_near(near: Near, id: &Seen, secret: &Seen) -> bool {
    let same_source = id.group.source == secret.group.source;
    match near {
        Near::Spelling => id.group == secret.group && id.style == secret.style,
        Near::Group => id.group == secret.group,
        Near::Neighbour => same_source && are_neighbours(id, secret),
        Near::Alone => id.sure && secret.sure,
    }
}

/// In a text its section, in a list its order says what stands side by side.
fn are_neighbours(id: &Seen, secret: &Seen) -> bool {
    if matches!(id.group.source, Source::Text(_)) {
        return id.group.section == secret.group.section;
    }
    let issued = id.sighting.class.is_issued() && secret.sighting.class == Class::LongLived;
    issued && id.order.abs_diff(secret.order) <= NEIGHBOURS
}

/// A second name for the secret of a pair that is already whole.
fn is_alias(set: &Set, secret: &Seen) -> bool {
    set.group == secret.group && set.keys.is_pair()
}

fn pair(id: Seen, secret: Seen) -> Set {
    let group = if id.sure { id.group.clone() } else { secret.group.clone() };
    let vendor = id.vendor.or(secret.vendor);
    let reader = reader_of(id.reader, secret.reader);
    let mut keys = empty(reader);
    keys.id = Some(id.sighting);
    keys.secret = Some(secret.sighting);
    agree(&mut keys);
    Set { keys, group, vendor }
}

fn half(part: Seen) -> Set {
    let mut keys = empty(part.reader);
    match part.part() {
        Part::Id => keys.id = Some(part.sighting),
        Part::Secret => keys.secret = Some(part.sighting),
        Part::Token => keys.token = Some(part.sighting),
        Part::Bearer => keys.bearer = Some(part.sighting),
    }
    Set { keys, group: part.group, vendor: part.vendor }
}

/// A token belongs to the pairs of its group; or to the only temporary key there is.
fn give_token(token: Seen, sets: &mut Vec<Set>) {
    let takes = |set: &Set| set.keys.token.is_none() && set.keys.bearer.is_none();
    let mut of_group: Vec<&mut Set> =
        sets.iter_mut().filter(|set| takes(set) && set.group == token.group).collect();
    if of_group.is_empty() {
        of_group = sets.iter_mut().filter(|set| takes(set) && set.keys.any(Class::Temporary)).collect();
        of_group.truncate(usize::from(of_group.len() == 1));
    }
    if of_group.is_empty() {
        sets.extend(token.sure.then(|| half(token)));
    } else {
        for set in of_group {
            set.keys.token = Some(token.sighting.clone());
        }
    }
}

/// The id says what the secret is: forty characters look the same whoever issued them.
fn agree(keys: &mut KeySet) {
    let (Some(id), Some(secret)) = (&keys.id, &mut keys.secret) else { return };
    let both_written = id.reference.is_none() && secret.reference.is_none();
    if !both_written || secret.class != Class::LongLived {
        return;
    }
    secret.class = match id.class {
        class @ (Class::Temporary | Class::ContextSpecific) => class,
        Class::Opaque | Class::Dummy => Class::Opaque,
        _ => Class::LongLived,
    };
}

fn reader_of(id: Reader, secret: Reader) -> Reader {
    match (id, secret) {
        (Reader::Sdk, _) | (_, Reader::Sdk) => Reader::Sdk,
        (Reader::Program, _) | (_, Reader::Program) => Reader::Program,
        _ => Reader::Nobody,
    }
}

fn empty(reader: Reader) -> KeySet {
    KeySet {
        id: None,
        secret: None,
        token: None,
        bearer: None,
        reader,
        target: Target::Aws,
        sibling_emulator: false,
    }
}
