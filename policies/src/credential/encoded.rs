//! Texts in base64: a whole settings file in one variable, a script in one word.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::shape;
use super::text::{Found, scan_within};

/// How many encodings within each other are opened.
pub(super) const LEVELS: u8 = 2;
/// Shorter runs hold no pair.
const SHORTEST: usize = 40;
/// Longer runs are no settings.
const LONGEST: usize = 256 << 10;

/// Looks into every encoded run of a text.
pub(super) fn open(text: &str, levels: u8, found: &mut Vec<Found>) {
    let Some(below) = levels.checked_sub(1) else { return };
    for run in runs(text) {
        let Some(inner) = text.get(run.clone()).and_then(decode) else { continue };
        let parts = scan_within(&inner, below).into_iter();
        found.extend(parts.map(|part| Found { range: run.clone(), ..part }));
    }
}

/// A text holds a run that may be a code: long enough, and more than the digits of a digest.
pub(crate) fn holds_code(text: &str) -> bool {
    let is_digest = |run: Range<usize>| text.as_bytes()[run].iter().all(u8::is_ascii_hexdigit);
    runs(text).any(|run| !is_digest(run))
}

/// The text behind a value that is a code and nothing else, its padding included.
pub(super) fn whole(text: &str) -> Option<String> {
    let code = text.trim_end_matches('=');
    code.bytes().all(shape::is_base64).then(|| decode(code)).flatten()
}

/// The text behind a code, when it is one.
fn decode(code: &str) -> Option<String> {
    // A remainder of one character is cut: it carries no whole byte.
    let whole = code.len() - usize::from(code.len() % 4 == 1);
    let bytes = STANDARD_NO_PAD.decode(code.get(..whole)?).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// Runs of the alphabet that are long enough, without their padding.
///
/// A run of forty has no other character in any forty bytes: from the last such character on, the next
/// may begin, and most of a text is never looked at.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(window) = bytes.get(at..at + SHORTEST) {
            if let Some(other) = window.iter().rposition(|b| !shape::is_base64(*b)) {
                at += other + 1;
                continue;
            }
            let start = at;
            let length = bytes[start..].iter().take_while(|b| shape::is_base64(**b)).count();
            at = start + length + 1;
            if length <= LONGEST {
                return Some(start..start + length);
            }
        }
        None
    })
}
