//! Telling what is ours from what is not, before and after parsing.

use std::path::Path;

use memchr::memmem;
use policyctl_policies::document::Format;

/// Extensions of files that a walk looks into. What is named is looked into whatever it is called.
const EXTENSIONS: &[&str] = &["json", "yaml", "yml", "template"];

pub(super) fn has_known_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// What a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It holds nothing.
    Empty,
    /// It is no text that can be read, for this reason.
    Binary(&'static str),
    /// It has none of the words without which nothing of ours is written.
    Foreign,
    /// It is worth parsing.
    Document(Format),
}

/// Looks at a text without parsing it.
pub(crate) fn kind_of(name: &str, bytes: &[u8]) -> Kind {
    let text = bytes.trim_ascii();
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text).trim_ascii();
    if text.is_empty() {
        Kind::Empty
    } else if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        Kind::Binary("UTF-16; save it as UTF-8")
    } else if memchr::memchr(0, text).is_some() || std::str::from_utf8(bytes).is_err() {
        Kind::Binary("not text in UTF-8")
    } else if !may_be_ours(text) {
        Kind::Foreign
    } else {
        Kind::Document(format_of(name, text))
    }
}

fn format_of(name: &str, text: &[u8]) -> Format {
    let yaml = Path::new(name)
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"));
    // `{{` opens a template, not an object; a comment before an object is a mistake to be told as one.
    let json = matches!(text.first(), Some(b'{' | b'[' | b'/')) && !text.starts_with(b"{{");
    if json && !yaml { Format::Json } else { Format::Yaml }
}

/// Every Kubernetes object has a kind, every container an image or, in Compose files, a service; AWS's tools write members in either case.
fn may_be_ours(text: &[u8]) -> bool {
    [&b"kind"[..], b"image", b"Image", b"ontainerDefinitions", b"aws_ecs_task_definition", b"services:"]
        .iter()
        .any(|word| memmem::find(text, word).is_some())
}

/// An unparsable text that is ours: it has what an object or a task definition has.
pub(crate) fn looks_ours(bytes: &[u8]) -> bool {
    let has = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    (has("apiVersion") && has("kind")) || has("containerDefinitions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_character_tells_json_unless_the_name_says_yaml() {
        let format = |name: &str, text: &str| kind_of(name, text.as_bytes());
        assert_eq!(format("a.json", " {\"kind\": 1}"), Kind::Document(Format::Json));
        assert_eq!(format("-", "[{\"image\": 1}]"), Kind::Document(Format::Json));
        assert_eq!(format("a.yaml", "{kind: x}"), Kind::Document(Format::Yaml));
        assert_eq!(format("a.json", "// task\n{\"kind\": 1}"), Kind::Document(Format::Json));
        assert_eq!(format("a.template", "{{ x }}\nkind: y"), Kind::Document(Format::Yaml));
    }

    #[test]
    fn what_cannot_be_ours_is_told_without_parsing() {
        assert_eq!(kind_of("a", b" \n\t"), Kind::Empty);
        assert_eq!(kind_of("a", "\u{feff}".as_bytes()), Kind::Empty);
        assert_eq!(kind_of("a", b"kind\0"), Kind::Binary("not text in UTF-8"));
        assert_eq!(kind_of("a", b"kind: \xff"), Kind::Binary("not text in UTF-8"));
        assert_eq!(kind_of("a", b"\xff\xfek\0i\0"), Kind::Binary("UTF-16; save it as UTF-8"));
        assert_eq!(kind_of("a", b"name: x"), Kind::Foreign);
    }

    #[test]
    fn only_texts_with_our_words_are_ours_when_they_cannot_be_parsed() {
        assert!(looks_ours(b"apiVersion: v1\nkind: Pod\n  x"));
        assert!(looks_ours(b"{\"containerDefinitions\": ["));
        assert!(!looks_ours(b"kind: x"));
    }
}
