//! The grammar of AWS's values: key ids, secrets, session tokens, Bedrock keys.
//!
//! Sources: IAM user guide, "IAM identifiers" (unique id prefixes); AWS Security Token Service API
//! reference, `Credentials`; Amazon Bedrock user guide, "API keys".

use super::Class;

/// Characters of an access key id as IAM issues it today.
pub(super) const ID_LENGTH: usize = 20;
/// Characters of a secret access key.
pub(super) const SECRET_LENGTH: usize = 40;
/// Session tokens are opaque; none shorter than this is issued.
const TOKEN_LENGTH: usize = 100;
/// A random body of sixteen characters repeats itself less than this; `XXXX...` does not reach it.
const ID_VARIETY: u32 = 7;
/// Distinct characters that a random secret exceeds but for one in a million, and a word or a mask does not.
const SECRET_VARIETY: u32 = 18;
/// Characters in alphabetical order that no random key has in a row.
const STAIRCASE: usize = 7;

/// Long-lived Bedrock keys begin so.
const BEDROCK_LONG: &str = "ABSK";
/// What follows [`BEDROCK_LONG`]: the encoded beginning of `BedrockAPIKey-`.
const BEDROCK_BODY: &str = "QmVkcm9ja0FQSUtleS";
/// Short-lived Bedrock keys begin so.
pub(super) const BEDROCK_SHORT: &str = "bedrock-api-key-";

/// What a key id's first four characters say. Identifiers (`AROA`, `AIDA`, ...) are no credentials.
pub(super) fn id_prefix(text: &[u8]) -> Option<Class> {
    match text.get(..4)? {
        b"AKIA" => Some(Class::LongLived),
        b"ASIA" | b"ABIA" => Some(Class::Temporary),
        b"ACCA" => Some(Class::ContextSpecific),
        _ => None,
    }
}

/// The class of a text that is an access key id and nothing else.
pub(super) fn key_id(text: &str) -> Option<Class> {
    let class = id_prefix(text.as_bytes())?;
    let body = text.get(4..).filter(|_| text.len() == ID_LENGTH)?;
    if !body.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return None;
    }
    if body.ends_with("EXAMPLE") {
        return Some(Class::DocumentedExample);
    }
    let issued = body.bytes().all(is_base32) && variety(body) >= ID_VARIETY && !has_staircase(body);
    Some(if issued && !body.contains("EXAMPLE") { class } else { Class::Placeholder })
}

/// A text that begins as a key id but cannot be one: masked, cut, or of the wrong length.
pub(super) fn is_mutilated_id(text: &str) -> bool {
    id_prefix(text.as_bytes()).is_some() && key_id(text).is_none()
}

/// The class of a text that is a secret access key and nothing else. Forty characters prove nothing by
/// themselves: ask only beside a key id or under a name that says so.
pub(super) fn secret(text: &str) -> Option<Class> {
    if text.ends_with("EXAMPLEKEY") && (38..=42).contains(&text.len()) {
        return Some(Class::DocumentedExample);
    }
    if text.len() != SECRET_LENGTH || !text.bytes().all(is_base64) || is_hex(text) {
        return None;
    }
    if variety(text) <= 6 || has_staircase(text) {
        return Some(Class::Placeholder);
    }
    (variety(text) >= SECRET_VARIETY && is_mixed(text)).then_some(Class::LongLived)
}

/// The class of a text that is a session token and nothing else.
pub(super) fn token(text: &str) -> Option<Class> {
    let long = text.len() >= TOKEN_LENGTH && text.bytes().all(|b| is_base64(b) || b == b'=');
    match long {
        true if text.contains("EXAMPLE") => Some(Class::DocumentedExample),
        true if variety(text) > 6 => Some(Class::Temporary),
        _ => None,
    }
}

