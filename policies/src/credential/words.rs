//! Values that are words: notes to whoever fills them in, and passwords that emulators take.

use super::Class;

/// Longer texts are no placeholder that a person wrote.
const LONGEST: usize = 96;

/// Parts of a text that ask a person to replace it, wherever they stand.
static ASKING: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "placeholder",
    "replaceme",
    "replace",
    "example",
    "redacted",
    "goeshere",
    "goes-here",
    "goes_here",
    "fill-in",
    "fillme",
    "fill-me",
    "fill_me",
    "insert-",
    "insert_",
    "sample",
    "***",
    "...",
    "\u{2026}",
    "\u{2022}\u{2022}",
];

/// Words that ask a person to replace the text, when they stand as words.
static ASKING_WORDS: &[&str] = &[
    "your", "yours", "todo", "tbd", "fixme", "insert", "enter", "masked", "hidden", "removed", "here",
    "change", "xxx",
];

/// Words that only emulators, object servers on a laptop and tests take as a password.
static DUMMY_WORDS: &[&str] = &[
    "a",
    "abc",
    "admin",
    "any",
    "anonymous",
    "anything",
    "bar",
    "baz",
    "ci",
    "default",
    "demo",
    "dev",
    "development",
    "doesnt",
    "dummy",
    "dynamodb",
    "dynamodblocal",
    "elasticmq",
    "emulator",
    "fake",
    "foo",
    "foobar",
    "garage",
    "guest",
    "ignored",
    "local",
    "localhost",
    "localstack",
    "matter",
    "minio",
    "minioadmin",
    "miniopass",
    "miniopassword",
    "miniosecret",
    "miniostorage",
    "miniouser",
    "mock",
    "mocked",
    "moto",
    "na",
    "needed",
    "no",
    "none",
    "not",
    "noop",
    "nothing",
    "null",
    "pass",
    "passwd",
    "password",
    "qwerty",
    "root",
    "rootpass",
    "rootpassword",
    "rootuser",
    "rustfs",
    "rustfsadmin",
    "s3mock",
    "s3rver",
    "test",
    "testing",
    "tests",
    "tester",
    "unused",
    "used",
    "user",
    "username",
    "x",
    "xx",
    "y",
    "z",
];

/// Words that say no more than what the slot is for.
static SLOT_WORDS: &[&str] = &[
    "access",
    "accesskey",
    "accesskeyid",
    "aws",
    "id",
    "key",
    "keyid",
    "my",
    "s3",
    "secret",
    "secretaccesskey",
    "secretkey",
    "session",
    "some",
    "the",
    "this",
    "token",
    "value",
    "credential",
    "credentials",
    "is",
    "storage",
];

/// Dummies of well-known setups that the words above do not make up.
static KNOWN_DUMMIES: &[&str] = &["dummyidexample", "dummyexamplekey", "fakemykeyid", "fakesecretaccesskey"];

/// A placeholder or a dummy, if the text is made of words that say so.
pub(super) fn class(text: &str) -> Option<Class> {
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    if KNOWN_DUMMIES.contains(&lower.as_str()) {
        return Some(Class::Dummy);
    }
    if ASKING.iter().any(|part| lower.contains(part)) || is_mask(&lower) {
        return Some(Class::Placeholder);
    }
    of_words(text)
}

fn of_words(text: &str) -> Option<Class> {
    let words = split(text);
    if words.iter().any(|word| ASKING_WORDS.contains(&word.as_str()) || is_run(word)) {
        return Some(Class::Placeholder);
    }
    let known = |word: &String| is_dummy(word) || SLOT_WORDS.contains(&word.as_str());
    match words.iter().all(known) {
        // `key` alone asks nobody for anything.
        true if words.len() == 1 || words.iter().any(|word| is_dummy(word)) => Some(Class::Dummy),
        true if !words.is_empty() => Some(Class::Placeholder),
        _ => None,
    }
}

fn is_dummy(word: &str) -> bool {
    DUMMY_WORDS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit())
}

/// Three or more `x` and nothing else.
fn is_run(word: &str) -> bool {
    word.len() >= 3 && word.bytes().all(|b| b == b'x')
}

/// Nothing but mask characters.
fn is_mask(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|b| matches!(b, b'x' | b'*' | b'.' | b'-' | b'_' | b'#' | b'?'))
}

/// Lower-case words: cut at separators, between letters and digits, and before a capital.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars() {
        if c.is_alphanumeric() {
            if begins_word(last, c) || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        last = c;
    }
    words
}

fn begins_word(last: char, c: char) -> bool {
    !last.is_alphanumeric()
        || last.is_lowercase() && c.is_uppercase()
        // `s3` stays one word.
        || last.is_ascii_digit() && c.is_alphabetic()
        || last.is_alphabetic() && c.is_ascii_digit() && !matches!(last, 's' | 'S')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_to_a_person_are_placeholders() {
        for text in [
            "YOUR_KEY",
            "changeme",
            "your-access-key-id",
            "REPLACE_ME",
            "xxxxxxxx",
            "****",
            "AKIA...",
            "my-secret-key",
            "ACCESS_KEY",
        ] {
            assert_eq!(class(text), Some(Class::Placeholder), "{text}");
        }
    }

    #[test]
    fn what_emulators_take_is_a_dummy() {
        for text in [
            "test",
            "minioadmin",
            "local",
            "minio123",
            "fakeMyKeyId",
            "dummy-access-key",
            "foo",
            "000000000000",
            "key",
            "DUMMYIDEXAMPLE",
            "not-needed",
        ] {
            assert_eq!(class(text), Some(Class::Dummy), "{text}");
        }
    }

    #[test]
    fn anything_else_is_neither() {
        for text in ["hunter2-prod-3kf93", "GK31c2f218a2e44f485b94239e", "K005aBcDeFgHiJkLmN", "orders-prod"]
        {
            assert_eq!(class(text), None, "{text}");
        }
    }
}
