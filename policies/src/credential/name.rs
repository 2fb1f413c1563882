//! Names that come from the input and are shown: they must never show a key.

use std::borrow::Cow;

/// How long a secret access key is.
const SECRET_LENGTH: usize = 40;
/// Session tokens are longer than any name.
const TOKEN_LENGTH: usize = 100;
/// What a Bedrock API key begins with, and the shortest rest that makes it one.
const BEDROCK: (&str, usize) = ("ABSK", 40);
/// Letters of a key id's kind, and the shortest body that makes it an id.
const ID_KINDS: [&str; 4] = ["AKIA", "ASIA", "ABIA", "ACCA"];
const ID_BODY: usize = 12;
/// The shortest run of characters that may hold a key.
const SHORTEST_RUN: usize = ID_BODY + 4;
/// What every key begins with that is shorter than a secret.
const KEY_INITIAL: u8 = b'A';

/// No byte of a plain name: a quote, or what is not printed in ASCII.
const OUTSIDE: u8 = 1;
/// A colon, which may end a scheme.
const COLON: u8 = 2;
/// What keys begin with.
const INITIAL: u8 = 4;

/// What each byte is, if it is one of these.
static KINDS: [u8; 256] = {
    let mut kinds = [OUTSIDE; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        kinds[byte as usize] = match byte {
            b'"' | b'\'' => OUTSIDE,
            b':' => COLON,
            KEY_INITIAL => INITIAL,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// A name as it may be shown. A run of characters that holds a key id, or that has the shape of a secret
/// key, is replaced by `****`; what is around it stays. A text that is no name at all is replaced as a whole:
/// lines, quotations, URLs.
pub fn safe_name(name: &str) -> Cow<'_, str> {
    if is_plain(name) {
        return Cow::Borrowed(name);
    }
    if is_no_name(name) {
        return "****".into();
    }
    let mut shown = Cow::Borrowed(name);
    let is_key = |run: &&str| holds_id(run) || holds_secret(run) || holds_bedrock_key(run) || is_token(run);
    for run in runs(name).filter(is_key) {
        shown = Cow::Owned(shown.replace(run, "****"));
    }
    shown
}

/// What nearly every name is, told in one look at each of its bytes: in ASCII, without quotes, and without a run
/// of characters that could be a key. `false` tells nothing.
fn is_plain(name: &str) -> bool {
    let found = name.bytes().fold(0, |found, byte| found | KINDS[usize::from(byte)]);
    if found & OUTSIDE != 0 {
        return false;
    }
    let scheme = found & COLON != 0 && (name.len() < SHORTEST_RUN || name.contains(":/"));
    let may_be_key = found & INITIAL != 0 || name.len() >= SECRET_LENGTH;
    !scheme && (name.len() < SHORTEST_RUN || !may_be_key || runs_are_plain(name))
}

/// No run is long enough for a key of its kind.
fn runs_are_plain(name: &str) -> bool {
    runs(name).all(|run| run.len() < SECRET_LENGTH && !run.bytes().any(|byte| byte == KEY_INITIAL))
}

/// Programs put files, documents and connection strings where a name belongs. A template's mark may quote.
fn is_no_name(name: &str) -> bool {
    let quotes = name.contains(['"', '\'']) && !name.contains("{{");
    quotes || name.contains("://") || name.chars().any(char::is_control)
}

fn runs(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !is_run(c)).filter(|run| run.len() >= SHORTEST_RUN)
}

fn is_run(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '+' || c == '/'
}

/// A secret may hold slashes, and stand between slashes.
fn holds_secret(run: &str) -> bool {
    let starts = std::iter::once(0).chain(run.match_indices('/').map(|(slash, _)| slash + 1));
    starts
        .filter_map(|start| run.get(start..start + SECRET_LENGTH).zip(Some(start + SECRET_LENGTH)))
        .any(|(part, end)| (end == run.len() || run[end..].starts_with('/')) && is_mixed(part))
}

fn is_mixed(part: &str) -> bool {
    let has = |kind: fn(&char) -> bool| part.chars().any(|c| kind(&c));
    has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit)
}

fn is_token(run: &str) -> bool {
    run.len() >= TOKEN_LENGTH && is_mixed(run)
}

fn holds_id(run: &str) -> bool {
    ID_KINDS.iter().flat_map(|kind| run.match_indices(kind)).any(|(start, kind)| {
        let body =
            run[start + kind.len()..].bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        body.count() >= ID_BODY
    })
}

fn holds_bedrock_key(run: &str) -> bool {
    let (prefix, rest) = BEDROCK;
    run.find(prefix).is_some_and(|start| run.len() - start - prefix.len() >= rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_names_are_masked_and_names_are_not() {
        let id = concat!("AKIA", "Q3EGPOLICY2CTL7A");
        let secret = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kSaE4uI3o9");
        assert_eq!(safe_name(id), "****");
        assert_eq!(safe_name(&format!("app-{id}-1")), "app-****-1");
        assert_eq!(safe_name(&format!("x{id}x.y")), "****.y");
        assert_eq!(safe_name(secret), "****");
        assert_eq!(safe_name(&format!("x={secret}")), "x=****");
        assert_eq!(safe_name(&format!("a/{secret}/b.c")), "****.c");
        let bedrock = concat!("ABSK", "QmVkcm9ja0FQSUtleS1hYmNkMTIzNDU2Nzg5MDEyMzQ1Njc4OTA=");
        assert!(safe_name(bedrock).starts_with("****"));
        assert_eq!(safe_name(&"IQoJb3JpZ2lu".repeat(10)), "****");
        for name in ["AWS_SECRET_ACCESS_KEY", "checkout", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0", "AKIA"]
        {
            assert_eq!(safe_name(name), name);
        }
    }

    #[test]
    fn a_plain_name_is_one_that_the_careful_look_leaves_as_it_is() {
        let id = concat!("AKIA", "Q3EGPOLICY2CTL7A");
        for text in ["registry.acme.example/shop/web:1.42", "AWS_SECRET_ACCESS_KEY", "a b", "", "/var/lib/x"]
        {
            assert!(is_plain(text), "{text}");
        }
        for text in [id, "x://y", "it's", "a\nb", "ä", &"x".repeat(40), &format!("/{id}")] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_masked_as_a_whole() {
        for text in ["[default]\nkey = x", "https://user:x@proxy", "{\"key\": \"x\"}", "postgres://db"] {
            assert_eq!(safe_name(text), "****");
        }
        for name in
            ["/root/.aws/credentials", "arn:aws:iam::111122223333:role/x", "{{ include \"x\" . }}", "${NAME}"]
        {
            assert_eq!(safe_name(name), name);
        }
    }
}
