//! A part of a document reads as it would by itself.

use std::iter::zip;

use super::super::{Change, splice};
use super::*;

const OBJECT: &str = r#"{"kind": "Pod", "spec": {"a/b": [1, {"x": null}], "n": 1, "n": 2}}"#;

fn around(object: &str) -> Document {
    json(&format!(
        r#"{{"uid": 1, "uid": 2, "request": {{"before": [{{}}], "object": {object}, "after": 3}}}}"#
    ))
}

fn part(whole: &Document) -> Document {
    whole.part(whole.find("/request/object").expect("an object").at())
}

#[test]
fn its_nodes_pointers_and_value_are_those_of_the_same_text_alone() {
    let (whole, alone) = (around(OBJECT), json(OBJECT));
    let part = part(&whole);
    assert_eq!(part.to_value(), alone.to_value());
    assert_eq!(part.objects().len(), 1);
    assert_eq!(part.nodes().count(), alone.nodes().count());
    for (here, there) in zip(part.nodes(), alone.nodes()) {
        assert_eq!((here.pointer(), here.text()), (there.pointer(), there.text()));
        assert_eq!(written(here), written(there));
        assert_eq!(part.find(&here.pointer()).is_some(), alone.find(&there.pointer()).is_some());
    }
}

#[test]
fn its_repeated_members_are_those_within_it() {
    let whole = around(OBJECT);
    assert_eq!((whole.duplicates().len(), part(&whole).duplicates().len()), (2, 1));
    let twice = json(r#"{"a": {}, "a": {}}"#);
    assert!(twice.part(twice.root().get("a").expect("a member").at()).duplicates().is_empty());
}

#[test]
fn its_patch_begins_at_it_and_its_edit_changes_the_whole_input() {
    let whole = around(r#"{"kind": "Pod", "list": [1, 2]}"#);
    let part = part(&whole);
    let list = part.find("/list").expect("a list");
    let changes = [
        Change::Append(list.at(), Arc::new(3.into())),
        Change::Remove(list.items().next().expect("an item").at()),
    ];
    let operations = part.patch(&changes).expect("a patch");
    let operations: Vec<serde_json::Value> = serde_json::from_slice(&operations).expect("operations");
    assert_eq!(operations.iter().map(|one| &one["path"]).collect::<Vec<_>>(), ["/list/-", "/list/0"]);
    let edit = part.edit(&changes).expect("an edit").expect("a change");
    let edited = splice(whole.text(), &[edit]);
    assert_eq!(json(&edited).to_value().pointer("/request/object/list"), Some(&serde_json::json!([2, 3])));
    assert!(part.patch(&[Change::Remove(part.root().at())]).is_err());
}
