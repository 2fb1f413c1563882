//! Changes, as text and as JSON Patch.

use serde_json::{Value, json};

use super::super::{Change, Refusal, splice};
use super::*;

/// A change by pointer.
enum Ask {
    Remove(&'static str),
    Replace(&'static str, Value),
    Member(&'static str, &'static str, Value),
    Append(&'static str, Value),
}

use Ask::{Append, Member, Remove, Replace};

fn changes(document: &Document, asks: &[Ask]) -> Vec<Change> {
    let at = |pointer: &str| document.find(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")).at();
    let change = |ask: &Ask| match ask {
        Remove(pointer) => Change::Remove(at(pointer)),
        Replace(pointer, value) => Change::Replace(at(pointer), value.clone()),
        Member(pointer, key, value) => Change::Member(at(pointer), (*key).to_owned(), value.clone()),
        Append(pointer, value) => Change::Append(at(pointer), value.clone().into()),
    };
    asks.iter().map(change).collect()
}

/// The edited text; asserts that the patch gives the same value.
fn edited(text: &str, format: Format, asks: &[Ask]) -> Result<String, Refusal> {
    let document = documents(text, format).remove(0);
    let changes = changes(&document, asks);
    let edits: Vec<_> = document.edit(&changes)?.into_iter().collect();
    let result = splice(text, &edits);
    let mut value = document.to_value();
    let patch: json_patch::Patch = serde_json::from_slice(&document.patch(&changes)?).expect("a JSON Patch");
    json_patch::patch(&mut value, &patch).expect("a patch that applies");
    assert_eq!(documents(&result, format).remove(0).to_value(), value, "{result}");
    Ok(result)
}

#[track_caller]
fn yields(format: Format, before: &str, asks: &[Ask], after: &str) {
    assert_eq!(edited(before, format, asks).expect("an edit"), after);
}

#[track_caller]
fn refuses(text: &str, asks: &[Ask]) -> Refusal {
    edited(text, Format::Yaml, asks).expect_err("a refusal")
}

const ENV: &str = "\
env:
  # the region
  - name: AWS_REGION # here
    value: eu-west-1

  # the key
  - name: AWS_ACCESS_KEY_ID
    value: |
      x
  - name: LAST
    value: 'y' # why
# end
";

#[test]
fn an_item_goes_with_its_lines_and_no_others() {
    let after = ENV.replace("  - name: AWS_ACCESS_KEY_ID\n    value: |\n      x\n", "");
    yields(Format::Yaml, ENV, &[Remove("/env/1")], &after);
    let after = ENV.replace("  - name: LAST\n    value: 'y' # why\n", "");
    yields(Format::Yaml, ENV, &[Remove("/env/2")], &after);
}

#[test]
fn several_items_go_at_once() {
    let after =
        "env:\n  # the region\n  - name: AWS_REGION # here\n    value: eu-west-1\n\n  # the key\n# end\n";
    yields(Format::Yaml, ENV, &[Remove("/env/2"), Remove("/env/1"), Remove("/env/1")], after);
}

#[test]
fn a_list_without_items_is_written_as_empty() {
    let after = "env: []\n  # the region\n\n  # the key\n# end\n";
    yields(Format::Yaml, ENV, &[Remove("/env/0"), Remove("/env/1"), Remove("/env/2")], after);
    yields(Format::Yaml, "- a\n- b\n", &[Remove("/0"), Remove("/1")], "[]\n");
    yields(Format::Yaml, "a:\n  b: 1\nc: 2\n", &[Remove("/a/b")], "a: {}\nc: 2\n");
}

#[test]
fn the_first_member_of_an_item_gives_its_place_to_the_next() {
    yields(Format::Yaml, "- a: 1 # x\n  b: 2\n  c: 3\n", &[Remove("/0/a")], "- b: 2\n  c: 3\n");
    yields(Format::Yaml, "- a: 1\n  b: 2\n  c: 3\n", &[Remove("/0/a"), Remove("/0/b")], "- c: 3\n");
    yields(Format::Yaml, "- a: 1\n  # of b\n  b: 2\n", &[Remove("/0/a")], "- \n  # of b\n  b: 2\n");
    yields(Format::Yaml, "- - a\n  - b\n", &[Remove("/0/0")], "- - b\n");
    yields(Format::Yaml, "- - a\n", &[Remove("/0/0")], "- []\n");
}

#[test]
fn scalars_are_replaced_in_their_own_style() {
    let before = "a: x\nb: 'x'\nc: \"x\" # c\nd: |\n  x\n  y\ne:\nf: ~\n";
    let asks = ["/a", "/b", "/c", "/d", "/e", "/f"].map(|at| Replace(at, json!("it's")));
    let after = "a: \"it's\"\nb: 'it''s'\nc: \"it's\" # c\nd: \"it's\"\ne: \"it's\"\nf: \"it's\"\n";
    yields(Format::Yaml, before, &asks, after);
    yields(
        Format::Yaml,
        "a: x\n",
        &[Replace("/a", json!("arn:aws:iam::1:role/x"))],
        "a: arn:aws:iam::1:role/x\n",
    );
}

#[test]
fn texts_that_yaml_would_take_for_something_else_are_quoted() {
    for text in ["yes", "null", "12", "1e3", "a: b", "a #b", "-", "", "*x", "{{ x }}", "y\n", "0x1f", "~"] {
        let result = edited("a: b\n", Format::Yaml, &[Replace("/a", json!(text))]).expect("an edit");
        assert_eq!(yaml(&result).find("/a").and_then(Node::string), Some(text));
    }
}

#[test]
fn members_are_added_behind_the_last_in_the_same_indentation() {
    let before = "spec:\n    containers:\n    - name: a\n      image: b # c\nlast: x";
    let role = json!({"a": {"b": [1, {"c": "d"}]}, "e": []});
    let after = "spec:\n    containers:\n    - name: a\n      image: b # c\n      env:\n        a:\n          b:\n            - 1\n            - c: d\n        e: []\nlast: x\nmore: true";
    yields(
        Format::Yaml,
        before,
        &[Member("/spec/containers/0", "env", role), Member("", "more", json!(true))],
        after,
    );
}

#[test]
fn a_member_that_is_there_is_set() {
    yields(
        Format::Yaml,
        "a: 1\nb: [x]\n",
        &[Member("", "a", json!(2)), Member("", "b", json!("z"))],
        "a: 2\nb: z\n",
    );
}

#[test]
fn items_are_appended_behind_the_last() {
    let before = "env:\n- name: a\n  value: b\n# end\nlast: x\n";
    let item = json!({"name": "NO_PROXY", "value": "169.254.170.23,[fd00:ec2::23]"});
    let after = "env:\n- name: a\n  value: b\n- name: NO_PROXY\n  value: \"169.254.170.23,[fd00:ec2::23]\"\n# end\nlast: x\n";
    yields(Format::Yaml, before, &[Append("/env", item.clone()), Append("/env", item)], after);
}

#[test]
fn what_is_null_or_empty_is_filled() {
    let before = "a:\nb: []\nc: {} # c\nd: null\n";
    let asks = [
        Append("/a", json!("x")),
        Append("/a", json!("z")),
        Append("/b", json!({"k": "v"})),
        Member("/c", "k", json!(1)),
        Member("/d", "k", json!("x y")),
    ];
    yields(Format::Yaml, before, &asks, "a: [x, z]\nb: [{k: v}]\nc: {k: 1} # c\nd: {k: \"x y\"}\n");
}

#[test]
fn inner_additions_stand_before_outer_ones_on_the_same_line() {
    let asks = [Member("", "z", json!(1)), Append("/a/b", json!(2))];
    yields(Format::Yaml, "a:\n  b:\n  - 1\n", &asks, "a:\n  b:\n  - 1\n  - 2\nz: 1\n");
}

#[test]
fn additions_and_removals_meet_in_one_list() {
    let asks = [Remove("/env/1"), Append("/env", json!("c")), Remove("/env/0")];
    yields(Format::Yaml, "env:\n  - a\n  - b\n", &asks, "env:\n  - c\n");
    yields(Format::Json, "{\"env\": [\"a\", \"b\"]}", &asks, "{\"env\": [\"c\"]}");
}

#[test]
fn flow_style_keeps_its_commas_right() {
    let text = "a: [1, 2, 3]\nb: {x: 1, y: 2}\n";
    yields(Format::Yaml, text, &[Remove("/a/0"), Remove("/b/y")], "a: [2, 3]\nb: {x: 1}\n");
    yields(Format::Yaml, text, &[Remove("/a/1"), Remove("/a/2")], "a: [1]\nb: {x: 1, y: 2}\n");
    yields(Format::Yaml, text, &[Remove("/b/x"), Remove("/b/y")], "a: [1, 2, 3]\nb: {}\n");
    yields(Format::Yaml, "[\n  a, # first\n  b, # second\n]\n", &[Remove("/1")], "[\n  a, # first\n]\n");
    yields(Format::Yaml, "[\n  a, # first\n  b # second\n]\n", &[Remove("/1")], "[\n  a # first\n]\n");
    yields(Format::Yaml, "[a, b,]\n", &[Append("", json!("c"))], "[a, b, c,]\n");
}

const TASK: &str = r#"{
  "family": "x",
  "containerDefinitions": [
    {
      "name": "app",
      "environment": [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "2"},
        {"name": "C", "value": "3"}
      ]
    }
  ]
}
"#;

#[test]
fn json_loses_items_with_their_lines_and_commas() {
    let env = |n: usize| {
        [
            "/containerDefinitions/0/environment/0",
            "/containerDefinitions/0/environment/1",
            "/containerDefinitions/0/environment/2",
        ][n]
    };
    let after = TASK.replace("        {\"name\": \"A\", \"value\": \"1\"},\n", "");
    yields(Format::Json, TASK, &[Remove(env(0))], &after);
    let after = TASK.replace(
        ",\n        {\"name\": \"B\", \"value\": \"2\"},\n        {\"name\": \"C\", \"value\": \"3\"}",
        "",
    );
    yields(Format::Json, TASK, &[Remove(env(1)), Remove(env(2))], &after);
    let after = TASK.replace("[\n        {\"name\": \"A\", \"value\": \"1\"},\n        {\"name\": \"B\", \"value\": \"2\"},\n        {\"name\": \"C\", \"value\": \"3\"}\n      ]", "[]");
    yields(Format::Json, TASK, &[Remove(env(0)), Remove(env(1)), Remove(env(2))], &after);
}

#[test]
fn json_gains_members_on_lines_of_their_own() {
    let after = TASK.replace("\n  ]\n}", "\n  ],\n  \"taskRoleArn\": \"arn:aws:iam::1:role/x\"\n}");
    yields(Format::Json, TASK, &[Member("", "taskRoleArn", json!("arn:aws:iam::1:role/x"))], &after);
    let after = TASK.replace(
        "\"3\"}",
        "\"3\"},\n        {\n          \"name\": \"D\",\n          \"value\": \"\"\n        }",
    );
    yields(
        Format::Json,
        TASK,
        &[Append("/containerDefinitions/0/environment", json!({"name": "D", "value": ""}))],
        &after,
    );
}

#[test]
fn compact_json_stays_compact() {
    let text = r#"{"a":[{"n":1},{"n":2}],"b":"x"}"#;
    let asks = [Remove("/a/0"), Member("", "c", json!({"d": [1, 2]})), Replace("/b", json!("y"))];
    yields(Format::Json, text, &asks, r#"{"a":[{"n":2}],"b":"y","c":{"d":[1,2]}}"#);
}

#[test]
fn windows_line_ends_are_kept() {
    yields(
        Format::Yaml,
        "a:\r\n  - x\r\n  - y\r\n",
        &[Append("/a", json!("z"))],
        "a:\r\n  - x\r\n  - y\r\n  - z\r\n",
    );
    yields(Format::Yaml, "a:\r\n  - x\r\n  - y\r\n", &[Remove("/a/1")], "a:\r\n  - x\r\n");
}

#[test]
fn one_document_of_a_stream_is_edited_alone() {
    let text = "# first\na: 1\n---\nb: 2 # two\nc: 3\n---\nd: 4\n";
    let document = documents(text, Format::Yaml).remove(1);
    let edit = document.edit(&changes(&document, &[Remove("/c"), Replace("/b", json!(5))])).expect("an edit");
    let result = splice(text, &edit.into_iter().collect::<Vec<_>>());
    assert_eq!(result, "# first\na: 1\n---\nb: 5 # two\n---\nd: 4\n");
}

#[test]
fn what_an_alias_shows_is_not_edited() {
    let text = "a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n  y: 2\n";
    assert!(matches!(refuses(text, &[Replace("/b/x", json!(2))]), Refusal::Copied(_)));
    assert!(matches!(refuses(text, &[Remove("/c/x")]), Refusal::Copied(_)));
    assert_eq!(refuses(text, &[Replace("/a/x", json!(2))]), Refusal::Mismatch);
    yields(Format::Yaml, text, &[Remove("/c/y")], "a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n");
}

#[test]
fn repeated_keys_and_wrong_shapes_are_refused() {
    assert!(matches!(refuses("a: 1\na: 2\n", &[Remove("/a")]), Refusal::Repeated(_)));
    assert!(matches!(refuses("a: 1\n", &[Append("/a", json!(1))]), Refusal::Shape(_)));
    assert!(matches!(refuses("a: 1\n", &[Member("/a", "b", json!(1))]), Refusal::Shape(_)));
    assert!(matches!(refuses("a: 1\n", &[Remove("")]), Refusal::Shape(_)));
}

#[test]
fn a_tag_does_not_pass_to_another_value() {
    assert_eq!(refuses("a: !Ref x\n", &[Replace("/a", json!("y"))]), Refusal::Mismatch);
}

#[test]
fn what_stands_within_a_tag_is_edited_there() {
    let text = "a: !If [x, {y: !Ref z, w: 1}]\n";
    let document = yaml(text);
    let asked = changes(&document, &[Remove("/a/1/w"), Append("/a", json!("v"))]);
    let edits: Vec<_> = document.edit(&asked).expect("an edit").into_iter().collect();
    assert_eq!(splice(text, &edits), "a: !If [x, {y: !Ref z}, v]\n");
}

#[test]
fn removals_are_guarded_by_the_name_of_the_item_and_come_last_first() {
    let document = json(TASK);
    let asks =
        [Remove("/containerDefinitions/0/environment/0"), Remove("/containerDefinitions/0/environment/2")];
    let changes = changes(&document, &asks);
    let patch = document.patch(&changes).expect("a patch");
    let expected = json!([
        {"op": "test", "path": "/containerDefinitions/0/environment/2/name", "value": "C"},
        {"op": "remove", "path": "/containerDefinitions/0/environment/2"},
        {"op": "test", "path": "/containerDefinitions/0/environment/0/name", "value": "A"},
        {"op": "remove", "path": "/containerDefinitions/0/environment/0"},
    ]);
    assert_eq!(serde_json::from_slice::<Value>(&patch).expect("operations"), expected);
}