/// A text begins as session tokens do: an encoded `origin_`, `er/aws` or `aws`.
pub(super) fn begins_as_token(text: &[u8]) -> bool {
    [&b"IQoJb3JpZ2lu"[..], b"FwoGZXIvYXdz", b"FQoGZXIvYXdz", b"AQoDYXdz"]
        .iter()
        .any(|head| text.starts_with(head))
}

/// The class of a text that is a Bedrock API key and nothing else.
pub(super) fn bearer(text: &str) -> Option<Class> {
    if let Some(body) = text.strip_prefix(BEDROCK_LONG) {
        let long = body.len() >= 100 || body.starts_with(BEDROCK_BODY) && body.len() >= 40;
        let encoded = body.trim_end_matches('=').bytes().all(is_base64);
        return (long && encoded).then_some(Class::LongLived);
    }
    let body = text.strip_prefix(BEDROCK_SHORT)?;
    let encoded = body.bytes().all(|b| is_base64(b) || matches!(b, b'=' | b'-' | b'_'));
    (body.len() >= 20 && encoded).then_some(Class::Temporary)
}

/// A character of a secret access key.
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'/' || byte == b'+'
}

/// A character of an issued key id: 0, 1, 8 and 9 are never among them.
fn is_base32(byte: u8) -> bool {
    byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)
}

/// A digest, not a secret: all forty hexadecimal.
fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_mixed(text: &str) -> bool {
    let has = |class: fn(&u8) -> bool| u8::from(text.as_bytes().iter().any(class));
    has(u8::is_ascii_uppercase) + has(u8::is_ascii_lowercase) + has(u8::is_ascii_digit) >= 2
}

/// How many different characters (of the first 128 of the character set) a text has.
fn variety(text: &str) -> u32 {
    text.bytes().fold(0_u128, |seen, b| seen | 1 << (b & 127)).count_ones()
}

fn has_staircase(text: &str) -> bool {
    let mut run = 1;
    text.as_bytes().windows(2).any(|pair| {
        run = if pair[1] == pair[0].wrapping_add(1) { run + 1 } else { 1 };
        run >= STAIRCASE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issued_id_is_told_from_examples_and_placeholders() {
        assert_eq!(key_id(concat!("AKIA", "Q3EGPOLICY2CTL7A")), Some(Class::LongLived));
        assert_eq!(key_id(concat!("ASIA", "Y34FZKBOKMUTVV7A")), Some(Class::Temporary));
        assert_eq!(key_id("AKIAIOSFODNN7EXAMPLE"), Some(Class::DocumentedExample));
        assert_eq!(key_id("AKIAI44QH8DHBEXAMPLE"), Some(Class::DocumentedExample));
        assert_eq!(key_id("AKIAXXXXXXXXXXXXXXXX"), Some(Class::Placeholder));
        assert_eq!(key_id("AKIA1234567890ABCDEF"), Some(Class::Placeholder));
        assert_eq!(key_id("AKIAABCDEFGHIJKLMNOP"), Some(Class::Placeholder));
        assert_eq!(key_id("AROAQ3EGPOLICY2CTL7A"), None);
        assert!(is_mutilated_id("AKIA****************"));
    }

    #[test]
    fn a_secret_is_told_from_digests_names_and_masks() {
        let real = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");
        assert_eq!(secret(real), Some(Class::LongLived));
        assert_eq!(secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), Some(Class::DocumentedExample));
        assert_eq!(secret("da39a3ee5e6b4b0d3255bfef95601890afd80709"), None);
        assert_eq!(secret("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), Some(Class::Placeholder));
        assert_eq!(secret("thequickbrownfoxjumpsoverthelazydogtoday"), None);
    }

    #[test]
    fn bedrock_keys_are_long_lived_or_not() {
        let long = format!("ABSK{}{}", BEDROCK_BODY, "aB3".repeat(40));
        assert_eq!(bearer(&long), Some(Class::LongLived));
        assert_eq!(bearer("bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t"), Some(Class::Temporary));
        assert_eq!(bearer("ABSKshort"), None);
    }
}
