//! Members of one mapping that have the same key.

use std::collections::HashMap;

use super::tree::{At, DuplicateKey};

/// Up to so many members, comparing each with each is faster than hashing.
const FEW: usize = 24;

/// Every member whose key an earlier one has; `members` are keys and values by turns.
pub(super) fn find<'t>(members: &[At], name: impl Fn(At) -> &'t str) -> Vec<DuplicateKey> {
    if members.len() <= 2 * FEW { compared(members, name) } else { hashed(members, name) }
}

/// Whether a key may be there twice, as the [`mark`]s of all tell; nearly never.
pub(super) fn is_likely(marks: &[u32]) -> bool {
    marks.len() > FEW || marks.iter().enumerate().any(|(count, later)| marks[..count].contains(later))
}

/// Most keys differ in what is quickly compared.
fn compared<'t>(members: &[At], name: impl Fn(At) -> &'t str) -> Vec<DuplicateKey> {
    let mut marks = [0; FEW];
    let mut pairs = Vec::new();
    for (count, later) in members.chunks_exact(2).enumerate() {
        let key = name(later[0]);
        marks[count] = mark(key.as_bytes());
        let mut alike = (0..count).rev().filter(|earlier| marks[*earlier] == marks[count]);
        if let Some(earlier) = alike.find(|earlier| name(members[2 * earlier]) == key) {
            pairs.push(DuplicateKey { first: members[2 * earlier + 1], second: later[1] });
        }
    }
    pairs
}

/// A number made of a key's length, its first bytes and its last: equal keys have equal marks, and most others have not.
#[inline]
pub(super) fn mark(key: &[u8]) -> u32 {
    const SPREADING: u64 = 0x9e37_79b9_7f4a_7c15;
    let (first, last) = ends(key);
    let mixed = first ^ last.rotate_left(32) ^ key.len() as u64;
    (mixed.wrapping_mul(SPREADING) >> 32) as u32
}

/// The first eight bytes and the last; of a shorter key as many as there are.
#[inline]
fn ends(key: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (key.first_chunk(), key.last_chunk()) {
        return (u64::from_ne_bytes(*first), u64::from_ne_bytes(*last));
    }
    match (key.first_chunk(), key.last_chunk()) {
        (Some(first), Some(last)) => (u32::from_ne_bytes(*first).into(), u32::from_ne_bytes(*last).into()),
        _ => (key.iter().fold(0, |mark, byte| mark << 8 | u64::from(*byte)), 0),
    }
}

fn hashed<'t>(members: &[At], name: impl Fn(At) -> &'t str) -> Vec<DuplicateKey> {
    let mut seen = HashMap::with_capacity(members.len() / 2);
    let repeated = members.chunks_exact(2).filter_map(|member| {
        let first = seen.insert(name(member[0]), member[1])?;
        Some(DuplicateKey { first, second: member[1] })
    });
    repeated.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_stand_together_in_a_container_differ_in_their_marks() {
        let keys =
            ["livenessProbe", "readinessProbe", "successThreshold", "failureThreshold", "name", "env", ""];
        let marks = keys.map(|key| mark(key.as_bytes()));
        assert!(!is_likely(&marks), "{marks:?}");
    }
}
