//! What holds for every input.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;

use super::super::{Change, Edit, splice};
use super::writer::write;
use super::*;

/// Pieces that mean something to one of the readers, so that random inputs get far.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "a",
            "b: ",
            "- ",
            "? ",
            ": ",
            "&x ",
            "*x",
            "<<: ",
            "!t ",
            "| \n",
            ">-\n",
            "\n",
            "\n  ",
            "\r\n",
            "\t",
            "[",
            "]",
            "{",
            "}",
            ",",
            "\"",
            "'",
            "\\",
            "\\u00e9",
            "# c",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "{{ x }}",
            "\u{feff}",
            "é",
            "\u{2028}",
            "12",
            "null",
            "~",
            "true",
            "\0",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~é\n]{0,12}".prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-m]{1,4}", inner, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn choices() -> impl Strategy<Value = Vec<bool>> {
    vec(any::<bool>(), 1..20)
}

fn check_tree(document: &Document) {
    let text = document.text();
    for node in document.nodes() {
        let span = node.span();
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "a span within the text");
        assert!(node.position().line >= 1 && node.position().column >= 1);
        if document.duplicates().is_empty() && !node.is_key() {
            let found = document.find(&node.pointer()).expect("a pointer that leads back");
            assert_eq!(found.at(), node.at());
        }
    }
    document.to_value();
}

/// One change somewhere in the document; the numbers choose.
fn change(document: &Document, place: usize, kind: usize, value: Value) -> Change {
    let nodes: Vec<_> = document.nodes().filter(|node| !node.is_key()).collect();
    let node = nodes[place % nodes.len()];
    match kind % 4 {
        0 if node.at() != super::super::At::ROOT => Change::Remove(node.at()),
        1 if node.is_mapping() => Change::Member(node.at(), "new".to_owned(), value),
        2 if node.is_sequence() => Change::Append(node.at(), value.into()),
        _ => Change::Replace(node.at(), value),
    }
}

fn edit(document: &Document, changes: &[Change]) -> Option<Edit> {
    let told = |refusal| panic!("{refusal}: {changes:?} in\n{}", document.text());
    document.edit(changes).unwrap_or_else(told)
}

fn edited(document: &Document, changes: &[Change]) -> String {
    let edits = edit(document, changes);
    splice(document.text(), &edits.into_iter().collect::<Vec<_>>())
}

fn patched(document: &Document, changes: &[Change]) -> Value {
    let operations = document.patch(changes).expect("a patch");
    let patch: json_patch::Patch = serde_json::from_slice(&operations).expect("a JSON Patch");
    let mut value = document.to_value();
    json_patch::patch(&mut value, &patch).expect("a patch that applies");
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_break_a_reader(bytes in vec(any::<u8>(), 0..200)) {
        for format in [Format::Json, Format::Yaml] {
            let stream = parse(&Arc::from("input"), &bytes, format, Limits::default());
            stream.iter().flatten().for_each(check_tree);
        }
    }

    #[test]
    fn no_text_breaks_a_reader(text in pieces()) {
        for format in [Format::Json, Format::Yaml] {
            stream(&text, format).iter().flatten().for_each(check_tree);
        }
    }

    #[test]
    fn json_is_read_as_serde_reads_it(value in value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.expect("JSON");
        prop_assert_eq!(json(&text).to_value(), value.clone());
        prop_assert_eq!(yaml(&text).to_value(), value);
    }

    #[test]
    fn whatever_serde_refuses_is_no_json(text in pieces()) {
        let stream = stream(&text, Format::Json);
        if let [Ok(document)] = &stream[..] {
            let trimmed = document.text().trim_start_matches('\u{feff}');
            // A lone surrogate is the one thing read here and not there.
            prop_assert!(text.contains("\\u") || serde_json::from_str::<Value>(trimmed).is_ok());
        }
    }

    #[test]
    fn yaml_reads_the_same_in_every_layout(value in value(), choices in choices()) {
        prop_assert_eq!(yaml(&write(&value, &choices)).to_value(), value);
    }

    #[test]
    fn text_edit_and_patch_agree(
        value in value(),
        choices in choices(),
        asked in vec((any::<usize>(), any::<usize>(), scalar()), 1..4),
    ) {
        for (text, format) in [
            (write(&value, &choices), Format::Yaml),
            (value.to_string(), Format::Json),
            (serde_json::to_string_pretty(&value).expect("JSON"), Format::Json),
        ] {
            let document = document(&text, format);
            let changes: Vec<_> =
                asked.iter().map(|(place, kind, value)| change(&document, *place, *kind, value.clone())).collect();
            let result = edited(&document, &changes);
            prop_assert_eq!(super::document(&result, format).to_value(), patched(&document, &changes));
        }
    }

    #[test]
    fn an_edit_touches_nothing_outside_its_bytes(
        value in value(),
        choices in choices(),
        asked in (any::<usize>(), any::<usize>(), scalar()),
    ) {
        let text = write(&value, &choices);
        let document = yaml(&text);
        let changes = [change(&document, asked.0, asked.1, asked.2)];
        if let Some(edit) = edit(&document, &changes) {
            let result = splice(&text, std::slice::from_ref(&edit));
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            prop_assert!(result.starts_with(&text[..start]) && result.ends_with(&text[end..]));
        }
    }

    #[test]
    fn setting_a_member_twice_changes_it_once(value in value(), choices in choices(), new in scalar()) {
        let document = yaml(&write(&serde_json::json!({"root": value}), &choices));
        let set = [Change::Member(super::super::At::ROOT, "new".to_owned(), new)];
        let once = yaml(&edited(&document, &set));
        prop_assert_eq!(once.edit(&set), Ok(None));
    }
}
