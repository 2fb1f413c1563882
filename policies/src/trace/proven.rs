//! How many recordings of the real SDK stand behind each chain. A test counts the recordings again.

/// Recordings by SDK; an SDK that is not listed has none.
static RECORDINGS: &[(&str, u32)] = &[];

/// How many recordings stand behind the chain of this SDK.
pub(super) fn recordings(sdk: &str) -> u32 {
    RECORDINGS.iter().find(|(listed, _)| *listed == sdk).map_or(0, |(_, count)| *count)
}
