//! Bounded looks into a text: whatever a text holds, no part of it is scanned over and over.

/// At most `most` bytes from here on, cut at a character.
pub(super) fn ahead(text: &str, from: usize, most: usize) -> &str {
    let end = text.floor_char_boundary(from.saturating_add(most).min(text.len()));
    text.get(from..end).unwrap_or_default()
}

/// At most `most` bytes before here, cut at a character.
pub(super) fn behind(text: &str, to: usize, most: usize) -> &str {
    let start = text.ceil_char_boundary(to.saturating_sub(most));
    text.get(start..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_fall_between_characters() {
        assert_eq!(ahead("aéb", 0, 2), "a");
        assert_eq!(behind("aéb", 4, 2), "b");
        assert_eq!((ahead("abc", 1, 99), behind("abc", 2, 99)), ("bc", "ab"));
        assert_eq!(ahead("é", 1, 5), "");
    }
}
