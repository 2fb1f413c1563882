//! The nearest of several names, for those who mistype.

/// The name that is few edits away, if one is: one edit for every three characters, at least one.
pub fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let near = |name: &&str| {
        let edits = distance(&text.to_ascii_lowercase(), &name.to_ascii_lowercase());
        (edits <= (text.len() / 3).max(1)).then_some(edits)
    };
    let candidates = names.into_iter().filter_map(|name| Some((near(&name)?, name)));
    candidates.min_by_key(|(edits, _)| *edits).map(|(_, name)| name)
}

/// How many characters must be put in, taken out or replaced (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_finds_none() {
        let names = ["static-access-key", "key-object", "half-key-pair"];
        assert_eq!(nearest("static-acces-key", names), Some("static-access-key"));
        assert_eq!(nearest("Half-Keypair", names), Some("half-key-pair"));
        assert_eq!(nearest("isolated-container", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn distances_are_counted_in_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
