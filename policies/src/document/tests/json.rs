//! JSON.

use super::*;

fn reason(text: &str) -> String {
    refusal(text, Format::Json).reason
}

#[test]
fn every_node_has_its_text_and_its_bytes() {
    let document = json("{\n\t\"a\": [1, -2.5e3, true, null, \"x\"],\r\n\t\"b/c\": {}\n}");
    let texts: Vec<_> = document.find("/a").expect("a").items().map(Node::text).collect();
    assert_eq!(texts, [Some("1"), Some("-2.5e3"), Some("true"), None, Some("x")]);
    let third = document.find("/a/2").expect("an item");
    assert_eq!((written(third), third.position().column), ("true", 19));
    assert!(document.find("/b~1c").is_some_and(Node::is_mapping));
}

#[test]
fn escapes_are_decoded() {
    let document = json(r#"{"k\n": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d"}"#);
    let member = document.root().entries().next().expect("a member");
    assert_eq!(member.key.text(), Some("k\n"));
    assert_eq!(member.value.text(), Some("\"\\/\u{8}\u{c}\n\r\té😀\u{fffd}"));
}

#[test]
fn strings_are_strings_whatever_they_say() {
    let document = json(r#"["12", "true", "null"]"#);
    assert!(document.root().items().all(|item| item.string().is_some() && !item.is_null()));
}

#[test]
fn a_member_without_a_name_is_found_like_any_other() {
    let document = json(r#"{"": 1, "a": {"": 2}}"#);
    let found = ["/", "/a/"].map(|pointer| document.find(pointer).and_then(Node::text));
    assert_eq!(found, [Some("1"), Some("2")]);
}

#[test]
fn repeated_members_are_recorded() {
    assert_eq!(json(r#"{"a": 1, "b": {"c": 1, "c": 2}, "a": 2}"#).duplicates().len(), 2);
    assert_eq!(json(r#"{"": 1, "key": 1, "\u006bey": 2, "k": [{"": 2}], "": 3}"#).duplicates().len(), 2);
    let many = (0..40).map(|n| format!(r#""member-{n}": {{"x": 1, "y": 2}}"#)).collect::<Vec<_>>().join(",");
    assert!(json(&format!("{{{many}}}")).duplicates().is_empty());
    assert_eq!(json(&format!(r#"{{{many}, "member-7": 1}}"#)).duplicates().len(), 1);
}

#[test]
fn values_one_after_the_other_are_documents() {
    assert_eq!(documents("{\"a\": 1}\n{\"b\": 2}\n[]", Format::Json).len(), 3);
    assert!(documents(" \n", Format::Json).is_empty());
    assert_eq!(documents("\u{feff}{}", Format::Json).len(), 1);
}

#[test]
fn what_is_almost_json_is_refused_with_the_reason() {
    assert!(reason("{\"a\": 1 // note\n}").contains("comments"));
    assert!(reason("{ # note\n}").contains("comments"));
    assert!(reason("{'a': 1}").contains("double quotes"));
    assert!(reason("{\"a\": 1,}").contains("comma before"));
    assert!(reason("[1,]").contains("comma before"));
    assert!(reason("{\"memory\": ${MEMORY}}").contains("template mark"));
    assert!(reason("{\"memory\": {{ memory }} }").contains("template mark"));
    assert!(reason("{\"a\": \"x\ny\"}").contains("control character"));
}

#[test]
fn malformed_values_are_refused() {
    for text in
        ["01", "-", "1.", "1e", "1x", "tru", "nullx", "\"", "\"\\x\"", "\"\\u12g4\"", "{\"a\"}", "[1 2]"]
    {
        let stream = stream(text, Format::Json);
        assert!(stream.iter().any(Result::is_err), "{text} is not JSON");
    }
}

#[test]
fn a_refusal_stands_where_the_mistake_is() {
    let refusal = refusal("{\n  \"a\": 1\n  \"b\": 2\n}", Format::Json);
    assert_eq!((refusal.position.line, refusal.position.column), (3, 3));
}

#[test]
fn a_string_ends_at_its_first_quote_wherever_that_stands() {
    for length in 0..40 {
        for tail in ["", "é", "\\n", "\\u00e9", "\\\\", "\\\""] {
            let text = format!("[\"{}{tail}\",\"x\"]", "a".repeat(length));
            let wanted: Vec<String> = serde_json::from_str(&text).expect("JSON");
            let document = json(&text);
            let read: Vec<_> = document.root().items().filter_map(Node::text).collect();
            assert_eq!(read, wanted, "{text}");
        }
    }
    for control in ['\u{1}', '\n', '\u{1f}'] {
        let text = format!("[\"{}{control}\"]", "a".repeat(11));
        assert!(reason(&text).contains("control character"), "{control:?}");
    }
}

#[test]
fn keys_that_differ_in_their_middle_alone_are_two() {
    let document = json(r#"{"aaaaaaaa1bbbbbbbb": "first", "aaaaaaaa2bbbbbbbb": "second"}"#);
    let text = |key| document.root().get(key).and_then(Node::text);
    assert_eq!((text("aaaaaaaa1bbbbbbbb"), text("aaaaaaaa2bbbbbbbb")), (Some("first"), Some("second")));
    assert_eq!((text("aaaaaaaa3bbbbbbbb"), document.duplicates()), (None, [].as_slice()));
}
