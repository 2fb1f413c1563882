//! A sieve before the examination: can this text hold anything that a rule would deny or warn about?
//!
//! The webhook sees every pod of a cluster, and most have nothing to do with AWS. Every finding at or above
//! a warning begins with a word that stands in the document: the name of a variable that SDKs or programs
//! read, a service, a key's prefix, an image. A text without any of these words, from a workload whose
//! service account promises no role, passes under `advisory` and `baseline` unless a policy says more.
//! The tests hold this claim against every flagged example and against pods put together by chance.

use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};

use crate::credential;

/// Words in lower case.
static WORDS: &[&str] = &[
    // Names, hosts, paths and images of AWS; keys by what every spelling of their names has.
    "aws",
    "amazon",
    "access",
    "boto",
    // Services that a variable's name may speak of, and images that need one.
    "bucket",
    "sqs",
    "sns",
    "dynamo",
    "kinesis",
    "firehose",
    "kms",
    "eventbridge",
    "cognito",
    "bedrock",
    "_arn",
    "-arn",
    ".arn",
    "arn_",
    "arn:",
    "\"arn",
    "region",
    "cloudwatch",
    "karpenter",
    "ecr-",
    // Programs whose own variables hold keys.
    "litestream",
    "rclone",
    "restic",
    "velero",
    "thanos",
    "loki",
    "mimir",
    "tempo",
    "walg",
    "wale",
    "minio",
    // Prefixes of keys.
    "akia",
    "asia",
    "abia",
    "acca",
    "absk",
    // Registries' logins, and our own annotations.
    "docker_auth",
    "docker_config",
    "ecs_engine",
    "policyctl",
];

/// Looked for by itself: with a word of two letters among them, the search for all of them goes by two letters.
const STORAGE: &[u8] = b"s3";

/// The word within a name in camel case; in lower case it would be found in every `warn`.
const ARN_WITHIN: &[u8] = b"Arn";

static SIEVE: LazyLock<Option<Searcher>> =
    LazyLock::new(|| Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(WORDS).build());

/// Whether a text holds a word that some rule reads, or a code that may hold one. `false` is a promise, `true` is none.
///
/// Takes a few microseconds for a pod of 6 KB.
pub fn may_concern(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    SIEVE.as_ref().is_none_or(|sieve| sieve.find(&lower).is_some())
        || memchr::memmem::find(lower.as_bytes(), STORAGE).is_some()
        || memchr::memmem::find(text.as_bytes(), ARN_WITHIN).is_some()
        || credential::holds_code(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_fit_a_vectorised_search() {
        assert!(SIEVE.is_some(), "{} words are too many", WORDS.len());
    }

    #[test]
    fn a_pod_that_speaks_of_other_things_falls_through() {
        assert!(!may_concern(
            r#"{"name":"web","image":"nginx:1.29","env":[{"name":"LOG_LEVEL","value":"warn"}]}"#
        ));
    }

    #[test]
    fn keys_are_caught_in_any_case_and_in_base64() {
        use base64::Engine as _;
        let id = concat!("AKIA", "Q3EGPOLICY2CTL7A");
        for text in [id.to_owned(), format!("id={id}"), format!("AWS_ACCESS_KEY_ID={id}")] {
            for pad in ["", "x", "xx"] {
                let settings = format!("{pad}{text} and its secret");
                let code = base64::engine::general_purpose::STANDARD.encode(settings);
                assert!(may_concern(&text) && may_concern(&code), "{text} behind {pad:?}");
            }
        }
    }
}
