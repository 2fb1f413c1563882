//! Several Kubernetes objects in one mapping: the `---` between them was left out.

use super::builder::number;
use super::position::Span;
use super::tree::{Arena, At, DuplicateKey, Shape, Slot, Step};

/// The members that every object has, and has once.
const OF_EACH: [&str; 2] = ["apiVersion", "kind"];

/// Parts a root mapping in which `apiVersion` and `kind` both come again, so that every object in it is read.
/// Of the members that are then no longer twice in one object, the first of each part stays a duplicate.
pub(super) fn part(arena: &mut Arena, text: &str) {
    let again = |name: &&str| arena.duplicates.iter().any(|twice| is_root(arena, text, *twice, name));
    if arena.duplicates.is_empty() || !OF_EACH.iter().all(again) {
        return;
    }
    let starts = starts(arena, text);
    let crosses = |twice: &DuplicateKey| {
        let second = key(arena, twice.second)?;
        let between = starts.iter().any(|start| key(arena, twice.first) < Some(*start) && *start < second);
        Some(between)
    };
    let kept = arena.duplicates.iter().filter(|twice| crosses(twice) != Some(true)).copied().collect();
    arena.duplicates = kept;
    add_parts(arena, &starts);
}

/// The keys at which another object starts.
fn starts(arena: &Arena, text: &str) -> Vec<At> {
    let mut seen = [false; 2];
    let mut starts = Vec::new();
    for key in root_members(arena).iter().step_by(2) {
        let Some(which) = OF_EACH.iter().position(|name| arena.text(text, *key) == Some(name)) else {
            continue;
        };
        if seen[which] {
            starts.push(*key);
            seen = [false; 2];
        }
        seen[which] = true;
    }
    starts
}

fn add_parts(arena: &mut Arena, starts: &[At]) {
    let Shape::Mapping { members, marks } = arena.slots[0].shape else { return };
    let root = members.start as usize..members.end as usize;
    let first = root.start;
    let is_start = |index: &usize| starts.contains(&arena.children[*index]);
    let mut bounds: Vec<usize> = root.clone().step_by(2).filter(is_start).collect();
    bounds.insert(0, first);
    bounds.push(root.end);
    for bound in bounds.windows(2) {
        let span = span(arena, bound[0], bound[1]);
        let members = Span { start: number(bound[0]), end: number(bound[1]) };
        let shape = Shape::Mapping { members, marks: marks + number((bound[0] - first) / 2) };
        arena.parts.push(At(number(arena.slots.len())));
        arena.slots.push(Slot { shape, span, parent: At::ROOT, step: Step::Root, copied: false });
    }
}

fn span(arena: &Arena, from: usize, to: usize) -> Span {
    let of = |index: usize| arena.slots[arena.children[index].0 as usize].span;
    Span { start: of(from).start, end: of(to - 1).end }
}

fn root_members(arena: &Arena) -> &[At] {
    &arena.children[arena.slots[0].shape.children()]
}

/// Both are members of the root, by this name.
fn is_root(arena: &Arena, text: &str, twice: DuplicateKey, name: &str) -> bool {
    arena.slots[twice.second.0 as usize].parent == At::ROOT
        && key(arena, twice.second).and_then(|key| arena.text(text, key)) == Some(name)
}

/// The key of a member of the root.
fn key(arena: &Arena, value: At) -> Option<At> {
    let slot = arena.slots[value.0 as usize];
    match slot.step {
        Step::Member(key) if slot.parent == At::ROOT => Some(key),
        _ => None,
    }
}
