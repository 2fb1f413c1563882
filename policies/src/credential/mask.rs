//! What must not be shown of any text: of a source line in a report, of a message.

use std::borrow::Cow;
use std::ops::Range;

use super::reach::ahead;
use super::slot;
use super::text::{self, Found};
use super::{Class, Part, shape};

/// How far behind a name or a scheme a value is looked for.
const LONGEST_VALUE: usize = 4096;

/// A host's name is no longer.
const LONGEST_PLAIN: usize = 253;

/// What stands in the place of hidden bytes.
const MASK: &str = "****";

/// Words of a name whose value is hidden, though it is no AWS key.
static PRIVATE: &[&str] =
    &["passw", "passphrase", "secret", "token", "credential", "apikey", "api_key", "api-key", "private"];

/// The byte ranges of a text that must not be shown, in order and apart from each other.
///
/// Hidden are key ids beyond their first and last four characters, secrets (forty characters by their
/// shape alone too), session tokens, Bedrock keys, codes that hold any of them, values behind a name that
/// says secret, and passwords in URLs. Too much may be hidden, never too little.
pub fn spans_to_mask(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<_> = text::scan(text).iter().filter_map(span_of).collect();
    spans.extend(
        text::secrets(text).filter(|(_, class)| *class != Class::Placeholder).map(|(range, _)| range),
    );
    spans.extend(private_values(text));
    spans.extend(url_passwords(text));
    merged(spans)
}

/// A text with everything hidden that must not be shown.
pub fn masked(text: &str) -> Cow<'_, str> {
    let spans = spans_to_mask(text);
    if spans.is_empty() {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        shown.push_str(text.get(at..span.start).unwrap_or_default());
        shown.push_str(MASK);
        at = span.end;
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    shown.into()
}

/// A name whose value is not to be shown, whatever it looks like.
pub fn is_private_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    slot::sure(name).is_some() || PRIVATE.iter().any(|word| lower.contains(word))
}

/// A text that may be kept and shown: a host, a region, a path, a profile's name. `None` for what may be
/// secret, by its name or by itself, and for anything long.
pub fn plain<'t>(name: &str, text: &'t str) -> Option<&'t str> {
    let speaks = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '/' | '_' | '-' | ',' | '*' | '[' | ']')
    };
    let short = text.len() <= LONGEST_PLAIN && text.chars().all(speaks);
    (short && !is_private_name(name) && spans_to_mask(text).is_empty()).then_some(text)
}

fn span_of(found: &Found) -> Option<Range<usize>> {
    let harmless =
        matches!(found.class, Class::Empty | Class::Placeholder | Class::Unrendered | Class::Indirection);
    let range = found.range.clone();
    match found.part {
        _ if harmless => None,
        Part::Id if range.len() == shape::ID_LENGTH => Some(range.start + 4..range.end - 4),
        _ => Some(range),
    }
}

/// The values behind private names: `name=value`, `name: value`, `"name": "value"`.
fn private_values(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    PRIVATE.iter().flat_map(|word| every(text, &lower, word, value_of_name)).collect()
}

/// What is to be hidden after a mark (all of it, or nothing), and where to look for the next mark.
struct Look {
    hidden: Option<Range<usize>>,
    next: usize,
}

/// Looks behind every mark of a text, never twice at the same bytes. `searched` is the text itself, or the
/// same bytes in lower case.
fn every(text: &str, searched: &str, mark: &str, look: fn(&str, usize) -> Look) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut at = 0;
    while let Some(found) = searched.get(at..).and_then(|rest| rest.find(mark)) {
        let seen = look(text, at + found);
        hidden.extend(seen.hidden);
        at = seen.next.max(at + found + mark.len());
    }
    hidden
}

/// The value of the name in whose middle a byte stands.
fn value_of_name(text: &str, within: usize) -> Look {
    let rest = ahead(text, within, LONGEST_VALUE);
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let after = rest.trim_start_matches(in_name);
    let Some(value) = value_behind(after) else {
        return Look { hidden: None, next: within + rest.len() - after.len() };
    };
    let start = value.as_ptr() as usize - text.as_ptr() as usize;
    let end = start + value.len();
    let shown = value.is_empty() || value.starts_with(['$', '{', '<', '[']);
    Look { hidden: (!shown).then_some(start..end), next: end }
}

/// The value behind a separator, up to what ends it.
fn value_behind(text: &str) -> Option<&str> {
    let after = text.trim_start_matches(['"', '\'', '\\', ' ']);
    let after = after.strip_prefix([':', '=']).or_else(|| after.strip_prefix("=>"))?;
    let value = after.trim_start_matches([' ', '"', '\'', '\\', '=']);
    let end = value.find(['"', '\'', '\n', ',', '}', '&', '\\']).unwrap_or(value.len());
    Some(value.get(..end)?.trim_end())
}

/// `scheme://user:password@host`.
fn url_passwords(text: &str) -> Vec<Range<usize>> {
    every(text, text, "://", password_after)
}

fn password_after(text: &str, mark: usize) -> Look {
    let from = mark + "://".len();
    let rest = ahead(text, from, LONGEST_VALUE);
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
    let authority = rest.split(ends).next().unwrap_or_default();
    let hidden = authority.rsplit_once('@').and_then(|(user, _)| {
        let (name, password) = user.split_once(':')?;
        let start = from + name.len() + 1;
        (!password.is_empty() && !password.starts_with(['$', '{'])).then_some(start..start + password.len())
    });
    Look { hidden, next: from + authority.len() }
}

fn merged(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = concat!("AKIA", "Q3EGPOLICY2CTL7A");
    const SECRET: &str = concat!("Zk3v9QpL2mN8xR5t", "W7yB1cD4fG6hJ0kS+aE/uI3o");

    #[test]
    fn a_source_line_shows_no_key() {
        for line in [
            format!("value: {SECRET}"),
            format!("{{\"name\":\"X\",\"value\":\"{SECRET}\"}}"),
            format!("AWS_ACCESS_KEY_ID={ID} AWS_SECRET_ACCESS_KEY={SECRET} run"),
            format!("s3://{ID}:{}@bucket", SECRET.replace('/', "%2F").replace('+', "%2B")),
        ] {
            let shown = masked(&line);
            assert!(!shown.contains(&SECRET[..12]) && !shown.contains(ID), "{shown}");
        }
    }

    #[test]
    fn an_id_keeps_its_first_and_last_four() {
        assert_eq!(masked(ID), "AKIA****TL7A");
        assert_eq!(masked(&format!("--key={ID}")), "--key=AKIA****TL7A");
    }

    #[test]
    fn other_secrets_are_hidden_by_their_names() {
        assert_eq!(masked("DB_PASSWORD=hunter2"), "DB_PASSWORD=****");
        assert_eq!(masked("\"api_key\": \"abc-def\","), "\"api_key\": \"****\",");
        assert_eq!(masked("postgres://app:s3same@db/orders"), "postgres://app:****@db/orders");
    }

    #[test]
    fn what_holds_none_is_shown_whole() {
        for text in ["image: nginx:1.27", "serviceAccountName: app", "value: ${KEY}", "AWS_REGION=eu-west-1"]
        {
            assert_eq!(masked(text), text);
        }
    }
}
