//! What holds for every text.

use proptest::prelude::*;

use super::*;
use crate::credential::{classify_named, classify_value, masked, plain, profiles, safe_name, spans_to_mask};

proptest! {
    #[test]
    fn no_text_stops_the_recognisers(text in ".{0,200}", name in ".{0,40}") {
        let _ = (classify_value(&text), classify_named(&name, &text), profiles(&text), plain(&name, &text), safe_name(&text));
        let mut last = 0;
        for span in spans_to_mask(&text) {
            prop_assert!(span.start >= last && text.get(span.clone()).is_some());
            last = span.end;
        }
    }

    #[test]
    fn texts_like_settings_do_not_either(text in "([A-Za-z_\"'=: @%{}$()<>/+\\\\\n.-]|AKIA|aws_secret_access_key|--|é){0,60}") {
        let _ = (classify_value(&text), masked(&text), profiles(&text));
    }

    #[test]
    fn forty_random_characters_are_no_key_without_a_slot(text in "[A-Za-z0-9+/]{40}", name in "(APP|SIGNING|BUILD)_(SECRET|TOKEN|HASH|KEY)") {
        prop_assert_eq!(classify_value(&text), None);
        prop_assert!(!classify_named(&name, &text).is_some_and(super::super::Class::is_issued));
    }

    #[test]
    fn a_planted_key_is_masked_wherever_it_stands(
        before in "[ -~]{0,40}", between in "[ :=,;\"'@&]{1,6}", after in "[ :=,;\"'@&][ -~]{0,40}",
    ) {
        let text = format!("{before} {ID}{between}{SECRET}{after}");
        let shown = masked(&text);
        prop_assert!(!shown.contains(ID) && !shown.contains(SECRET), "{}", shown);
    }
}

#[test]
fn texts_built_to_be_slow_come_to_an_end() {
    for part in [
        "AKIAQ3EGPOLICY2CTL7A ",
        "key=",
        "= ",
        "aws",
        "secret",
        "secret=",
        "://",
        "://@",
        "\n[",
        "a\"",
        "AKIA",
        "--key ",
        "arn:aws:",
        "A",
        "name:AWS_SECRET_ACCESS_KEY ",
        "%2F",
        "$(",
        "é",
    ] {
        let text = part.repeat(50_000 / part.len());
        let _ = (classify_value(&text), spans_to_mask(&text).len(), profiles(&text), plain("X", &text));
        let _ = crate::credential::service::of_value(&text);
        let keys = with_env(&format!("SETTINGS: {}", text.replace(['\n', '\''], "")));
        assert!(keys.len() <= 600);
    }
}

#[test]
fn thousands_of_keys_in_one_container_come_to_an_end() {
    let triples = |n: usize| {
        format!(
            "X{n}_AWS_ACCESS_KEY_ID: {ID}\nX{n}_AWS_SECRET_ACCESS_KEY: {SECRET}\nX{n}_AWS_S3_ENDPOINT: http://minio:9000\n"
        )
    };
    let env: Vec<String> = (0..1000).map(triples).collect();
    assert_eq!(with_env(&env.concat()).len(), 1000);
}
