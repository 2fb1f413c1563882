//! The fix that takes keys out, once a role is there to take over.

use crate::credential::KeySet;
use crate::document::At;
use crate::fix::{Applicability, Change, Fix};

use super::wording;
use crate::identity::Identity;

/// Takes a whole key set out when a role takes over; else advice alone.
pub(super) fn of_keys(set: &KeySet, identity: &Identity, bearer: &str) -> Fix {
    let title = wording::remedy(&wording::delete_by_name(set), identity.held(), bearer);
    match (identity.held(), entries(set)) {
        (Some(_), Some(entries)) => Fix {
            title,
            applicability: Applicability::Unsafe,
            changes: entries.into_iter().map(Change::Remove).collect(),
        },
        _ => Fix::manual(title),
    }
}

/// The entries of all parts, the last of the document first, so that no removal moves another.
fn entries(set: &KeySet) -> Option<Vec<At>> {
    let mut entries: Vec<At> = set.parts().map(|part| part.entry).collect::<Option<_>>()?;
    entries.sort_unstable_by(|a, b| b.cmp(a));
    entries.dedup();
    Some(entries)
}
