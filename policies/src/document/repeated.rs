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
pub(super) fn is_likely(marks: &[u64]) -> bool {
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

/// The last bytes of a key, of a short one the first as well: equal keys have equal marks.
#[inline]
pub(super) fn mark(key: &[u8]) -> u64 {
    match (key.last_chunk(), key.first_chunk(), key.last_chunk()) {
        (Some(last), ..) => u64::from_ne_bytes(*last),
        (None, Some(first), Some(last)) => {
            u64::from(u32::from_ne_bytes(*first)) << 32 | u64::from(u32::from_ne_bytes(*last))
        }
        _ => key.iter().fold(0, |mark, byte| mark << 8 | u64::from(*byte)),
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
