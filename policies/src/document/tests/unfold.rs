//! JSON in the texts of JSON.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Document, Format, Limits, Node, json as parsed, stream};
use crate::document::At;

/// With what the text of the member `in` holds in its place.
fn unfolded(text: &str, limits: Limits) -> Document {
    let document = parsed(text);
    let texts: BTreeSet<At> = document.root().get("in").map(Node::at).into_iter().collect();
    document.unfolded(&texts, limits)
}

fn whole(text: &str) -> Document {
    unfolded(text, Limits::default())
}

#[test]
fn what_a_text_holds_takes_its_place_and_stands_where_it_is_written() {
    let text = r#"{"a": 1, "in": "[{\"k\": \"v\"}, 2]", "z": "end"}"#;
    let document = whole(text);
    let value = document.find("/in/0/k").expect("read");
    assert_eq!((value.text(), value.source()), (Some("v"), r#"\"v\""#));
    assert_eq!(document.find("/in").expect("a list").source(), r#"[{\"k\": \"v\"}, 2]"#);
    assert_eq!(document.find("/in/1").and_then(Node::text), Some("2"));
    assert_eq!(document.find("/z").map(|node| (node.text(), node.source())), Some((Some("end"), r#""end""#)));
    assert!(value.is_copied() && !document.find("/z").expect("there").is_copied());
}

#[test]
fn a_text_that_holds_no_list_or_mapping_is_left_as_it_is() {
    for text in ["", "1", "null", "[1", "[1] [2]", "{'a': 1}", "plain"] {
        let document = whole(&json!({"in": text}).to_string());
        assert_eq!(document.find("/in").and_then(Node::text), Some(text));
    }
}

#[test]
fn beyond_the_bounds_all_texts_are_left_as_they_are() {
    let deep = format!("{}1{}", "[".repeat(8), "]".repeat(8));
    let text = json!({"in": deep}).to_string();
    let limits = Limits { depth: 8, ..Limits::default() };
    assert_eq!(unfolded(&text, limits).find("/in").and_then(Node::text), Some(&*deep));
    let limits = Limits { nodes: 6, ..Limits::default() };
    assert!(unfolded(r#"{"in": "[1,2,3,4,5]"}"#, limits).find("/in/0").is_none());
}

#[test]
fn members_written_twice_in_a_text_are_told() {
    let document = whole(r#"{"in": "{\"a\": 1, \"a\": 2}"}"#);
    let twice: Vec<_> = document.duplicates().iter().map(|twice| document.pointer(twice.second)).collect();
    assert_eq!(twice, ["/in/a"]);
}

/// Any JSON, with texts that need every kind of escape.
fn any_json() -> impl Strategy<Value = Value> {
    let text = "[a-z\"\\\\/\n\u{1}äЖ\u{1f600}<>]{0,6}";
    let leaf = prop_oneof![text.prop_map(Value::from), any::<i32>().prop_map(Value::from), Just(Value::Null)];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text, inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every character as an escape of four digits, or two of them.
fn escaped(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", units.collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_node_of_a_text_says_the_same_and_its_place_holds_what_it_says(inner in any_json(), all in any::<bool>()) {
        let inner = json!([inner]).to_string();
        let written = if all { escaped(&inner) } else { Value::from(inner.as_str()).to_string() };
        let document = whole(&format!("{{\"in\": {written}}}"));
        let alone = parsed(&inner);
        for node in alone.nodes().filter(|node| !node.is_key()) {
            let twin = document.find(&format!("/in{}", node.pointer())).expect("the same pointer");
            prop_assert_eq!(twin.raw(), node.raw());
            prop_assert_eq!(twin.style(), node.style());
            let source = format!("\"{}\"", twin.source());
            let read = stream(&source, Format::Json).remove(0).expect("a string");
            prop_assert_eq!(read.root().text(), Some(node.source()));
        }
    }
}
